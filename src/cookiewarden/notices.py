"""What the developer is told of a blocked cookie: once per name, at WARNING, with what to do about it.

Rule: names are escaped and cut; values are never shown, nor what may be one (a line without a name is ""). The
memory of names is bounded, and when it is full one line says so.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any

from cookiewarden.classify import label
from cookiewarden.decide import Judgement, Reason
from cookiewarden.declaration import Declaration
from cookiewarden.hosts import normalize_host
from cookiewarden.policy import Policy
from cookiewarden.policy_values import WrongValueError, cookie_name
from cookiewarden.set_cookie import names_of, parse_set_cookie

logger = logging.getLogger("cookiewarden")

_REMEMBERED_NAMES = 1024
_REMEMBERED_HOSTS = 16
_REMEMBERED_OCTETS = 128  # of each: what differs later only is taken for the same
_SHOWN_CHARACTERS = 100
_MALFORMED = Reason.MALFORMED
_NOTHING: frozenset[bytes] = frozenset()

_HINTS = {
    Reason.MALFORMED: "no name, a line break, or a blank before a field name: readers disagree on such a line",
    Reason.UNDECIDED: "the visitor has not decided yet",
    Reason.REFUSED: "the visitor refused this category",
    Reason.STALE: "the visitor decided under an older version of the policy, so ask again",
}


class Notices:
    """Tells of blocked cookies, for one wrapped app. ``report_only``: they were let through, and are told as such."""

    def __init__(self, report_only: bool, host_of: Callable[[Any], str]) -> None:
        self._host_of = host_of
        self._verb = "would block" if report_only else "blocked"
        self._seen: dict[Policy | None, set[bytes]] = {}
        self._room = _REMEMBERED_NAMES
        self._hosts: set[bytes] = set()

    def blocked(self, lines: Iterable[tuple[bytes, Judgement]], policy: Policy | None, request: Any) -> None:
        """Tell of the lines of one response: the first time of a name, on a site, at WARNING, then at DEBUG.

        Where no policy speaks for the host, it is the first time of the host that counts.
        """
        is_debug = logger.isEnabledFor(logging.DEBUG)
        seen = self._seen.get(policy, _NOTHING)
        for line, (reason, declaration, names) in lines:
            name = names[0] if reason is not _MALFORMED else _name_before_break(line)
            if name not in seen and (self._room > 0 or policy is None) and self._is_first(name, policy, request):
                told = _told(line, name, reason, declaration, self._host_of(request))
                logger.warning("%s the cookie %s", self._verb, told)
                if self._room == 0:
                    self._room = -1
                    logger.warning("%s %d names; further ones are logged at DEBUG", self._verb, _REMEMBERED_NAMES)
            elif is_debug:
                logger.debug("%s the cookie %s (%s)", self._verb, quoted(name), reason)

    def _is_first(self, name: bytes, policy: Policy | None, request: Any) -> bool:
        if policy is None:
            host = self._host_of(request).encode("utf-8", "replace")
            return len(self._hosts) < _REMEMBERED_HOSTS and _is_new(host, self._hosts)
        if not _is_new(name, self._seen.setdefault(policy, set())):
            return False
        self._room -= 1
        return True


def _is_new(key: bytes, seen: set[bytes]) -> bool:
    key = key[:_REMEMBERED_OCTETS]
    is_new = key not in seen
    seen.add(key)
    return is_new


def _told(line: bytes, name: bytes, reason: Reason, declaration: Declaration | None, host: str) -> str:
    category = label(parse_set_cookie(line, host=normalize_host(host))) if declaration is None else declaration.category
    told = f"{quoted(name)} ({category}, {reason}): "
    if reason is Reason.NO_POLICY:
        return told + f"no policy claims the host {quoted(host.encode('utf-8', 'replace'))}; add it to the hosts of one"
    if reason is not Reason.UNDECLARED:
        return told + _HINTS[reason]
    told += "no declaration covers it. "
    if not _can_be_declared(name):
        return told + "Its name cannot be declared as it is; a pattern may cover it, or the app may rename it"
    return (
        told + "If it belongs to this site, declare it:\n"
        f'[[cookies]]\nname = {quoted(name)}\ncategory = "{category}"\npurpose = "..."'
    )


def _name_before_break(line: bytes) -> bytes:
    """The name that stands before the first CR, LF or NUL, ``b""`` where none does: what follows may be a value."""
    return names_of(line.replace(b"\0", b"\n").splitlines()[0])[0] if line.strip(b"\0\r\n") else b""


def _can_be_declared(name: bytes) -> bool:
    """Whether a declaration of this very name loads, covers the cookie and nothing else, and can be shown whole."""
    try:
        text = name.decode("utf-8")
        return cookie_name(text) == text and "*" not in text and len(text) <= _SHOWN_CHARACTERS
    except (UnicodeDecodeError, WrongValueError):
        return False


def quoted(name: bytes) -> str:
    r"""A name in quotation marks, as TOML would have it: in ASCII, without control characters, cut when long.

    >>> print(quoted(b'a"b'), quoted("é".encode()), quoted(b"x\n"))
    "a\"b" "\u00e9" "x\u000a"
    """
    text = name.decode("utf-8", "backslashreplace")
    shown = "".join(_escaped(character) for character in text[:_SHOWN_CHARACTERS])
    return f'"{shown}"' if len(text) <= _SHOWN_CHARACTERS else f'"{shown}"...'


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if " " <= character <= "~":
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
