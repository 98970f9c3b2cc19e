"""What the developer is told of a blocked cookie: once per name, at WARNING, with what to do about it.

Rule: names are escaped and cut, values are never shown; the memory of names is bounded, and when it is full
one line says so.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from cookiewarden.classify import label
from cookiewarden.decide import Reason
from cookiewarden.declaration import Declaration
from cookiewarden.set_cookie import parse_set_cookie

logger = logging.getLogger("cookiewarden")

_REMEMBERED_NAMES = 1024
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
        self._seen: set[bytes] = set()
        self._is_full = False

    def blocked(
        self,
        line: bytes,
        names: tuple[bytes, ...],
        reason: Reason,
        declaration: Declaration | None,
        host: Callable[[], str],
    ) -> None:
        """Tell of one line: the first time of its name (of its host, without a policy) at WARNING, then at DEBUG."""
        key = b"\0" + host().encode() if reason is Reason.NO_POLICY else names[0] or names[-1]
        if key in self._seen or self._is_full:
            if logger.isEnabledFor(logging.DEBUG):
                logger.debug("%s the cookie %s (%s)", self._verb, quoted(names[0] or names[-1]), reason)
            return
        self._seen.add(key)
        logger.warning("%s", self._message(line, names[0] or names[-1], reason, declaration, host()))
        if len(self._seen) >= _REMEMBERED_NAMES:
            self._is_full = True
            logger.warning("blocked cookies under %d names; further names are logged at DEBUG", len(self._seen))

    def _message(self, line: bytes, name: bytes, reason: Reason, declaration: Declaration | None, host: str) -> str:
        category = label(parse_set_cookie(line, host=host)) if declaration is None else declaration.category
        told = f"{self._verb} the cookie {quoted(name)} ({category}, {reason}): "
        if reason is Reason.NO_POLICY:
            return told + f"no policy claims the host {quoted(host.encode())}; add it to the hosts of one"
        if reason is not Reason.UNDECLARED:
            return told + _HINTS[reason]
        return (
            told + "no declaration covers it. If it belongs to this site, declare it:\n"
            f'[[cookies]]\nname = {quoted(name)}\ncategory = "{category}"\npurpose = "..."'
        )


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
