"""What the developer is told of a blocked cookie: once per name, at WARNING, with what to do about it.

Rule: names are escaped and cut; values are never shown, nor what may be one (a line without a name is ""). The
memory of names is bounded, and when it is full one line says so.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from cookiewarden.classify import label
from cookiewarden.decide import Reason
from cookiewarden.declaration import Declaration
from cookiewarden.policy_values import WrongValueError, cookie_name
from cookiewarden.set_cookie import parse_set_cookie

logger = logging.getLogger("cookiewarden")

_REMEMBERED_NAMES = 1024
_REMEMBERED_HOSTS = 16
_SHOWN_CHARACTERS = 100

_HINTS = {
    Reason.MALFORMED: "browsers disagree on such a line, or it smuggles another; write a plain name=value",
    Reason.UNDECIDED: "the visitor has not decided yet",
    Reason.REFUSED: "the visitor refused this category",
    Reason.STALE: "the visitor decided under an older version of the policy, so ask again",
}


class Notices:
    """Tells of blocked cookies, for one wrapped app. ``report_only``: they were let through, and are told as such."""

    def __init__(self, report_only: bool) -> None:
        self._verb = "would block" if report_only else "blocked"
        # Hashes of the names, so that long ones take no more room.
        self._seen: set[int] = set()
        self._hosts: set[int] = set()

    def blocked(
        self,
        line: bytes,
        name: bytes,
        reason: Reason,
        declaration: Declaration | None,
        host: Callable[[], str],
    ) -> None:
        """Tell of one line: the first time of its name (of its host, without a policy) at WARNING, then at DEBUG."""
        if reason is Reason.NO_POLICY:
            is_first = _is_new(host(), self._hosts, _REMEMBERED_HOSTS)
        else:
            is_first = hash(name) not in self._seen and _is_new(name, self._seen, _REMEMBERED_NAMES)
        if is_first:
            logger.warning("%s the cookie %s", self._verb, _told(line, name, reason, declaration, host()))
            if len(self._seen) == _REMEMBERED_NAMES:
                logger.warning("%s %d names by now; further ones are logged at DEBUG", self._verb, _REMEMBERED_NAMES)
        elif logger.isEnabledFor(logging.DEBUG):
            logger.debug("%s the cookie %s (%s)", self._verb, quoted(name), reason)


def _is_new(key: bytes | str, seen: set[int], limit: int) -> bool:
    if len(seen) >= limit or hash(key) in seen:
        return False
    seen.add(hash(key))
    return True


def _told(line: bytes, name: bytes, reason: Reason, declaration: Declaration | None, host: str) -> str:
    category = label(parse_set_cookie(line, host=host)) if declaration is None else declaration.category
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
