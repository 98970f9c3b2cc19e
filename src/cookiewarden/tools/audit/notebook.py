"""Collects what a reader of a target sees, within bounds, until it is a whole.

Rule: what is left out for a bound is noted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from cookiewarden.tools.audit.observed import Observed, Page, Screenshot, SeenHost, SeenKey, SeenLine, SentCookie, State

_MAX_LINES = 20_000
_MAX_LINE_BYTES = 8_192
_MAX_NOTES = 100
_MAX_KEYS = 5_000


@dataclass
class Notebook:
    """What was seen so far."""

    pages: dict[tuple[State, str], Page] = field(default_factory=dict)
    lines: list[SeenLine] = field(default_factory=list)
    sent: dict[SentCookie, None] = field(default_factory=dict)
    hosts: dict[SeenHost, None] = field(default_factory=dict)
    keys: dict[SeenKey, None] = field(default_factory=dict)
    states: set[State] = field(default_factory=set)
    notes: dict[str, None] = field(default_factory=dict)
    cut: set[State] = field(default_factory=set)

    def keep_lines(self, state: State, url: str, lines: Sequence[bytes], now: float, set_by: str = "") -> None:
        """Keep the Set-Cookie lines of a response, while there is room."""
        for line in lines:
            if len(self.lines) < _MAX_LINES and len(line) <= _MAX_LINE_BYTES:
                self.lines.append(SeenLine(state, url, line, now, set_by))
            else:
                bounds = f"Set-Cookie lines over {_MAX_LINE_BYTES:,} bytes, or after the first {_MAX_LINES:,}"
                self.note(f"{bounds}, were left out.")
                self.cut.add(state)

    def keep_key(self, key: SeenKey) -> None:
        """Keep a key of the storage of a browser, while there is room."""
        if len(self.keys) < _MAX_KEYS:
            self.keys[key] = None
        else:
            self.note(f"Keys in storage after the first {_MAX_KEYS:,} were left out.")

    def forget(self, state: State) -> None:
        """Leave out what was seen in a state that was not reached after all."""
        self.lines = [one for one in self.lines if one.state is not state]
        self.sent = {one: None for one in self.sent if one.state is not state}
        self.hosts = {one: None for one in self.hosts if one.state is not state}
        self.keys = {one: None for one in self.keys if one.state is not state}

    def note(self, text: str) -> None:
        """Keep a sentence for the reader of the report, once."""
        if len(self.notes) < _MAX_NOTES:
            self.notes[text] = None

    def observed(
        self, target: str, how: str, began: float, published: bytes = b"", screenshots: tuple[Screenshot, ...] = ()
    ) -> Observed:
        """Return all of it. The arguments are those of ``Observed``."""
        return Observed(
            target=target,
            states=frozenset(self.states),
            pages=tuple(self.pages.values()),
            lines=tuple(self.lines),
            sent=tuple(self.sent),
            notes=tuple(self.notes),
            hosts=tuple(self.hosts),
            how=how,
            began=began,
            published=published,
            storage=tuple(self.keys),
            screenshots=screenshots,
            cut=frozenset(self.cut),
        )
