"""Leave out of an import what the policies and presets that it extends declare.

Rule: a name is left out only if the document says nothing else of it. What it says of a cookie is what was published.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from cookiewarden.policy.declaration import Declaration, Lifetime, Text
from cookiewarden.tools.importing.interpreter import FoundCookie, Imported


def without_bases(found: Imported, declarations: Iterable[Declaration]) -> Imported:
    """Return what was found without the names that these declarations cover alike, which ``of_bases`` then holds.

    >>> from cookiewarden import Category
    >>> from cookiewarden.tools.importing.facts import Facts
    >>> found = Imported(Facts(), (FoundCookie(("a", "b"), Category.NECESSARY),))
    >>> left = without_bases(found, [Declaration(("a", "c"), Category.NECESSARY, Text({"en": "Keeps it."}, "en"))])
    >>> left.cookies[0].names, left.of_bases
    (('b',), ('a',))
    """
    declared = {(one.kind, name): one for one in declarations for name in one.names}
    cookies: list[FoundCookie] = []
    of_bases: list[str] = []
    for cookie in found.cookies:
        by_name = {name: declared.get((cookie.kind, name)) for name in cookie.names}
        alike = [name for name, one in by_name.items() if one is not None and _agrees(cookie, one)]
        of_bases += alike
        names = tuple(name for name in cookie.names if name not in alike)
        cookies += [replace(cookie, names=names)] if names else []
    return replace(found, cookies=tuple(cookies), of_bases=tuple(of_bases))


def _agrees(cookie: FoundCookie, one: Declaration) -> bool:
    """Return whether all that the document says of a cookie stands in a declaration, too."""
    if cookie.category is not one.category or any(note.key != "purpose" for note in cookie.unclear):
        return False
    told = [(cookie.provider, one.provider), (cookie.function, one.function), (cookie.purpose, one.purpose)]
    is_lifetime_alike = not cookie.lifetime or (
        one.lifetime is not None and one.lifetime.seconds == Lifetime.parse(cookie.lifetime).seconds
    )
    is_domain_alike = cookie.domain in ("", one.domain)
    return is_lifetime_alike and is_domain_alike and all(not words or _says(text, words) for words, text in told)


def _says(text: Text | None, words: str) -> bool:
    """Return whether a text says just this in one of its languages."""
    return text is not None and _plain(words) in map(_plain, text.by_language.values())


def _plain(words: str) -> str:
    return " ".join(words.casefold().split()).strip(" .")
