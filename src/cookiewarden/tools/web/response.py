"""A response as it came, of a site or of a recording.

Rule: this module imports without any extra, for an audit of a recording needs none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Response:
    """A response as it came, with the body decompressed. ``problem``: why the body is not whole; ``""`` if it is."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    problem: str = ""

    def header(self, name: str) -> str:
        """Return the value of the first field of a lower-case name; ``""`` if there is none."""
        return next(self._values(name), "")

    def joined_header(self, name: str) -> str:
        """Return the values of all fields of a lower-case name, as one list (RFC 9110 5.3); ``""`` if there is none."""
        return ", ".join(self._values(name))

    @property
    def content_type(self) -> str:
        """The type of the body, as browsers read it: the last one that is named (Fetch 3.6); ``""`` for none.

        >>> named = ((b"content-type", b"text/plain"), (b"content-type", b"text/html; charset=utf-8"))
        >>> Response(200, named, b"").content_type
        'text/html; charset=utf-8'
        """
        named = [one.strip() for one in self.joined_header("content-type").split(",") if "/" in one]
        return named[-1] if named else self.header("content-type")

    def _values(self, name: str) -> Iterator[str]:
        wanted = name.encode("ascii")
        return (value.decode("latin-1") for known, value in self.headers if known.lower() == wanted)
