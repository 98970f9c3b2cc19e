"""Find the line and the column of each problem in the text of a policy file, TOML or JSON: the parsers give none.

It runs only if there is a problem, over a text that was parsed without an error.
Rule: a position is right, or there is none. A key that reads like another one, such as ``"a.b"`` and ``a.b``, has none.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from cookiewarden.errors import Problem

_BLANKS = re.compile(r"(?:[ \t\r\n]|#[^\n]*+)*+")
_KEY = re.compile(r"""[A-Za-z0-9_-]++|"(?:[^"\\]|\\.)*+"|'[^']*+'""")
#: A string, if ``.`` stands for any character. One of several lines may end with two quotation marks of its own.
STRING = r'''"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?'{3,5}|'[^']*+'|"(?:[^"\\]|\\.)*+"'''
_NUMBER = re.compile(r"\[[0-9]+\]$")
# Other values hold none of , ] } # in TOML.
_VALUE = re.compile(STRING + r"|[^,\]}#\n]++", re.DOTALL)
_Path = tuple[str | int, ...]
# Each level costs as much as all above it, and no policy has so many.
_DEEPEST = 100


def locate(problems: Iterable[Problem], sources: Mapping[str, tuple[str, str]]) -> Iterator[Problem]:
    """Give the problems their paths, lines and columns. A missing key has the position of the table that lacks it.

    A missing table has the first line of the file that lacks it.

    ``sources``: the path and the text of each file, by its label in problems.
    """
    known: dict[str, Positions] = {}
    for problem in problems:
        if problem.line is not None or problem.file not in sources:
            yield problem
            continue
        path, text = sources[problem.file]
        if problem.file not in known:
            known[problem.file] = Positions(text)
        line, column = known[problem.file].nearest(problem.key) or (None, None)
        yield replace(problem, path=path, line=line, column=column)


class Positions:
    r"""The positions of all keys of a text. A key is written as problems write it, such as ``cookies[3].category``.

    >>> Positions('[site]\nname = "x"\n[[cookies]]\npurpose.en = "y"').of("cookies[0].purpose")
    (4, 1)
    """

    def __init__(self, text: str) -> None:
        self._line_begins = [0, *(match.end() for match in re.finditer("\n", text))]
        self._offsets: dict[str, int | None] = {}
        scanner = _Scanner(text)
        offsets = scanner.offsets()
        self._seconds, self._is_followed = scanner.seconds, scanner.is_followed
        for path, offset in offsets.items():
            key = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")
            self._offsets[key] = None if key in self._offsets else offset

    def of(self, key: str) -> tuple[int, int] | None:
        """Return the line and the column of a key, counted from 1, or ``None``."""
        return self._place(self._offsets.get(key))

    def _place(self, offset: int | None) -> tuple[int, int] | None:
        if offset is None:
            return None
        line = bisect_right(self._line_begins, offset)
        return line, offset - self._line_begins[line - 1] + 1

    def nearest(self, key: str) -> tuple[int, int] | None:
        r"""Return the position of a key, of the table that lacks it, or else of the text; ``None`` for an unclear key.

        A key is unclear if it reads like another one.

        >>> positions = Positions('[site]\nname = "x"')
        >>> positions.nearest("site.operator"), positions.nearest("statistics.evidence")
        ((1, 2), (1, 1))
        """
        while key and key not in self._offsets:
            number = _NUMBER.search(key)
            key = key[: number.start()] if number else key.rpartition(".")[0]
        return self.of(key) if key or not self._is_followed else (1, 1)

    def second(self, name: str) -> tuple[int, int] | None:
        """Return the position at which a key of this name stands in its table for the second time.

        >>> Positions('{"a": {"b": 1}, "b": 1, "b": 2}').second("b")
        (1, 25)
        """
        return self._place(self._seconds.get(name))


class _Scanner:
    """Reads a text once, from its begin to its end, and notes where each key first occurs."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._found: dict[_Path, int] = {}
        #: In JSON: the first offset at which a key stands for the second time, by its name.
        self.seconds: dict[str, int] = {}
        self._tables: dict[_Path, int] = {}  # how many tables [[...]] has begun so far
        self._is_json = text.lstrip().startswith("{")
        self.is_followed = True

    def offsets(self) -> dict[_Path, int]:
        """Return the offset of each key, by its path; nothing if the text cannot be followed to its end."""
        try:
            table: _Path = ()
            while char := self._next():
                if char == "[":
                    table = self._header()
                elif self._is_json:
                    self._value(())
                else:
                    self._pair(table)
        except (ValueError, RecursionError):
            self.is_followed = False
            return {}
        return self._found

    def _next(self) -> str:
        """Skip blanks and comments, and return the character after them; ``""`` at the end."""
        self._take(_BLANKS)
        return self._text[self._at : self._at + 1]

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._at)
        if match is None:
            raise ValueError("this is neither TOML nor JSON")
        self._at = match.end()
        return match[0]

    def _keys(self, path: _Path) -> _Path:
        """Read a key, dotted or not, and return its path. Note where each of its parts is."""
        while True:
            self._next()
            at, word = self._at, self._take(_KEY)
            path = (*path, self._decoded(word))
            if len(path) > _DEEPEST:
                raise ValueError("this is nested too deeply")
            if self._found.setdefault(path, at) != at and self._is_json:
                self.seconds.setdefault(str(path[-1]), at)
            if self._next() != ".":
                return path
            self._at += 1
            path = self._last_table(path)

    def _last_table(self, path: _Path) -> _Path:
        """Return the path of the last table that [[...]] began under this path, or the path itself if none did."""
        return (*path, self._tables[path] - 1) if path in self._tables else path

    def _decoded(self, word: str) -> str:
        if "\\" in word and word[0] == '"':
            return str(json.loads(word)) if self._is_json else _decoded_toml(word)
        return word[1:-1] if word[0] in "\"'" else word

    def _header(self) -> _Path:
        at, sign = self._at, "[[" if self._text.startswith("[[", self._at) else "["
        self._at += len(sign)
        path = self._keys(())
        if sign == "[[":
            self._tables[path] = self._tables.get(path, 0) + 1
            path = self._last_table(path)
            self._found[path] = at
        self._next()
        self._at += len(sign)
        return path

    def _pair(self, table: _Path) -> None:
        path = self._keys(table)
        self._at += 1  # the sign between key and value
        self._value(path)

    def _value(self, path: _Path) -> None:
        begin = self._next()
        if begin not in ("[", "{"):
            self._take(_VALUE)
            return
        self._at += 1
        number = 0
        while (char := self._next()) not in ("]", "}"):
            if char == ",":
                self._at += 1
            elif begin == "{":
                self._pair(path)
            else:
                if char == "{":
                    self._found[*path, number] = self._at
                self._value((*path, number))
                number += 1
        self._at += 1


def _decoded_toml(word: str) -> str:
    import tomllib

    return next(iter(tomllib.loads(f"{word} = 0")))
