"""Logs blocked cookies for the developer, once for each name and outcome, at WARNING, with what to do.

One worker of a server logs for all. Names that the app makes up count as one. It also logs headers that look like
Set-Cookie, and pass.
Rule: names are escaped and cut. Values are never shown, nor what may be one: the name of a line without a name is "".
The memory of names is bounded, and when it is full, one line says so.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Set
from typing import TypeVar

from cookiewarden.errors import printable
from cookiewarden.http.hosts import normalize_host
from cookiewarden.http.request import Carrier, RequestSnapshot
from cookiewarden.http.set_cookie import SetCookie, parse_set_cookie
from cookiewarden.http.set_cookie_line import name_before_break
from cookiewarden.log import logger
from cookiewarden.policy.decision import Reason, Verdict, category_of
from cookiewarden.policy.declaration import Category
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.quoting import quoted
from cookiewarden.reporting.made_up_names import Family, family_of
from cookiewarden.reporting.outcome import Outcome, ScreenedLine
from cookiewarden.reporting.remedies import remedy_for_declared, remedy_for_undeclared
from cookiewarden.workers import server_logger

T = TypeVar("T")

# What is logged once: a name, its outcome, and whether it is declared. A new policy may change both.
_Thing = tuple[bytes, Outcome, bool]

_REMEMBERED_NAMES = 1024
_REMEMBERED_HOSTS = 16
_REMEMBERED_HEADERS = 64
_REMEMBERED_BYTES = 128  # of each name; a difference after that does not count
_REMEMBERED_ENDS = 16
_DIGITS = b"0123456789"
_MALFORMED = Reason.MALFORMED
_NOTHING: frozenset[_Thing] = frozenset()

_VERBS = {Outcome.BLOCKED: "blocked", Outcome.REPORTED: "would block"}
_HINTS = {
    Reason.MALFORMED: "no name, a line break, or a blank before a header name: readers disagree on such a line",
    Reason.UNDECIDED: "the visitor has not chosen yet",
    Reason.REFUSED: "the visitor refused this category",
    Reason.SIGNAL: "a signal of the visitor's browser refuses this category",
    Reason.RENEWAL: (
        "the browser has it with this value, and a visit must not prolong a statistical cookie; nothing is to be done"
    ),
    Reason.STALE: "the visitor chose under an older version of the policy, so ask again",
}


class BlockedCookieLog:
    """Logs blocked cookies, for one wrapped app."""

    def __init__(self, host_of: Callable[[RequestSnapshot, Carrier], str]) -> None:
        self._host_of = host_of
        self._seen: dict[str | None, set[_Thing]] = {}
        self._room = _REMEMBERED_NAMES
        self._hosts: set[bytes] = set()
        self._headers: set[bytes] = set()
        self._numbered: dict[bytes, set[bytes]] = {}  # the first names, by what stands before the number at their end
        # What stands before a random end, and how long such a name is. An app makes all of them equally long.
        self._ends: set[tuple[bytes, int]] = set()

    def unenforced(self, header_name: bytes) -> None:
        """Log, once for each name, a header that passes although some script may make a cookie of it."""
        name = header_name[:_REMEMBERED_BYTES].lower()
        if len(self._headers) < _REMEMBERED_HEADERS and _is_new(name, self._headers):
            server_logger.warning(
                "the response header %s passes as it is: only Set-Cookie is enforced. If a script makes a cookie of "
                "it, send Set-Cookie instead, or have the script ask for consent first",
                quoted(header_name),
            )

    def unwanted(
        self, snapshot: RequestSnapshot, carrier: Carrier, policy: Policy | None, lines: Iterable[ScreenedLine]
    ) -> None:
        """Log the lines of one response that should not leave it: the first of each name and site at WARNING.

        Further ones are logged at DEBUG. Each record has its facts as fields, too: ``cookie_name`` and so on. If no
        policy speaks for the host, the first line of the host counts.
        """
        is_debug = logger.isEnabledFor(logging.DEBUG)
        site = None if policy is None else policy.site.id
        seen = self._seen.get(site, _NOTHING)
        for line, verdict, outcome in lines:
            reason = verdict.reason
            name = verdict.names[0] if reason is not _MALFORMED else name_before_break(line)
            thing = name, outcome, verdict.declaration is not None
            is_known = thing in seen or (self._room <= 0 and policy is not None) or self._is_like_known(thing, seen)
            family = None if is_known or policy is None else self._family_of(name)
            if family is not None:
                if family.is_random and len(self._ends) < _REMEMBERED_ENDS:
                    self._ends.add((family.prefix, len(name)))
                thing = family.pattern, outcome, verdict.declaration is not None
            if not is_known and self._is_first(thing, site, snapshot, carrier):
                host = self._host_of(snapshot, carrier)
                cookie = parse_set_cookie(line, host=normalize_host(host))
                category = category_of(verdict, cookie)
                text = message_of(name, cookie, category, verdict, host, policy, family)
                extra = _fields(name, category, verdict, outcome, site)
                verb = _VERBS[outcome]
                key = "cookie", site or "", repr(thing if policy is not None else host)
                server_logger.warning("%s the cookie %s", verb, text, extra=extra, thing=key)
                if self._room == 0:
                    self._room = -1
                    server_logger.warning(
                        "logged %d cookies at WARNING; further ones are logged at DEBUG", _REMEMBERED_NAMES
                    )
            elif is_debug:
                host = normalize_host(self._host_of(snapshot, carrier))
                category = category_of(verdict, parse_set_cookie(line, host=host))
                extra = _fields(name, category, verdict, outcome, site)
                logger.debug("%s the cookie %s (%s)", _VERBS[outcome], quoted(name), reason, extra=extra)

    def _is_like_known(self, thing: _Thing, seen: Set[_Thing]) -> bool:
        """Return whether the family of a name was logged. Most can be told without a look at the family."""
        name, outcome, is_declared = thing
        start = name.rstrip(_DIGITS)
        if len(start) < len(name) and (start + b"*", outcome, is_declared) in seen:
            return True
        return any(
            length == len(name) and name.startswith(prefix) and (prefix + b"*", outcome, is_declared) in seen
            for prefix, length in self._ends
        )

    def _family_of(self, name: bytes) -> Family | None:
        """Return the family of a new name, if its look or the number of such names says that it is made up."""
        name = name[:_REMEMBERED_BYTES]
        family = family_of(name)
        if family is None or family.is_by_look:
            return family
        numbered = self._numbered.setdefault(family.prefix, set())
        if len(numbered) < family.needed:
            numbered.add(name)
        return family if len(numbered) >= family.needed else None

    def _is_first(self, thing: _Thing, site: str | None, snapshot: RequestSnapshot, carrier: Carrier) -> bool:
        name, outcome, is_declared = thing
        if site is None:
            host = self._host_of(snapshot, carrier).encode("utf-8", "replace")
            return len(self._hosts) < _REMEMBERED_HOSTS and _is_new(host[:_REMEMBERED_BYTES], self._hosts)
        thing = name[:_REMEMBERED_BYTES], outcome, is_declared
        if not _is_new(thing, self._seen.setdefault(site, set())):
            return False
        self._room -= 1
        return True


def _is_new(thing: T, seen: set[T]) -> bool:
    is_new = thing not in seen
    seen.add(thing)
    return is_new


def _fields(name: bytes, category: Category, verdict: Verdict, outcome: Outcome, site: str | None) -> dict[str, str]:
    """Return the fields of a log record, for programs that read it."""
    return {
        "cookie_name": printable(name[:_REMEMBERED_BYTES].decode("utf-8", "backslashreplace")),
        "cookie_category": category.value,
        "cookie_reason": verdict.reason.value,
        "cookie_outcome": outcome.value,
        "cookie_site": printable(site or ""),
    }


def message_of(
    name: bytes,
    cookie: SetCookie,
    category: Category,
    verdict: Verdict,
    host: str,
    policy: Policy | None,
    family: Family | None,
) -> str:
    """Return what the log says of a blocked cookie: why it is, and what to do. ``host``: as a request has it."""
    reason = verdict.reason
    text = f"{quoted(name)} ({category}, {reason}): "
    if policy is None or reason is Reason.NO_POLICY:
        return text + f"no policy claims the host {quoted(host.encode('utf-8', 'replace'))}; add it to the hosts of one"
    if reason is not Reason.UNDECLARED:
        declaration = verdict.declaration
        remedy = "" if declaration is None else remedy_for_declared(name, cookie, declaration)
        return text + _HINTS[reason] + (remedy and f". {remedy}")
    return text + "no declaration covers it. " + remedy_for_undeclared(name, cookie, policy, family)
