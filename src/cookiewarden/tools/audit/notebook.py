"""Collects what a visit or a file shows of a target, within bounds, until it is a whole.

Rule: what is left out for a bound is noted, and cuts the state in which it was seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from cookiewarden.errors import printable
from cookiewarden.tools.audit.observed import Observed, Page, Screenshot, SeenHost, SeenKey, SeenLine, SentCookie, State

_MAX_LINES = 20_000
_MAX_LINE_BYTES = 8_192
#: So many different cookies are kept, as in a browser. They cost more than their lines, for each has a row.
_MAX_COOKIES = 3_000
_MAX_HOSTS = 1_000
_MAX_NOTES = 100
_MAX_KEYS = 5_000


@dataclass
class Notebook:
    """What was seen so far. Dictionaries serve as sets that keep their order.

    ``reasons``: by state, a sentence that says why it was not reached, or why a part of it was not seen.
    ``names``: how the lines begin, each once. ``full``: what came in greater number than is kept, in words; ``""``
    while all was kept. ``has_scripts``: whether pages hold scripts that did not run.
    """

    pages: dict[tuple[State, str], Page] = field(default_factory=dict)
    lines: list[SeenLine] = field(default_factory=list)
    sent: dict[SentCookie, None] = field(default_factory=dict)
    hosts: dict[SeenHost, None] = field(default_factory=dict)
    keys: dict[SeenKey, None] = field(default_factory=dict)
    states: set[State] = field(default_factory=set)
    notes: dict[str, None] = field(default_factory=dict)
    cut: set[State] = field(default_factory=set)
    reasons: dict[State, str] = field(default_factory=dict)
    full: str = ""
    names: set[bytes] = field(default_factory=set)
    has_scripts: bool = False

    def keep_lines(
        self,
        state: State,
        url: str,
        lines: Sequence[bytes],
        now: float,
        set_by: str = "",
        method: str = "GET",
        *,
        is_partial: bool = False,
    ) -> None:
        """Keep the Set-Cookie lines of a response, while there is room. The arguments are those of ``SeenLine``."""
        for line in lines:
            if len(line) > _MAX_LINE_BYTES:
                self.note(f"Set-Cookie lines over {_MAX_LINE_BYTES:,} bytes were left out.")
                self.cut.add(state)
                continue
            name = line.partition(b"=")[0]
            if len(self.lines) >= _MAX_LINES:
                self._leave_out(state, f"{_MAX_LINES:,} Set-Cookie lines")
            elif name not in self.names and len(self.names) >= _MAX_COOKIES:
                self._leave_out(state, f"{_MAX_COOKIES:,} cookies")
            else:
                self.names.add(name)
                self.lines.append(SeenLine(state, url, line, now, set_by, method, is_partial))

    def keep_hosts(self, state: State, hosts: Iterable[str]) -> None:
        """Keep which hosts a browser contacts for a page, while there is room."""
        for seen in (SeenHost(state, host) for host in hosts):
            if seen in self.hosts or len(self.hosts) < _MAX_HOSTS:
                self.hosts[seen] = None
            else:
                self._leave_out(state, f"{_MAX_HOSTS:,} hosts that pages contact")

    def keep_key(self, key: SeenKey) -> None:
        """Keep a key of the storage of a browser, while there is room."""
        if len(self.keys) < _MAX_KEYS:
            self.keys[key] = None
        else:
            self.note(f"Keys in storage after the first {_MAX_KEYS:,} were left out.")
            self.cut.add(key.state)

    def cut_short(self, state: State, reason: str) -> None:
        """Keep that a part of a state was not seen, and why, unless a reason stands there already."""
        self.cut.add(state)
        self.reasons.setdefault(state, reason)

    def forget(self, state: State) -> None:
        """Leave out what was seen in a state that was not reached after all. Why it was not stays."""
        self.pages = {key: page for key, page in self.pages.items() if page.state is not state}
        self.lines = [one for one in self.lines if one.state is not state]
        self.sent = {one: None for one in self.sent if one.state is not state}
        self.hosts = {one: None for one in self.hosts if one.state is not state}
        self.keys = {one: None for one in self.keys if one.state is not state}
        self.states.discard(state)
        self.cut.discard(state)

    def note(self, text: str) -> None:
        """Keep a sentence for the reader of the report, once."""
        if len(self.notes) < _MAX_NOTES:
            self.notes[printable(text)] = None

    def _leave_out(self, state: State, bound: str) -> None:
        self.full = bound
        self.note(f"Only the first {bound} were kept.")
        self.cut.add(state)

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
            has_scripts=self.has_scripts,
            reasons={state: printable(reason) for state, reason in self.reasons.items()},
        )
