"""A finding: one place of a policy, or one cookie of an app, at which a rule of ours is broken.

Rule: the code of a rule never changes its meaning, because people silence rules by their codes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cookiewarden.errors import Problem, printable


class Level(StrEnum):
    """How much a finding matters, in the words of SARIF 2.1.0, section 3.27.10.

    >>> Level("error").fails
    True
    """

    #: It is wrong, and a check fails.
    ERROR = "error"
    #: It is probably wrong; a check fails if it is strict.
    WARNING = "warning"
    #: It deserves a look.
    NOTE = "note"

    @property
    def fails(self) -> bool:
        """Whether a check fails because of it, even if the check is not strict."""
        return self is Level.ERROR


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that a check looks for. ``code``: CW and three digits. ``name``: words joined by hyphens.

    CW0 and two digits: the policy cannot be read. CW1: what it says. CW2: what an app or a site was seen to do.
    ``is_unverified``: whether its findings say that something could not be looked at, and not that it is wrong.

    >>> Rule("CW101", "no-provider", Level.NOTE, "A cookie that needs consent says who sets it.").level.value
    'note'
    """

    code: str
    name: str
    level: Level
    summary: str
    is_unverified: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that is broken, and the place: file, key, line and column, cookie, message and remedy.

    ``raised``: how much it matters, if that is more than the rule says.

    >>> rule = Rule("CW101", "no-provider", Level.NOTE, "A cookie that needs consent says who sets it.")
    >>> print(Finding(rule, Problem("a.toml", "cookies[0]", "has no provider", "name who sets it", 3, 1, "_ga")))
    a.toml:3:1: note CW101: cookies[0] (cookie "_ga"): has no provider; name who sets it
    """

    rule: Rule
    problem: Problem
    raised: Level | None = None

    @property
    def level(self) -> Level:
        """How much it matters."""
        return self.raised or self.rule.level

    @property
    def file(self) -> str:
        """The path of the file, as it was given; the label of what is not a file."""
        return self.problem.path or self.problem.file

    def __str__(self) -> str:
        place = printable(self.problem.location)
        rest = str(self.problem).removeprefix(place).removeprefix(": ")
        return f"{place}: {self.level} {self.rule.code}: {rest}"
