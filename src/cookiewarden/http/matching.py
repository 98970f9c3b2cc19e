"""Match the domain and the path of a cookie with a request, as browsers do (RFC 6265bis 5.1.3 to 5.7).

Rule: never let this decide whether a line passes. If there is a proxy, the middleware may see another host than the
browser. It serves explanations, deletions, and the label of an undeclared cookie.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass


_SECURE_SCHEMES = frozenset({"https", "wss"})
_LOOPBACK = re.compile(r"127(?:\.[0-9]{1,3}){3}", re.ASCII)


def domain_match(host: str, domain: str) -> bool:
    """Return whether a lower-case host domain-matches a lower-case domain (RFC 6265bis 5.1.3).

    >>> domain_match("a.example.org", "example.org"), domain_match("127.0.0.1", "0.0.1")
    (True, False)
    """
    return host == domain or (host.endswith("." + domain) and not _is_ip_address(host))


def is_secure_request(scheme: str, host: str) -> bool:
    """Return whether browsers store and send Secure cookies with a request, by its lower-case scheme and host.

    RFC 6265bis 5.8.3 leaves that to browsers. Most trust the machine itself, whatever the scheme: Chromium was seen to
    take 127.0.0.0/8, ::1, localhost, and what is below it.

    >>> is_secure_request("https", "a.example"), is_secure_request("http", "127.0.0.1")
    (True, True)
    >>> is_secure_request("ws", "[::1]"), is_secure_request("http", "localhost.example")
    (True, False)
    """
    name = host.strip("[]").removesuffix(".")
    is_local = name in ("localhost", "::1") or name.endswith(".localhost") or _LOOPBACK.fullmatch(name) is not None
    return scheme in _SECURE_SCHEMES or is_local


def default_path(path: str) -> bytes:
    """Return the default-path of a request's path (RFC 6265bis 5.1.4).

    >>> default_path("/a/b"), default_path("/a"), default_path("")
    (b'/a', b'/', b'/')
    """
    directory = path.rpartition("/")[0] if path.startswith("/") else ""
    return directory.encode("latin-1", "replace") or b"/"


def path_match(path: bytes, cookie_path: bytes) -> bool:
    """Return whether a request's path path-matches a cookie's path (RFC 6265bis 5.1.4).

    >>> path_match(b"/a/b", b"/a"), path_match(b"/ab", b"/a"), path_match(b"/a", b"/a/")
    (True, False, False)
    """
    if not path.startswith(cookie_path):
        return False
    return len(path) == len(cookie_path) or cookie_path.endswith(b"/") or path[len(cookie_path)] == 0x2F


def cookie_domain(attribute: bytes | None, host: str) -> str:
    """Return the domain of the stored cookie, from the last Domain attribute and the request's host (5.6.3, 5.7)."""
    return host if attribute is None else _without_dot(attribute) or host


def is_host_only(attribute: bytes | None, host: str) -> bool:
    """Return whether the stored cookie is host-only (5.7). A Domain that is the host's IP address does not count."""
    domain = "" if attribute is None else _without_dot(attribute)
    return not domain or (domain == host and _is_ip_address(host))


def is_foreign(attribute: bytes | None, host: str) -> bool:
    """Return whether a Domain attribute names another site than the request's host; ``False`` if that is unknown."""
    domain = "" if attribute is None else _without_dot(attribute)
    return bool(domain and host) and not domain_match(host, domain)


def _without_dot(domain: bytes) -> str:
    return domain.decode("latin-1").lower().removeprefix(".")


def _is_ip_address(host: str) -> bool:
    import ipaddress  # here, for it takes long, and few hosts get this far

    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
