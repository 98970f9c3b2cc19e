"""Write to the terminal: how wide it is, whether it has colours, and which marks it can show.

It imports no web framework, so that the first line of the demo comes at once.
Rule: without colours, not one escape code is written, and the marks alone say what the colours say.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

from rich.text import Text

from cookiewarden.tools.console import console_for

if TYPE_CHECKING:
    from cookiewarden.tools.demo.exchanges import Outcome

#: What heads the column of each visitor: words above each other, or a letter if the terminal is narrow.
HEADINGS = {
    "no choice": ("no", "choice"),
    "refused all": ("refused", "all"),
    "statistics only": ("statistics", "only"),
    "all": ("accepted", "all"),
    "forged cookie": ("forged", "choice"),
}
LETTERS = dict(zip(HEADINGS, "ABCDE", strict=True))

_WIDE = 80
_HIGH = 32


class Terminal:
    """Standard output, which may be a terminal.

    Has no colours if ``NO_COLOR`` is set, if the terminal is dumb, or if the output goes to a file or a pipe.
    """

    def __init__(self) -> None:
        size = shutil.get_terminal_size((_WIDE, 24))
        self._is_high = size.lines >= _HIGH
        self._console = console_for(width=size.columns)
        self.width = self._console.width
        #: Whether the columns of the visitors get letters instead of words.
        self.is_narrow = self.width < _WIDE
        self._yes, self._no = ("+", "-") if self._console.options.ascii_only else ("\N{CHECK MARK}", "\N{BALLOT X}")

    def say(self, text: str | Text = "", style: str = "") -> None:
        """Write a text, broken into lines at blanks."""
        plain = text if isinstance(text, Text) else Text(text)
        plain.stylize(style)
        for line in plain.wrap(self._console, self.width) if plain else [plain]:
            line.rstrip()
            self._console.print(line, soft_wrap=True)

    def say_gap(self) -> None:
        """Write an empty line if the terminal is high enough for such."""
        if self._is_high:
            self.say()

    def say_row(self, row: Text) -> None:
        """Write a row of a table as it is, without blanks at its end."""
        row.rstrip()
        self._console.print(row, soft_wrap=True)

    def say_item(self, label: str, text: str) -> None:
        """Write a label, and beside it a text, which keeps its distance from the left on every line."""
        indent = 2 if self.is_narrow else 16
        if len(label) < indent - 1:
            first, lines = label.ljust(indent), wrap(text, self.width - indent)
        else:
            first, lines = " " * indent, wrap(text, self.width - indent)
            self.say_row(Text(label, style="bold"))
        for number, line in enumerate(lines):
            self.say_row(Text.assemble((first if number == 0 else " " * indent, "bold"), line))

    def mark(self, is_kept: bool | None) -> tuple[str, str]:
        """Return the mark of a line that left, or did not, and its style; ``None`` if some left and some did not."""
        if is_kept is None:
            return "?", "bold red"
        return (self._yes, "green") if is_kept else (self._no, "red")

    def say_legend(self) -> None:
        """Say what the marks, and the letters if there are any, stand for."""
        self.say(Text.assemble(self.mark(True), " leaves the app   ", self.mark(False), " is stopped"))
        if self.is_narrow:
            for name, letter in LETTERS.items():
                self.say(f"{letter} {' '.join(HEADINGS[name])}")


def agreed(outcomes: Sequence[Outcome]) -> bool | None:
    """Return whether all lines left or all did not; ``None`` if it differs."""
    kept = {outcome.is_kept for outcome in outcomes}
    return kept.pop() if len(kept) == 1 else None
