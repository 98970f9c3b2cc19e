"""Writes the declaration of one drafted cookie, in TOML, with what was seen of it and what to check as comments.

Rule: a block loads as it is. What the reader may choose instead stands in a comment, whole, to be uncommented.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterator, Mapping
from datetime import UTC, datetime
from itertools import chain
from textwrap import wrap

from cookiewarden.http.hosts import check_host
from cookiewarden.policy.declaration import Category
from cookiewarden.policy.lifetimes import lifetime_text
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.quoting import is_declarable, quoted, toml_string
from cookiewarden.reporting.learned import LearnedCookie
from cookiewarden.reporting.preset_lookup import presets_with, similar_in_presets
from cookiewarden.reporting.spellings import WRITTEN_PREFIXES, declared_spelling, line_for_both, without_prefix
from cookiewarden.reporting.suggestions import Kind, Suggestion, joined
from cookiewarden.tools.drafted_cookies import DraftedCookie

_WIDTH = 110
_NUMBERS = (
    'The names are plain numbers. No pattern covers them alone, because "*" covers every cookie. If no other app on '
    "this host sets such names, the patterns below come near. Otherwise, have the app put a word before the number, or "
    "leave them blocked"
)
_FIRST_DIGITS = "names = [" + ", ".join(f'"{digit}*"' for digit in range(10)) + "]"
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
# Kinds of cookies to which some apps add a prefix on https.
_PREFIXED = (Kind.PROTECTION, Kind.SESSION, Kind.SIGN_IN)


def propose_presets(presets: Mapping[str, Collection[bytes]], *, is_whole: bool) -> Iterator[str]:
    """Yield the lines, all of them comments, that propose to extend presets. ``presets``: the names that each declares.

    ``is_whole``: whether the draft is a policy file of its own. Otherwise its lines go to the end of one.
    """
    if not presets:
        return
    yield "#"
    by_names: dict[str, list[str]] = {}
    for preset, names in presets.items():
        by_names.setdefault(", ".join(name.decode("utf-8", "replace") for name in names), []).append(preset)
    for listed, alike in by_names.items():
        yield from _commented(f"{joined(alike, 'or')} declares {listed}.")
    one, only, they = ("it", "", "it declares") if len(presets) == 1 else ("some", " with only those", "they declare")
    line = f"extends = [{', '.join(map(toml_string, presets))}]"
    if is_whole:
        what = f"uncomment the next line{only}"
    else:
        what = f"write {line}{only} at the top of the policy, or add to what stands there"
    yield from _commented(f"If your app uses {one}, {what}, and delete the cookies below that {they}.")
    if is_whole:
        yield f"# {line}"


def block_of(cookie: DraftedCookie, suggestion: Suggestion, declared: Policy | None, presets: Container[str]) -> str:
    """Return the declaration of a cookie, commented out if no declaration can name it.

    ``declared``: the policy that the draft is to be appended to, if there is one. ``presets``: those to name in it.
    """
    seen = cookie.seen
    comments = [
        f"Set {times(seen.count)}, {span(seen.first, seen.last)} UTC",
        f"On {' '.join(seen.paths)}",
        "; ".join(seen.attributes) or "Without attributes",
        *([f"Deleted on {' '.join(seen.deleted_on)}"] if seen.deleted_on else []),
        *_of_known(suggestion),
        f"{suggestion.category}: {suggestion.reason}" + (suggestion.question and f"; {suggestion.question}"),
        *_of_presets(cookie, presets),
        *_of_made_up_names(cookie),
        *_of_declared_spelling(cookie, declared),
    ]
    lines = [
        "[[cookies]]",
        *_names(cookie, suggestion),
        *suggestion.lines,
        'purpose = "..."',
        f'lifetime = "{lifetime_text(seen.lifetime)}"',
        *_place(seen),
    ]
    if not cookie.is_declarable:
        comments.append(_NUMBERS if cookie.is_numbers else "No declaration can name this cookie; rename it in the app.")
        lines = [f"# {line}" for line in lines if not line.startswith("#")]
    return "".join(f"{line}\n" for line in (*chain.from_iterable(map(_commented, comments)), *lines))


def _commented(text: str) -> list[str]:
    """Return a text as lines of comment; what is not printable ASCII becomes a question mark."""
    plain = "".join(character if " " <= character <= "~" else "?" for character in text)
    lines = wrap(plain, _WIDTH, break_long_words=False, break_on_hyphens=False) or [""]
    return [f"# {lines[0]}", *(f"#   {line}" for line in lines[1:])]


def _names(cookie: DraftedCookie, suggestion: Suggestion) -> list[str]:
    """Return the lines that name a cookie: in both spellings, if the app was seen to set both."""
    name = cookie.raw_name
    if cookie.is_numbers:
        return [_FIRST_DIGITS]
    if cookie.other_spelling:
        return [line_for_both(name, cookie.other_spelling)]
    lines = [f"name = {quoted(name)}"]
    bare = without_prefix(name)
    other, when = WRITTEN_PREFIXES[0] + name, "adds a prefix on https"
    if bare != name:
        other, when = bare, "leaves the prefix out on http"
    # A browser takes the prefix only for the whole of a host; an app that adds it leaves Secure out on http as well.
    seen = cookie.seen.attributes
    is_likely = bare != name or ("Path=/" in seen and not any(one.startswith(("Secure", "Domain=")) for one in seen))
    # A preset has all the spellings that its app uses.
    is_used = not presets_with(name) or bool(presets_with(other))
    is_likely = is_likely and is_used and not cookie.is_pattern and is_declarable(other)
    if suggestion.kind in _PREFIXED and is_likely:
        lines.append(f"# {line_for_both(name, other)} # in place of the line above, if the app {when}")
    return lines


def _of_presets(cookie: DraftedCookie, shown: Container[str]) -> list[str]:
    """Return what presets say of a cookie of this name, or of nearly this name."""
    name = cookie.raw_name
    known = presets_with(name)
    if known:
        by_category: dict[Category, list[str]] = {}
        for preset, category in known.items():
            if preset in shown:
                by_category.setdefault(category, []).append(preset)
        said = "; ".join(f"{joined(names, 'or')} declares it as {category}" for category, names in by_category.items())
        return [f"{said}: if you extend it, delete this"]
    owners = joined(presets_with(cookie.old_name), "or")
    if owners:
        return [f"In the app's options it is {quoted(cookie.old_name)} of {owners}: extend that, and delete this"]
    similar = None if cookie.is_pattern or not cookie.is_declarable else similar_in_presets(name)
    if similar is None:
        return []
    theirs, presets = similar
    key = theirs if _BARE_KEY.fullmatch(theirs) else toml_string(theirs)
    which = f'extends = "{presets[0]}"' if len(presets) == 1 else "the right one under extends"
    return [
        f"The name is like {key} of {joined(presets, 'or')}: if the app is made with that, write {which} and "
        f"rename = {{{key} = {quoted(name)}}} at the top of the file, and delete this"
    ]


def _of_known(suggestion: Suggestion) -> list[str]:
    """Return where a well-known cookie is described, and how long it is usually kept."""
    known = suggestion.known
    if known is None:
        return []
    ends = " until the browser closes" if known.lifetime == "session" else f" for {known.lifetime}"
    return [f"Usually kept{ends}: {known.source}" if known.lifetime else f"Described at {known.source}"]


def _of_made_up_names(cookie: DraftedCookie) -> list[str]:
    family = cookie.family
    if cookie.is_numbers:
        return []
    if cookie.is_pattern:
        return ["The pattern is a guess: the end of the name looks made up, for each visitor or at each start"]
    if family is None or not family.is_by_look:
        return []
    if family.is_number:
        return ["The name is a plain number, which the app may make up: then this declaration covers one of many"]
    return [f"The end of the name looks made up: if it is, write name = {quoted(family.pattern)}"]


def _of_declared_spelling(cookie: DraftedCookie, declared: Policy | None) -> list[str]:
    """Return a remark if the policy declares the same name with or without a standard prefix."""
    found = None if declared is None else declared_spelling(cookie.raw_name, declared)
    if found is None:
        return []
    other, declaration = found
    both = line_for_both(other, cookie.raw_name)
    return [f"The policy declares {quoted(other)} ({declaration.category}): if it is the same, write {both} there"]


def _place(cookie: LearnedCookie) -> list[str]:
    """Return the lines for path and domain, each only if it always had one value that a declaration may hold."""
    path, domain = _only(cookie, "Path"), _only(cookie, "Domain").lower().strip(".")
    lines = [f"path = {toml_string(path)}"] if path.startswith("/") else []
    return lines + ([f"domain = {toml_string(domain)}"] if domain and not check_host(domain) else [])


def _only(cookie: LearnedCookie, name: str) -> str:
    """Return the value that an attribute always had, or ``""`` if it had several or one that is not plain."""
    values = [one.partition("=")[2] for one in cookie.attributes if one.startswith(name + "=")]
    is_plain = (
        len(values) == 1 and values[0].isascii() and values[0].isprintable() and set(' ";,*\\').isdisjoint(values[0])
    )
    return values[0] if is_plain else ""


def times(count: int) -> str:
    """Return how often something was seen, in words."""
    return "once" if count == 1 else f"{count:,} times"


def span(first: float, last: float) -> str:
    """Return when something was seen, in words. Times are in seconds since 1970-01-01 UTC."""
    begin, end = _time(first), _time(last)
    return f"on {begin}" if begin == end else f"from {begin} to {end}"


def _time(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M")
