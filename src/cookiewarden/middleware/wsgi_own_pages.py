"""Lets a WSGI app answer on a path of our pages: to see whether it has a page there, or to go first.

Rule: any response but a 404 goes out as the app gave it. A dropped body is closed and never read further.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

from cookiewarden.http.request import Carrier

_NOT_FOUND = "404"


def seen(start_response: Callable[..., object], see: Callable[[str], object]) -> Callable[..., Any]:
    """Return a ``start_response`` that passes the three digits of the status to ``see`` first."""

    def seen_start_response(status: str, headers: Any, exc_info: Any = None) -> object:
        see(status[:3])
        return start_response(status, headers, exc_info)

    return seen_start_response


def body_unless_missing(
    app: Callable[..., Iterable[bytes]], environ: Carrier, start_response: Callable[..., object]
) -> Iterable[bytes] | None:
    """Run the app and return its body; drop its response and return ``None`` if it has no such page.

    A response that began with another status is no longer dropped, because the server has that status already.
    """
    is_missing: bool | None = None  # ``None``: the app did not say yet

    def start_unless_missing(status: str, headers: Any, exc_info: Any = None) -> object:
        nonlocal is_missing
        if is_missing is not False:
            is_missing = status[:3] == _NOT_FOUND
        return _drop if is_missing else start_response(status, headers, exc_info)

    body = app(environ, start_unless_missing)
    if is_missing is None:
        body = _Begun(body)  # the app is a generator, and starts its response when it is read
    if is_missing:
        _close(body)
        return None
    is_missing = False
    return body


class _Begun:
    """A body whose first part was read already."""

    def __init__(self, body: Iterable[bytes]) -> None:
        self._body = body
        try:
            self._parts = iter(body)
            self._first = [part for part in [next(self._parts, None)] if part is not None]
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> Iterator[bytes]:
        return chain(self._first, self._parts)

    def close(self) -> None:
        """Close the body, as PEP 3333 has it."""
        _close(self._body)


def _close(body: object) -> None:
    close = getattr(body, "close", None)
    if close is not None:
        close()


def _drop(data: bytes) -> None:
    """Take the place of ``write`` for a response that is dropped."""
