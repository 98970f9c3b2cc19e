"""Break a text into lines by the widths of its characters.

Rule: no character is lost except soft hyphens and the blank at which a line ends. A word wider than the column is
broken inside.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

#: The blanks at which a line may end: of Unicode's classes SP and BA (UAX 14).
_BLANKS = frozenset(" \u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u200b\u205f\u3000")
_SOFT_HYPHEN = "\xad"


def lines_of(text: str, widths: Mapping[str, float], room: float) -> list[str]:
    r"""Return the lines of a text, none wider than ``room``, which must hold the widest character.

    A soft hyphen is written only at the end of a line. ``widths`` must have every character of the text and the hyphen.

    >>> lines_of("one two\nbe\xadfore", dict.fromkeys("befonrtw -", 1), 6)
    ['one', 'two', 'before']
    >>> lines_of("be\xadfore", dict.fromkeys("befor-", 1), 5)
    ['be-', 'fore']
    """
    return [line for paragraph in text.split("\n") for line in _broken(paragraph, widths, room)]


def _broken(text: str, widths: Mapping[str, float], room: float) -> Iterator[str]:
    start = index = 0
    width = 0.0
    # The last place to end the line so far: its end, the mark written there, and the start of the next line.
    best: tuple[int, str, int] | None = None
    while index < len(text):
        char = text[index]
        is_blank = char in _BLANKS
        more = 0 if char == _SOFT_HYPHEN else widths[char]
        if width + more > room and index > start:
            if is_blank:
                best = index, "", index + 1
            end, mark, following = best or (index, "", index)
            yield text[start:end].replace(_SOFT_HYPHEN, "") + mark
            start = index = following
            width, best = 0, None
            continue
        if is_blank:
            best = index, "", index + 1
        elif char == _SOFT_HYPHEN and width + widths["-"] <= room:
            best = index, "-", index + 1
        width += more
        index += 1
    yield text[start:].replace(_SOFT_HYPHEN, "")
