"""Logs which request cookies the app does not see, once for each name on a site, with what to do.

Visitors choose the names that a pattern covers. So these are logged once for each declaration, with the first name.
Rule: names are escaped and cut. Values are never shown, nor what may be one: the name of a cookie without "=" is "".
The memory of names is bounded, and when it is full, one line says so.
"""

from __future__ import annotations

from collections.abc import Iterable

from cookiewarden.errors import printable
from cookiewarden.policy.decision import Reason
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.quoting import quoted
from cookiewarden.reporting.outcome import Outcome, ScreenedLine
from cookiewarden.workers import server_logger

_REMEMBERED_NAMES = 1024
_REMEMBERED_BYTES = 128  # of each name; a difference after that does not count

_VERBS = {Outcome.BLOCKED: "hid", Outcome.REPORTED: "would hide"}
_UNDECLARED = "no declaration covers it. If the app reads it, declare it"
_ASK = (
    "If visitors asked for what it does, declare it as necessary; otherwise the app must work without it, or ask for "
    "consent first"
)
_HINTS = {
    Reason.UNDECIDED: "the visitor has not chosen yet",
    Reason.REFUSED: "the visitor refused this category",
    Reason.STALE: "the visitor chose under an older version of the policy, so the banner asks again",
    Reason.SIGNAL: "a signal of the browser refuses this category",
}


class HiddenCookieLog:
    """Logs hidden cookies, for one wrapped app. Threads may share it."""

    def __init__(self) -> None:
        self._seen: set[tuple[str, bytes, Outcome, bool]] = set()

    def hidden(self, policy: Policy, lines: Iterable[ScreenedLine]) -> None:
        """Log cookies that the app does not see, or would not see if the policy were enforced."""
        for _, verdict, outcome in lines:
            name, declaration = verdict.names[0], verdict.declaration
            thing = name[:_REMEMBERED_BYTES]
            if declaration is not None and name.decode("utf-8", "replace") not in declaration.names:
                thing = declaration.names[0].encode()
            key = policy.site.id, thing, outcome, declaration is not None
            if key in self._seen or len(self._seen) > _REMEMBERED_NAMES:
                continue
            self._seen.add(key)
            if len(self._seen) > _REMEMBERED_NAMES:
                server_logger.warning("logged %d hidden cookies; further ones are not logged", _REMEMBERED_NAMES)
                return
            category = "undeclared" if declaration is None else declaration.category.value
            hint = _UNDECLARED if declaration is None else f"{_HINTS[verdict.reason]}. {_ASK}"
            server_logger.warning(
                "%s the request cookie %s from the app (%s, %s): %s",
                _VERBS[outcome],
                quoted(name),
                category,
                verdict.reason.value,
                hint,
                extra={
                    "cookie_name": printable(thing.decode("utf-8", "backslashreplace")),
                    "cookie_category": category,
                    "cookie_reason": verdict.reason.value,
                    "cookie_outcome": outcome.value,
                    "cookie_site": printable(policy.site.id),
                },
                thing=("request cookie", *map(repr, key)),
            )
