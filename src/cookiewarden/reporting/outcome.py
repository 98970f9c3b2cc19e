"""What became of one Set-Cookie line: it left, it was stripped, or it left although it should have been stripped."""

from __future__ import annotations

from enum import StrEnum

from cookiewarden.policy.decision import Verdict


class Outcome(StrEnum):
    """What became of a line: it left, it was stripped, or it left although it should have been (``report_only``).

    >>> Outcome("reported") is Outcome.REPORTED
    True
    """

    ALLOWED = "allowed"
    BLOCKED = "blocked"
    REPORTED = "reported"


#: A line, the verdict on it, and what became of it.
ScreenedLine = tuple[bytes, Verdict, Outcome]
