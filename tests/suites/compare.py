"""What differs between the same suite run twice, without and with every app wrapped.

Rule: every test counts, by its outcome alone. A difference passes only if it is known, and a known one must occur.
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
    """A suite's two runs, side by side. ``known``: by test, the reason for which its outcome may differ."""

    plain: Outcomes
    wrapped: Outcomes
    known: Mapping[str, str]

    @property
    def counts(self) -> Counter[str]:
        """How many tests had which outcome without wrapping."""
        return Counter(self.plain.values())

    @property
    def differences(self) -> dict[str, tuple[str, str]]:
        """By test, the outcome without and with wrapping, where they differ."""
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
        """All that must not be, a line each."""
        found = [f"{test}: {plain} without, {wrapped} with" for test, (plain, wrapped) in self.unexpected.items()]
        found += [f"{test}: listed as a difference, but there is none" for test in self.vanished]
        if not self.counts[PASSED]:
            found.append("no test passed without wrapping, so that nothing was compared")
        return found
