"""Keeps cookies between requests as a browser does (RFC 6265bis): storing (5.7), sending (5.8.3), lifetimes (5.5).

Rules: ``parse_set_cookie`` reads the line, and its ``refusals`` say what is not stored. Every request is one of the
site to itself, so SameSite keeps nothing back. There is no list of public suffixes: only a Domain without a dot counts
as one.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import nsmallest
from urllib.parse import urlsplit

from cookiewarden.http.matching import domain_match, is_secure_request, path_match
from cookiewarden.http.set_cookie import SetCookie, parse_set_cookie

#: The most cookies of one domain, and of all, as in today's browsers; RFC 6265bis 5.7 demands at least 50 and 3,000.
MAX_OF_DOMAIN = 180
MAX_OF_ALL = 3_000
#: The longest time for which a cookie is kept, in seconds: 400 days (RFC 6265bis 5.5).
LONGEST_KEPT = 400 * 86_400.0

# What identifies a cookie: its name, domain, whether it is host-only, its path, whether it is partitioned (5.7, CHIPS).
_Key = tuple[bytes, str, bool, bytes, bool]


@dataclass(slots=True)
class _Kept:
    """A cookie in the jar. ``made`` and ``used`` count the calls of the jar, so they order cookies of one second."""

    name: bytes
    value: bytes
    domain: str
    is_host_only: bool
    path: bytes
    is_secure: bool
    expiry: float | None
    made: int
    used: int

    @property
    def pair(self) -> bytes:
        return self.name + b"=" + self.value if self.name else self.value


class Jar:
    """The cookies of one visitor, without a window: each method is one request or response.

    ``url``: the whole address of the request, with an ASCII host. ``now``: seconds since 1970-01-01 UTC.

    >>> jar = Jar()
    >>> jar.store("https://example.org/shop/", b"sid=1; Path=/; Secure", now=0.0)
    True
    >>> jar.header_for("https://example.org/", now=1.0), jar.header_for("http://example.org/", now=1.0)
    (b'sid=1', b'')
    """

    def __init__(self) -> None:
        self._kept: dict[_Key, _Kept] = {}
        self._calls = 0

    def __len__(self) -> int:
        return len(self._kept)

    def store(self, url: str, line: bytes, now: float) -> bool:
        """Store a Set-Cookie line of the response to a request, or obey its deletion (RFC 6265bis 5.7).

        Return whether a browser would heed the line.
        """
        host, scheme, path = _parts(url)
        cookie = parse_set_cookie(line, host=host, scheme=scheme, path=path, now=now)
        is_suffix = not cookie.host_only and "." not in cookie.domain and cookie.domain != host
        if cookie.refusals or is_suffix or (not is_secure_request(scheme, host) and self._hides_a_secure_one(cookie)):
            return False
        # A Domain that is the host itself without a dot, such as localhost, makes the cookie host-only.
        is_host_only = cookie.host_only or "." not in cookie.domain
        key = (cookie.name, cookie.domain, is_host_only, cookie.cookie_path, cookie.partitioned)
        old = self._kept.pop(key, None)
        if cookie.expiry is not None and cookie.expiry <= now:
            return True
        self._calls += 1
        self._kept[key] = _Kept(
            name=cookie.name,
            value=cookie.value,
            domain=cookie.domain,
            is_host_only=is_host_only,
            path=cookie.cookie_path,
            is_secure=cookie.secure,
            expiry=None if cookie.expiry is None else min(cookie.expiry, now + LONGEST_KEPT),
            made=self._calls if old is None else old.made,
            used=self._calls,
        )
        self._drop_excess(cookie.domain, now)
        return True

    def header_for(self, url: str, now: float) -> bytes:
        """Return the value of the Cookie header of a request; ``b""`` if it carries none (RFC 6265bis 5.8.3)."""
        return b"; ".join(kept.pair for kept in self._sent(url, now))

    def names_for(self, url: str, now: float) -> tuple[bytes, ...]:
        """Return the names of the cookies that a request carries, in their order; ``b""`` for a nameless one."""
        return tuple(kept.name for kept in self._sent(url, now))

    def left(self, url: str, now: float) -> list[tuple[str, bytes]]:
        """Return each cookie that is kept: an address to which it belongs, and its name. ``url``: one of the site.

        >>> jar = Jar()
        >>> jar.store("https://example.org/", b"sid=1; Path=/account", now=0.0), jar.left("https://example.org/", 1.0)
        (True, [('https://example.org/account', b'sid')])
        """
        self._drop_expired(now)
        parts = urlsplit(url)
        return [
            (f"{parts.scheme}://{at}{kept.path.decode('latin-1')}", kept.name)
            for kept in self._kept.values()
            for at in (parts.netloc if kept.domain == parts.hostname else kept.domain,)
        ]

    def _sent(self, url: str, now: float) -> list[_Kept]:
        self._drop_expired(now)
        host, scheme, path = _parts(url)
        sent = [
            kept
            for kept in self._kept.values()
            if (host == kept.domain if kept.is_host_only else domain_match(host, kept.domain))
            and path_match(path.encode("latin-1", "replace"), kept.path)
            and (not kept.is_secure or is_secure_request(scheme, host))
        ]
        self._calls += 1
        for kept in sent:
            kept.used = self._calls
        return sorted(sent, key=lambda kept: (-len(kept.path), kept.made))

    def _hides_a_secure_one(self, new: SetCookie) -> bool:
        """Return whether an insecure page would store a cookie beside a Secure one of that name (5.7)."""
        return not new.secure and any(
            kept.is_secure
            and kept.name == new.name
            and (domain_match(new.domain, kept.domain) or domain_match(kept.domain, new.domain))
            and path_match(new.cookie_path, kept.path)
            for kept in self._kept.values()
        )

    def _drop_expired(self, now: float) -> None:
        for key, kept in list(self._kept.items()):
            if kept.expiry is not None and kept.expiry <= now:
                del self._kept[key]

    def _drop_excess(self, domain: str, now: float) -> None:
        """Drop what is too much, in the order of 5.7: expired ones, of the domain without Secure, of it, of all."""
        of_domain = [key for key in self._kept if key[1] == domain]
        if len(of_domain) <= MAX_OF_DOMAIN and len(self._kept) <= MAX_OF_ALL:
            return
        self._drop_expired(now)
        of_domain = [key for key in of_domain if key in self._kept]
        worst = nsmallest(
            len(of_domain) - MAX_OF_DOMAIN, of_domain, lambda key: (self._kept[key].is_secure, self._kept[key].used)
        )
        for key in worst:
            del self._kept[key]
        for key in nsmallest(len(self._kept) - MAX_OF_ALL, self._kept, lambda key: self._kept[key].used):
            del self._kept[key]


def _parts(url: str) -> tuple[str, str, str]:
    """Return the host in lower case, the scheme, and the path of an address; empty texts if it cannot be read."""
    try:
        parts = urlsplit(url)
        return parts.hostname or "", parts.scheme, parts.path or "/"
    except ValueError:
        return "", "", "/"
