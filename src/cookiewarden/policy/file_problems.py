"""Say what is wrong with a file of a policy as a whole: it is missing, or its parser refuses it.

Rule: it never opens a file; ``file`` passes what it found.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path

from cookiewarden.errors import Problem, nearest
from cookiewarden.policy.positions import Positions

#: What the name of a preset begins with under ``extends``.
PRESET = "preset:"
# How tomllib ends its messages.
_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
# What to do about its commonest messages.
_REMEDIES = {
    "Invalid value": 'put a text into quotation marks: name = "..."',
    "Illegal character '\\n'": "close the text with a quotation mark on the same line",
    "Cannot overwrite a value": "this key occurs twice in its table; keep one of them",
}


class RepeatedKeyError(ValueError):
    """An object of JSON has a key twice."""

    def __init__(self, key: str) -> None:
        super().__init__(f'the key "{key}" occurs twice')
        self.key = key


def is_of_a_base(problem: Problem) -> bool:
    """Return whether a file that others extend may have this problem: it names no site.

    >>> is_of_a_base(Problem("platform.toml", "site.name", "missing"))
    True
    """
    return (problem.key, problem.message) == ("site.name", "missing")


def no_such_file(path: Path, beside: Iterable[str], presets: Collection[str], named_at: Problem) -> Problem:
    """Return the problem of a path without a file. ``beside``: the names of the policy files in its folder."""
    message = f'there is no file "{path.absolute()}"'
    if not path.is_absolute():
        message += f"; the working directory is {Path().absolute()}"
    is_base = bool(named_at.key)
    remedy = _near_preset(path.name, presets) if is_base and not path.suffix else ""
    if not remedy:
        near = nearest(path.name, beside)
        default = "correct the path, which starts at the folder of this file" if is_base else _first_policy(path)
        remedy = f"did you mean {near}?" if near else default
    return replace(named_at, message=message, remedy=remedy)


def _first_policy(path: Path) -> str:
    """Return what to do if no policy is there: the path may be wrong, or nobody has written the policy yet."""
    if path.suffix != ".toml":
        return "correct the path"
    return (
        'correct the path, or write a first policy there, of three lines: extends = "preset:django" (or the preset of '
        'what you run), then [site], then name = "Exampletown"'
    )


def no_such_preset(name: str, presets: Collection[str], named_at: Problem) -> Problem:
    """Return the problem of a preset that does not exist: the nearest one, or all of them."""
    near = _near_preset(name.removeprefix(PRESET), presets)
    remedy = near or f"known here: {', '.join(sorted(presets))}"
    return replace(named_at, message=f'there is no "{name}"', remedy=remedy)


def _near_preset(word: str, presets: Iterable[str]) -> str:
    # Compared without the common prefix, which would make any two names look alike.
    near = nearest(word.lower(), (name.removeprefix(PRESET) for name in presets))
    return f"did you mean {PRESET}{near}?" if near else ""


def syntax_problem(error: ValueError, kind: str, data: bytes, place: Problem) -> Problem:
    """Return the problem of a file that its parser refused, with the line and the column that the parser names."""
    message, remedy = str(error), "correct it there"
    line, column = 1, 1
    if isinstance(error, UnicodeDecodeError):
        before = data[: error.start].decode("utf-8", "replace")
        message, remedy = f"the byte 0x{data[error.start]:02x} is not UTF-8", "save the file in UTF-8"
        line, column = _end_of(before)
    elif (found := _AT.search(message)) is not None:
        line, column = (int(found[1]), int(found[2])) if found[1] else _end_of(data.decode("utf-8-sig", "replace"))
        message = message[: found.start()]
    elif isinstance(error, json.JSONDecodeError):
        message, line, column = error.msg, error.lineno, error.colno
    elif isinstance(error, RepeatedKeyError):
        remedy = "keep one of them"
        line, column = Positions(data.decode("utf-8-sig")).second(error.key) or (1, 1)
    remedy = _REMEDIES.get(message, remedy)
    return replace(place, message=f"cannot be read as {kind} ({message})", remedy=remedy, line=line, column=column)


def _end_of(text: str) -> tuple[int, int]:
    """Return the line and the column after the last character of a text."""
    return text.count("\n") + 1, len(text) - text.rfind("\n")
