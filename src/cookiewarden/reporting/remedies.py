"""Says what to do about a blocked cookie: the lines to paste into the policy, or what to change in its declaration.

Rule: the lines declare the cookie, or the names that the app makes up like it, and nothing else.
"""

from __future__ import annotations

from cookiewarden.http.matching import is_foreign
from cookiewarden.http.set_cookie import SetCookie
from cookiewarden.policy.declaration import Category, Declaration, Kind, is_written
from cookiewarden.policy.lifetimes import lifetime_text
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.quoting import is_declarable, quoted
from cookiewarden.reporting.made_up_names import Family
from cookiewarden.reporting.preset_lookup import presets_with
from cookiewarden.reporting.spellings import declared_spelling, line_for_both
from cookiewarden.reporting.suggestions import Suggestion, joined, suggestion_for

_NUMBERS = (
    "Its name is a plain number, so this message stands for all such names. No pattern covers numbers alone. Declare "
    "a pattern for each first digit, have the app put a word before the number, or leave such cookies blocked"
)
_SINGLE = "If it belongs to this site, declare it"
_PATTERN = (
    "The end of its name looks made up, so this message stands for all such names. If they belong to this site, "
    "declare them as a pattern"
)
_UGLY = "Its name cannot be declared as it is; a pattern may cover it, or the app may rename it"


def remedy_for_undeclared(
    name: bytes, cookie: SetCookie, policy: Policy, family: Family | None, *, has_lifetime: bool = False
) -> str:
    """Return what to do about a cookie that ``policy`` does not declare. ``family``: that of a made-up name.

    ``has_lifetime``: whether the declaration takes its lifetime from ``cookie``.

    >>> from cookiewarden.http.set_cookie import parse_set_cookie
    >>> policy = Policy.from_mapping({"site": {"name": "Exampletown"}})
    >>> print(remedy_for_undeclared(b"theme", parse_set_cookie(b"theme=dark"), policy, None))
    If it belongs to this site, declare it:
    [[cookies]]
    name = "theme"
    category = "first-party"
    purpose = "..."
    """
    if family is not None and family.is_number:
        return _NUMBERS
    declared = name if family is None else family.pattern
    if not is_declarable(declared, is_pattern=family is not None):
        return _UGLY
    spelling = None if family is not None else declared_spelling(name, policy)
    if spelling is not None:
        other, declaration = spelling
        found = Suggestion(declaration.category, "")
        start = (
            f"The policy declares {quoted(other)}, and names must be equal to the byte. If both are the same cookie, "
            f"write {line_for_both(other, name)} there, or declare this one, too"
        )
    else:
        found = _suggestion(name, cookie)
        start = _looks(found) + _extension(name) + (_SINGLE if family is None else _PATTERN)
    lines = [f"{start}:", "[[cookies]]", f"name = {quoted(declared)}", *found.lines, 'purpose = "..."']
    if has_lifetime:
        lines.append(f'lifetime = "{lifetime_text(cookie.lifetime)}"')
    return "\n".join(lines)


def remedy_for_declared(name: bytes, cookie: SetCookie, declaration: Declaration) -> str:
    """Return what to do if the site does not work without a cookie that waits for consent; ``""`` if it should wait.

    If the cookie belongs to a service, and sites usually declare it as something else, this says so.
    """
    if not _may_be_a_guess(declaration):
        return ""
    found = _suggestion(name, cookie)
    if found.question:
        return f'{_looks(found)}Then write category = "necessary" in its declaration'
    if found.known is not None:
        is_usual = found.category is declaration.category
        return "" if is_usual else f"{_looks(found)}Sites usually declare it as {found.category}"
    presets = presets_with(name)
    if is_written(str(declaration.purpose)) or (presets and Category.NECESSARY not in presets.values()):
        return ""
    return 'Its purpose is not written yet. If the site does not work without it, write category = "necessary", too'


def may_be_necessary(declaration: Declaration) -> bool:
    """Return whether cookies that wait for consent look as if they should not, by their names alone.

    >>> from cookiewarden.policy.declaration import Text
    >>> may_be_necessary(Declaration(("town_session",), Category.FIRST_PARTY, Text({"en": "..."}, "en")))
    True
    """
    return _may_be_a_guess(declaration) and any(
        suggestion_for(name).question or Category.NECESSARY in presets_with(name).values()
        for name in map(str.encode, declaration.names)
    )


def _may_be_a_guess(declaration: Declaration) -> bool:
    """Return whether people may have left a declaration as a draft had it.

    A draft that knows nothing writes first-party. Who gave a source, as each preset does, looked the cookie up.
    """
    is_guess = declaration.category is Category.FIRST_PARTY and not declaration.source
    return is_guess and declaration.kind is Kind.COOKIE


def _extension(name: bytes) -> str:
    """Return a sentence about the presets that declare a name."""
    presets = joined(presets_with(name), "or")
    return presets and f"{presets} declares it: if your app uses that, extend the preset. "


def _suggestion(name: bytes, cookie: SetCookie) -> Suggestion:
    return suggestion_for(
        name,
        is_foreign=is_foreign(cookie.attribute(b"domain"), cookie.host),
        is_http_only=cookie.http_only,
        is_session=cookie.expiry is None,
    )


def _looks(found: Suggestion) -> str:
    """Return a sentence about a cookie that looks like one of a service, or like a necessary one."""
    if not (found.provider or found.question):
        return ""
    text = found.reason + (found.question and f"; {found.question}")
    return f"{text[0].upper()}{text[1:]}. "
