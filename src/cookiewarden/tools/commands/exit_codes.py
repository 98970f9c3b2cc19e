"""The exit codes, which mean the same for every command.

Rule: a command that finds nothing wrong exits with 0, and no other code means that.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What a command found, for scripts.

    >>> ExitCode.VIOLATION.value
    1
    """

    #: All is as it should be.
    IN_ORDER = 0
    #: The command looked, and something is wrong with what it looked at.
    VIOLATION = 1
    #: The command could not look, so it says neither.
    NOT_VERIFIED = 2
    #: The command was called in a wrong way, or it failed.
    ERROR = 3
