"""Find the comments in the text of a policy file, with their lines and columns: the parsers drop them.

Rule: a ``#`` inside a string begins no comment. It reads only a text that was parsed without an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from cookiewarden.policy.positions import STRING

_STRING_OR_COMMENT = re.compile(f"{STRING}|(?P<comment>#[^\\n]*+)", re.DOTALL)


class Comment(NamedTuple):
    """A comment without its ``#``. ``line`` and ``column`` count from 1."""

    line: int
    column: int
    words: str


def comments_of(text: str) -> Iterator[Comment]:
    r"""Yield the comments of a text in TOML, each line on its own. JSON has none.

    >>> list(comments_of('name = "a # b"  # the name\n'))
    [Comment(line=1, column=17, words='the name')]
    """
    line, seen = 1, 0
    for match in _STRING_OR_COMMENT.finditer(text):
        if match["comment"]:
            line += text.count("\n", seen, match.start())
            seen = match.start()
            yield Comment(line, seen - text.rfind("\n", 0, seen), match["comment"].strip("# \t\r"))
