"""Brings together the learned cookies that one declaration is to cover: made-up names, and names with a prefix.

Rule: nothing is lost. Each learned cookie that the app set is in exactly one group.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from cookiewarden.policy.quoting import is_declarable
from cookiewarden.reporting.learned import LearnedCookie
from cookiewarden.reporting.made_up_names import MAX_BYTES, Family, family_of
from cookiewarden.reporting.spellings import without_prefix


@dataclass(frozen=True, slots=True)
class DraftedCookie:
    """What one declaration covers. ``seen``: all that was learned of it, under one name; a pattern ends in ``*``.

    ``family``: that of its names, if they look made up. ``is_pattern``: whether that was enough for a pattern.
    ``other_spelling``: the same name with a standard prefix, if the app was seen to set both; otherwise ``b""``.
    """

    seen: LearnedCookie
    family: Family | None = None
    other_spelling: bytes = b""

    @property
    def raw_name(self) -> bytes:
        """The name as bytes."""
        return self.seen.raw_name

    @property
    def old_name(self) -> bytes:
        """The name that the app's options replaced, or ``b""``."""
        return self.seen.renamed_from.encode("utf-8", "surrogateescape")

    @property
    def is_pattern(self) -> bool:
        """Whether the name stands for several names."""
        return self.seen.is_pattern

    @property
    def is_numbers(self) -> bool:
        """Whether the names are plain numbers, which no pattern covers alone."""
        return self.seen.is_pattern and self.seen.name == "*"

    @property
    def is_declarable(self) -> bool:
        """Whether a declaration can name it."""
        return not self.is_numbers and is_declarable(self.raw_name, is_pattern=self.is_pattern)


def drafted_cookies(cookies: Iterable[LearnedCookie]) -> list[DraftedCookie]:
    """Return the groups of the cookies that the app set. ``cookies``: those of one site."""
    families: dict[tuple[str, bool], list[LearnedCookie]] = {}
    for cookie in cookies:
        family = _family_of(cookie)
        pattern = "" if family is None else family.pattern.decode("utf-8", "surrogateescape")
        key = (cookie.name, cookie.is_pattern) if family is None else (pattern, True)
        families.setdefault(key, []).append(cookie)
    grouped = [one for (name, _), members in families.items() for one in _of_family(name, members)]
    return _with_both_spellings([one for one in grouped if one.seen.count])


def _family_of(cookie: LearnedCookie) -> Family | None:
    return None if cookie.is_pattern else family_of(cookie.raw_name[:MAX_BYTES])


def _of_family(pattern: str, members: list[LearnedCookie]) -> list[DraftedCookie]:
    """Merge cookies into one pattern if enough names show that they are made up; otherwise leave them as they are."""
    by_name = [(one, _family_of(one)) for one in members]
    is_made_up = any(one.is_pattern if family is None else len(members) >= family.needed for one, family in by_name)
    if not is_made_up:
        return [DraftedCookie(one, family) for one, family in by_name]
    first, *others = members
    seen = sum(others, replace(first, name=pattern, is_pattern=True))
    family = next((family for _, family in by_name if family is not None), None)
    return [DraftedCookie(seen, family)]


def _with_both_spellings(cookies: list[DraftedCookie]) -> list[DraftedCookie]:
    """Merge a cookie with the one that has its name after a prefix: some apps add the prefix only on https."""
    plain = {one.raw_name: one for one in cookies if without_prefix(one.raw_name) == one.raw_name}
    merged = []
    for one in cookies:
        name = without_prefix(one.raw_name)
        other = plain.get(name)
        if name == one.raw_name or other is None or other.other_spelling or not one.is_declarable:
            merged.append(one)
        elif other.is_declarable and other.is_pattern == one.is_pattern:
            plain[name] = replace(other, seen=other.seen + one.seen, other_spelling=one.raw_name)
        else:
            merged.append(one)
    return [plain.get(one.raw_name, one) for one in merged]
