"""Fetch a document from the web, with bounds on its size, time and redirects.

Rule: only a whole document that the server gives is returned. What ``tools/web`` refuses to open is not fetched.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from cookiewarden.errors import printable
from cookiewarden.tools.web.addresses import MAX_URL, joined, resolve
from cookiewarden.tools.web.challenges import challenge_of
from cookiewarden.tools.web.network import Resolve
from cookiewarden.tools.web.reader import NoResponseError, Progress, Reader
from cookiewarden.tools.web.response import Response
from cookiewarden.tools.web.statuses import REDIRECTS, status_text

#: The most bytes of an answer, after it was decompressed.
MAX_BYTES = 5_000_000
MAX_REDIRECTS = 5
#: How long the whole may take, with all redirects.
MAX_SECONDS = 30.0
_MAX_SHOWN = 200
_HEADERS = {"accept": "text/html, text/markdown, text/csv, text/plain;q=0.9, */*;q=0.1"}


class NotFetchedError(Exception):
    """A document could not be fetched. ``is_refused``: the server answered, and did not give the document."""

    def __init__(self, message: str, *, is_refused: bool = False) -> None:
        super().__init__(message)
        self.is_refused = is_refused


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document as a server gave it. ``url``: where it was found in the end."""

    data: bytes
    content_type: str
    url: str


def fetch(
    url: str,
    *,
    resolve: Resolve = resolve,
    clock: Callable[[], float] = time.monotonic,
    progress: Progress | None = None,
) -> Fetched:
    """Return the document at an address. Raises ``NotFetchedError``, whose message says why not.

    ``progress``: is called with the bytes received so far, and with their number if the server says it. ``resolve`` and
    ``clock`` are for tests.

    >>> fetch("ftp://data.example.org/")
    Traceback (most recent call last):
    ...
    cookiewarden.tools.importing.fetch.NotFetchedError: ftp://data.example.org/: is not an address of the web; ...
    """
    deadline = clock() + MAX_SECONDS
    at = _address("", url)
    with Reader("import", resolve=resolve, clock=clock) as reader:
        try:
            reader.name(at)
            for _ in range(MAX_REDIRECTS + 1):
                left = deadline - clock()
                response = reader.send("GET", at, _HEADERS, b"", seconds=left, max_bytes=MAX_BYTES, progress=progress)
                target = response.header("location")
                if response.status not in REDIRECTS or not target:
                    _check_status(response, at)
                    if response.problem:
                        raise NoResponseError(response.problem)
                    return Fetched(response.body, response.content_type, at)
                at = _address(at, target)
        except NoResponseError as error:
            problem = f"takes longer than {MAX_SECONDS:g} seconds" if clock() >= deadline else str(error)
            raise NotFetchedError(f"{printable(at)}: {problem}") from None
    raise NotFetchedError(f"{printable(at)}: more than {MAX_REDIRECTS} redirects")


def _address(base: str, reference: str) -> str:
    """Return the normalized address of a reference on the page at ``base``."""
    found = joined(base, reference)
    if not found:
        raise NotFetchedError(
            f"{printable(reference)[:_MAX_SHOWN]}: is not an address of the web; only http and https are fetched, "
            f"without a user name, and up to {MAX_URL:,} characters"
        )
    return found


def _check_status(response: Response, url: str) -> None:
    """Raise ``NotFetchedError`` if a response is not the document."""
    answer = status_text(response.status)
    if owner := challenge_of(response):
        message = f"{printable(url)}: answers with a challenge for browsers ({owner}, {answer})"
        raise NotFetchedError(message, is_refused=True)
    if response.status != 200:
        raise NotFetchedError(f"{printable(url)}: answers with {answer}", is_refused=True)
