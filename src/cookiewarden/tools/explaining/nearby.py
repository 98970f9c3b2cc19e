"""Finds the declaration that covers a name, where it stands, and what nearly covers the name.

Rule: this serves advice only. A name is covered if its bytes are equal, or if a pattern covers it; nothing else counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cookiewarden.errors import Problem, nearest
from cookiewarden.policy.declaration import Declaration, Kind
from cookiewarden.policy.names import NameTable
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.quoting import quoted
from cookiewarden.reporting.preset_lookup import presets_with, similar_in_presets
from cookiewarden.reporting.spellings import declared_spelling
from cookiewarden.reporting.suggestions import joined

#: Where each declaration of a policy stands, by kind and name; see ``policy.file.places_of``.
Places = Mapping[tuple[str, str], Problem]

#: Why a name is not covered that differs from a declared one in its capital letters alone.
CAPITALS = "capital letters differ"
# A longer name is cut before it is compared with others, which takes time.
_COMPARED_CHARACTERS = 100
_MOST = 8


@dataclass(frozen=True, slots=True)
class Match:
    """A declaration that covers a name, or nearly does.

    ``pattern``: the name or pattern of it that does. ``place``: where it stands, ``""`` if that is not known. ``why``:
    what makes it cover the name, or what is lacking.
    """

    pattern: str
    category: str
    place: str
    why: str


def match_of(name: bytes, declaration: Declaration, places: Places) -> Match:
    """Return how a declaration covers a name."""
    pattern = NameTable((one, one) for one in declaration.names).find(name)
    if pattern is None:  # a name that some servers strip
        return _match(declaration.names[0], declaration, places, "some servers strip a blank from the name")
    return _match(pattern, declaration, places, "its pattern covers the name" if "*" in pattern else "the same name")


def near_matches(name: bytes, covering: Declaration | None, policy: Policy, places: Places) -> list[Match]:
    """Return what nearly covers a name: at most eight declarations, each once. ``covering``: the one that does.

    >>> row = {"name": "_ga_*", "category": "statistical", "purpose": "Counts visits"}
    >>> policy = Policy.from_mapping({"site": {"name": "Exampletown"}, "cookies": [row]})
    >>> [(one.pattern, one.why) for one in near_matches(b"_ga", None, policy, {})]
    [('_ga_*', 'its pattern needs the whole of "_ga_"')]
    """
    found: dict[int, Match] = {}
    for pattern, declaration, why in _near(name, policy):
        if declaration is not covering and id(declaration) not in found and len(found) < _MOST:
            found[id(declaration)] = _match(pattern, declaration, places, why)
    return list(found.values())


def similar_preset(name: bytes) -> str:
    """Return a sentence about the presets that declare a part of a name; ``""`` if none does.

    >>> similar_preset(b"__Host-django_language")
    'preset:django declares "django_language", which is a part of the name'
    """
    name = name[:_COMPARED_CHARACTERS]
    similar = similar_in_presets(name)
    if similar is None or presets_with(name):  # the log itself tells of the presets that declare the name
        return ""
    other, presets = similar
    return f"{joined(presets, 'and')} declares {quoted(other.encode())}, which is a part of the name"


def _near(name: bytes, policy: Policy) -> Iterator[tuple[str, Declaration, str]]:
    """Yield the near declarations, those first that are the likeliest."""
    text = name.decode("utf-8", "backslashreplace")
    rows = [(pattern, one) for one in policy.declarations for pattern in one.names]
    cookies = [(pattern, one) for pattern, one in rows if one.kind is Kind.COOKIE]
    for pattern, one in cookies:
        if NameTable([(pattern, True)]).find(name):
            yield pattern, one, "it covers the name, too, but less closely"
    spelling = declared_spelling(name, policy)
    if spelling is not None:
        yield spelling[0].decode("utf-8", "replace"), spelling[1], "the prefixes differ"
    for pattern, one in cookies:
        if NameTable([(pattern.lower(), True)]).find(text.lower().encode()):
            yield pattern, one, CAPITALS
    for pattern, one in rows:
        if one.kind is not Kind.COOKIE and NameTable([(pattern, True)]).find(name):
            yield pattern, one, f"it declares {one.kind}, and no cookie"
    for pattern, one in cookies:
        literal = pattern.replace("*", "")
        if "*" in pattern and len(text) < len(literal) and len(text) > 1 and literal.startswith(text):
            yield pattern, one, f"its pattern needs the whole of {quoted(literal.encode())}"
    words = {pattern.replace("*", ""): (pattern, one) for pattern, one in cookies if pattern != "*"}
    like = nearest(text[:_COMPARED_CHARACTERS], words)
    if like:
        yield *words[like], "the names are alike"


def _match(pattern: str, declaration: Declaration, places: Places, why: str) -> Match:
    place = places.get((declaration.kind.value, pattern))
    return Match(pattern, declaration.category.value, place.location if place else "", why)
