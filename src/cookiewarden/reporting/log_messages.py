"""What the developer is told of a blocked cookie: once per name and what becomes of it, at WARNING, with what to do.
So it is with header fields that look like Set-Cookie, and pass.

Rule: names are escaped and cut; values are never shown, nor what may be one (a line without a name is ""). The
memory of names is bounded, and when it is full one line says so.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from cookiewarden.errors import printable
from cookiewarden.http.hosts import normalize_host
from cookiewarden.http.request import Carrier, RequestSnapshot
from cookiewarden.http.set_cookie import parse_set_cookie
from cookiewarden.http.set_cookie_line import name_before_break
from cookiewarden.log import logger
from cookiewarden.policy.decision import Reason, Verdict, category_of
from cookiewarden.policy.declaration import Category
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.quoting import is_declarable, quoted
from cookiewarden.reporting.outcome import Outcome, ScreenedLine

T = TypeVar("T")

# What is told once: a name, what became of it, and whether it is declared; a new policy may change either.
_Thing = tuple[bytes, Outcome, bool]

_REMEMBERED_NAMES = 1024
_REMEMBERED_HOSTS = 16
_REMEMBERED_FIELDS = 64
_REMEMBERED_OCTETS = 128  # of each: what differs later only is taken for the same
_MALFORMED = Reason.MALFORMED
_NOTHING: frozenset[_Thing] = frozenset()

_VERBS = {Outcome.BLOCKED: "blocked", Outcome.REPORTED: "would block"}
_HINTS = {
    Reason.MALFORMED: "no name, a line break, or a blank before a field name: readers disagree on such a line",
    Reason.UNDECIDED: "the visitor has not decided yet",
    Reason.REFUSED: "the visitor refused this category",
    Reason.STALE: "the visitor decided under an older version of the policy, so ask again",
}


class BlockedCookieLog:
    """Tells of blocked cookies, for one wrapped app."""

    def __init__(self, host_of: Callable[[RequestSnapshot, Carrier], str]) -> None:
        self._host_of = host_of
        self._seen: dict[str | None, set[_Thing]] = {}
        self._room = _REMEMBERED_NAMES
        self._hosts: set[bytes] = set()
        self._fields: set[bytes] = set()

    def unenforced(self, field_name: bytes) -> None:
        """Log, once for each name, a header that some script may make a cookie of, and that passes all the same."""
        name = field_name[:_REMEMBERED_OCTETS].lower()
        if len(self._fields) < _REMEMBERED_FIELDS and _is_new(name, self._fields):
            logger.warning(
                "the response header %s passes as it is: only Set-Cookie is enforced. If a script makes a cookie of "
                "it, send Set-Cookie instead, or have the script ask for consent first",
                quoted(field_name),
            )

    def unwanted(
        self, snapshot: RequestSnapshot, carrier: Carrier, policy: Policy | None, lines: Iterable[ScreenedLine]
    ) -> None:
        """Tell of the lines of one response that should not leave it: the first time of a name, on a site, at WARNING,
        then at DEBUG. Each record has what it says as fields, too: ``cookie_name`` and so on.

        Where no policy speaks for the host, it is the first time of the host that counts.
        """
        is_debug = logger.isEnabledFor(logging.DEBUG)
        site = None if policy is None else policy.site.id
        seen = self._seen.get(site, _NOTHING)
        for line, judgement, outcome in lines:
            reason = judgement.reason
            name = judgement.names[0] if reason is not _MALFORMED else name_before_break(line)
            thing = name, outcome, judgement.declaration is not None
            is_told = thing in seen or (self._room <= 0 and policy is not None)
            if not is_told and self._is_first(thing, site, snapshot, carrier):
                host = self._host_of(snapshot, carrier)
                category = category_of(judgement, parse_set_cookie(line, host=normalize_host(host)))
                told = _told(name, category, judgement, host)
                extra = _fields(name, category, judgement, outcome, site)
                verb = _VERBS[outcome]
                logger.warning("%s the cookie %s", verb, told, extra=extra)
                if self._room == 0:
                    self._room = -1
                    logger.warning("told of %d cookies; further ones are logged at DEBUG", _REMEMBERED_NAMES)
            elif is_debug:
                host = normalize_host(self._host_of(snapshot, carrier))
                category = category_of(judgement, parse_set_cookie(line, host=host))
                extra = _fields(name, category, judgement, outcome, site)
                logger.debug("%s the cookie %s (%s)", _VERBS[outcome], quoted(name), reason, extra=extra)

    def _is_first(self, thing: _Thing, site: str | None, snapshot: RequestSnapshot, carrier: Carrier) -> bool:
        name, outcome, is_declared = thing
        if site is None:
            host = self._host_of(snapshot, carrier).encode("utf-8", "replace")
            return len(self._hosts) < _REMEMBERED_HOSTS and _is_new(host[:_REMEMBERED_OCTETS], self._hosts)
        thing = name[:_REMEMBERED_OCTETS], outcome, is_declared
        if not _is_new(thing, self._seen.setdefault(site, set())):
            return False
        self._room -= 1
        return True


def _is_new(thing: T, seen: set[T]) -> bool:
    is_new = thing not in seen
    seen.add(thing)
    return is_new


def _fields(name: bytes, category: Category, judgement: Verdict, outcome: Outcome, site: str | None) -> dict[str, str]:
    """What a log record says, for who reads records by program."""
    return {
        "cookie_name": printable(name[:_REMEMBERED_OCTETS].decode("utf-8", "backslashreplace")),
        "cookie_category": category.value,
        "cookie_reason": judgement.reason.value,
        "cookie_outcome": outcome.value,
        "cookie_site": printable(site or ""),
    }


def _told(name: bytes, category: Category, judgement: Verdict, host: str) -> str:
    reason = judgement.reason
    told = f"{quoted(name)} ({category}, {reason}): "
    if reason is Reason.NO_POLICY:
        return told + f"no policy claims the host {quoted(host.encode('utf-8', 'replace'))}; add it to the hosts of one"
    if reason is not Reason.UNDECLARED:
        return told + _HINTS[reason]
    told += "no declaration covers it. "
    if not is_declarable(name):
        return told + "Its name cannot be declared as it is; a pattern may cover it, or the app may rename it"
    return (
        told + "If it belongs to this site, declare it:\n"
        f'[[cookies]]\nname = {quoted(name)}\ncategory = "{category}"\npurpose = "..."'
    )
