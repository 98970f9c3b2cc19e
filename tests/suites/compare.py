"""Compare two runs of a suite, without and with every app wrapped.

Rule: every test counts, by its outcome alone. Only a known difference is accepted, and a known one must occur.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

Outcomes = Mapping[str, str]

MISSING = "missing"
PASSED = "passed"


@dataclass(frozen=True)
class Comparison:
    """The two runs of a suite. ``known``: by test, the reason why its outcome differs."""

    plain: Outcomes
    wrapped: Outcomes
    known: Mapping[str, str]

    @property
    def counts(self) -> Counter[str]:
        """The number of tests by outcome, without wrapping."""
        return Counter(self.plain.values())

    @property
    def differences(self) -> dict[str, tuple[str, str]]:
        """By test, its outcomes without and with wrapping, if they differ."""
        pairs = {
            test: (self.plain.get(test, MISSING), self.wrapped.get(test, MISSING))
            for test in sorted({*self.plain, *self.wrapped})
        }
        return {test: pair for test, pair in pairs.items() if pair[0] != pair[1]}

    @property
    def unexpected(self) -> dict[str, tuple[str, str]]:
        """The differences that nobody listed."""
        return {test: pair for test, pair in self.differences.items() if test not in self.known}

    @property
    def vanished(self) -> list[str]:
        """The listed differences that do not occur."""
        return sorted(set(self.known) - set(self.differences))

    @property
    def problems(self) -> list[str]:
        """All problems, one line each."""
        found = [
            f"{test}: {plain} without wrapping, {wrapped} with it" for test, (plain, wrapped) in self.unexpected.items()
        ]
        found += [f"{test}: listed as a difference, but there is none; remove it" for test in self.vanished]
        if not self.counts[PASSED]:
            found.append("no test passed without wrapping, so nothing was compared")
        return found
