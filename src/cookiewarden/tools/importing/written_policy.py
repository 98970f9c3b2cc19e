"""Write a policy file, in TOML, from what was found in a document.

Rule: the file always loads. What was unclear stands in a comment above the declaration, with the words of the document.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap

from cookiewarden.errors import printable
from cookiewarden.policy.declaration import Category, Kind
from cookiewarden.policy.quoting import readable_toml_string, toml_string
from cookiewarden.policy.site import UNNAMED
from cookiewarden.tools.importing.facts import Facts
from cookiewarden.tools.importing.interpreter import FoundCookie, Imported, Unclear

#: The languages of the pages. Their modules import much, which this needs not.
PAGE_LANGUAGES = frozenset(["de", "en", "es", "fr", "it", "nl", "pl", "pt"])
_WIDTH = 110
_HEADINGS = {
    Category.NECESSARY: "Necessary",
    Category.STATISTICAL: "Statistical",
    Category.FIRST_PARTY: "First-party",
    Category.THIRD_PARTY: "Third-party",
}
_MOST_LEFT_OUT = 50
_MOST_UNREAD = 20


def write_policy(found: Imported, *, source: str = "", extends: Sequence[str] = ()) -> str:
    """Return the text of a policy file.

    ``source``: the document, for the first line. ``extends``: the policies and presets that the file is to extend.

    >>> from cookiewarden.tools.importing.facts import Facts
    >>> cookie = FoundCookie(("_ga*",), Category.STATISTICAL, "Counts visits.", lifetime="13 months")
    >>> print(write_policy(Imported(Facts(host="data.example.org"), (cookie,)), source="policy.html"))
    # Imported from policy.html: 1 cookie.
    # What the document does not say clearly stands in a comment that begins with "unclear".
    <BLANKLINE>
    [site]
    name = "data.example.org"
    id = "data.example.org"
    hosts = ["data.example.org"]
    languages = ["en"]
    <BLANKLINE>
    # ---- Statistical ----
    <BLANKLINE>
    [[cookies]]
    name = "_ga*"
    category = "statistical"
    purpose = "Counts visits."
    lifetime = "13 months"
    <BLANKLINE>
    """
    parts = ["".join(f"{line}\n" for line in _head(found, source, extends)), _site(found)]
    for category, heading in _HEADINGS.items():
        blocks = [_block(cookie) for cookie in found.cookies if cookie.category is category]
        parts += [f"# ---- {heading} ----\n", *blocks] if blocks else []
    if found.left_out:
        parts.append("".join(f"{line}\n" for line in _left_out(found.left_out)))
    return "\n".join(parts)


def _head(found: Imported, source: str, extends: Sequence[str]) -> Iterator[str]:
    count = len(found.cookies)
    yield from _commented(f"Imported from {source or 'a document'}: {count} cookie{'' if count == 1 else 's'}.")
    yield from _commented('What the document does not say clearly stands in a comment that begins with "unclear".')
    if found.is_vendor_list:
        yield from _commented(
            "The document lists what vendors say of their cookies. So each category is a suggestion: "
            "keep the cookies that "
            "this site sets, and make one necessary only if the site does not work without it."
        )
    if found.uncounted:
        yield from _commented(
            f"The document has {found.uncounted} more cookies, which are left out, because there are so many."
        )
    if found.is_cut:
        yield from _commented("The tables of the document are so long that only their beginning was read.")
    if found.unread_columns:
        shown = ", ".join(map(_shown, found.unread_columns[:_MOST_UNREAD]))
        more = len(found.unread_columns) - _MOST_UNREAD
        yield from _commented(f"Columns not read: {shown}{f', and {more} more' if more > 0 else ''}.")
    if extends:
        yield ""
        if found.of_bases:
            yield from _commented(f"Left out, because what it extends says the same: {', '.join(found.of_bases)}.")
        yield f"extends = [{', '.join(map(readable_toml_string, extends))}]"


def _site(found: Imported) -> str:
    facts = found.facts
    lines = ["[site]"]
    if not (facts.name or facts.host):
        lines += _commented("unclear: name: the document does not name the site")
    if facts.unclear_name:
        lines += _commented("unclear: name: this is the title of the document, which may be that of the page alone")
    lines.append(f"name = {readable_toml_string(facts.name or facts.host or UNNAMED)}")
    lines += _answerable(facts)
    if facts.host:
        lines += [f"id = {toml_string(facts.host)}", f"hosts = [{toml_string(facts.host)}]"]
    if facts.introduction:
        lines.append(f"introduction = {_text(facts.introduction)}")
    if facts.updated:
        lines.append(f"updated = {facts.updated.isoformat()}")
    elif facts.unclear_date:
        lines += _commented(
            f"unclear: updated: the date can be read in two ways, or is not whole: {_shown(facts.unclear_date)}"
        )
    # The texts are in one language, so the pages offer no other, unless they do not speak this one.
    is_spoken = facts.language.partition("-")[0] in PAGE_LANGUAGES
    tag = toml_string(facts.language)
    lines.append(f"languages = [{tag}]" if is_spoken else f"language = {tag}")
    return "".join(f"{line}\n" for line in lines)


def _answerable(facts: Facts) -> Iterator[str]:
    """Yield the contact, and what may be it, or the operator."""
    who = facts.answerable
    if who.contact:
        yield f"contact = {toml_string(who.contact)}"
    if who.addresses:
        yield from _commented("unclear: contact: this may be the address for questions")
        yield from (f"# contact = {readable_toml_string(address)}" for address in who.addresses)
    if who.operator:
        yield from _commented(f"unclear: operator: this may be who runs the site: {_shown(who.sentence)}")
        yield f"# operator = {readable_toml_string(who.operator)}"


def _block(cookie: FoundCookie) -> str:
    """Return a declaration, with its doubts above it."""
    lines = [line for note in cookie.unclear for line in _note(note)]
    lines += ["[[cookies]]", _names(cookie.names), f"category = {toml_string(cookie.category)}"]
    if cookie.is_asked:
        lines.append('# category = "necessary" # in place of the line above, if the site does not work without it')
    if cookie.kind is not Kind.COOKIE:
        lines.append(f"kind = {toml_string(cookie.kind)}")
    for key, text in (
        ("provider", cookie.provider),
        ("function", cookie.function),
        ("purpose", cookie.purpose or "..."),
    ):
        lines += [f"{key} = {_text(text)}"] if text.strip() else []
    for key, text in (("lifetime", cookie.lifetime), ("domain", cookie.domain)):
        lines += [f"{key} = {toml_string(text)}"] if text else []
    return "".join(f"{line}\n" for line in lines)


def _names(names: Sequence[str]) -> str:
    if len(names) == 1:
        return f"name = {readable_toml_string(names[0])}"
    return f"names = [{', '.join(map(readable_toml_string, names))}]"


def _text(text: str) -> str:
    r"""Return a text in quotation marks, with its line breaks as ``\n``."""
    return "\\n".join(readable_toml_string(line)[1:-1] for line in text.split("\n")).join('""')


def _note(note: Unclear) -> Iterable[str]:
    return _commented(f"unclear: {note.key}: {note.reason}" + (f": {_shown(note.words)}" if note.words else ""))


def _shown(words: str) -> str:
    return f'"{printable(words)}"'


def _left_out(left_out: Sequence[Unclear]) -> Iterator[str]:
    yield "# ---- Not declared ----"
    yield "#"
    for note in left_out[:_MOST_LEFT_OUT]:
        yield from _note(note)
    more = len(left_out) - _MOST_LEFT_OUT
    if more > 0:
        yield from _commented(f"and {more} more")


def _commented(text: str) -> list[str]:
    """Return a text as lines of comment. What cannot be printed is escaped."""
    lines = wrap(printable(text), _WIDTH, break_on_hyphens=False) or [""]
    return [f"# {lines[0]}", *(f"#   {line}" for line in lines[1:])]
