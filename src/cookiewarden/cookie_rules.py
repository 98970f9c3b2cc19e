"""What the storage model adds to a parsed line: domains, paths, and why a browser would refuse it.

Rule: none of this decides whether a line passes; behind a proxy, the host and scheme that we see are not the
browser's. It serves explaining, deletion, and the label of an undeclared cookie.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from cookiewarden.set_cookie import SetCookie

_MAX_PAIR_OCTETS = 4096
_SECURE_SCHEMES = frozenset({"https", "wss"})
#: What each prefix demands: Secure; and with it HttpOnly, and a host-only cookie for the whole site.
PREFIXES = {
    b"__secure-": frozenset({"Secure"}),
    b"__http-": frozenset({"Secure", "HttpOnly"}),
    b"__host-": frozenset({"Secure", "host"}),
    b"__host-http-": frozenset({"Secure", "HttpOnly", "host"}),
}


def has_prefix(name: bytes) -> bool:
    """Return whether a cookie's name begins with a prefix, in any case, so that browsers take it only with Secure.

    >>> has_prefix(b"__host-Http-a"), has_prefix(b"__Hosta")
    (True, False)
    """
    return name.lower().startswith(tuple(PREFIXES))


class Refusal(NamedTuple):
    """A reason why a browser would not store a line: the section of RFC 6265bis, and what it says of it."""

    section: str
    message: str


def domain_match(host: str, domain: str) -> bool:
    """Whether a lower-case host domain-matches a lower-case domain (RFC 6265bis 5.1.3).

    >>> domain_match("a.example.org", "example.org"), domain_match("127.0.0.1", "0.0.1")
    (True, False)
    """
    return host == domain or (host.endswith("." + domain) and not _is_ip_address(host))


def default_path(path: str) -> bytes:
    """The default-path of a request's path (RFC 6265bis 5.1.4).

    >>> default_path("/a/b"), default_path("/a"), default_path("")
    (b'/a', b'/', b'/')
    """
    directory = path.rpartition("/")[0] if path.startswith("/") else ""
    return directory.encode("latin-1", "replace") or b"/"


def path_match(path: bytes, cookie_path: bytes) -> bool:
    """Whether a request's path path-matches a cookie's path (RFC 6265bis 5.1.4).

    >>> path_match(b"/a/b", b"/a"), path_match(b"/ab", b"/a"), path_match(b"/a", b"/a/")
    (True, False, False)
    """
    if not path.startswith(cookie_path):
        return False
    return len(path) == len(cookie_path) or cookie_path.endswith(b"/") or path[len(cookie_path)] == 0x2F


def cookie_domain(attribute: bytes | None, host: str) -> str:
    """The domain that a line is kept for, given its last Domain attribute and the request's host (5.6.3, 5.7)."""
    return host if attribute is None else _without_dot(attribute) or host


def is_host_only(attribute: bytes | None, host: str) -> bool:
    """Whether the line is kept for the very host only (5.7); a Domain that is the host's IP address is no domain."""
    domain = "" if attribute is None else _without_dot(attribute)
    return not domain or (domain == host and _is_ip_address(host))


def is_foreign(attribute: bytes | None, host: str) -> bool:
    """Whether a Domain attribute names another site than the one that was asked; an unknown host is nobody's."""
    domain = "" if attribute is None else _without_dot(attribute)
    return bool(domain and host) and not domain_match(host, domain)


def refusals(cookie: SetCookie) -> tuple[Refusal, ...]:
    """Every reason why a browser would refuse the line, in the order of the storage model (5.7)."""
    found = []

    def refuse(section: str, message: str) -> None:
        found.append(Refusal(section, message))

    if not cookie.name and not cookie.value:
        refuse("5.7", "neither a name nor a value")
    if any((octet < 0x20 and octet != 0x09) or octet == 0x7F for octet in cookie.line):
        refuse("5.6", "a control character other than tab")
    if len(cookie.name) + len(cookie.value) > _MAX_PAIR_OCTETS:
        refuse("5.7", "name and value are over 4096 octets together")
    domain = cookie.attribute(b"domain")
    if domain is not None and not domain.isascii():
        refuse("5.7", "the Domain attribute is not ASCII")
    if is_foreign(domain, cookie.host):
        refuse("5.7", "the host does not domain-match the Domain attribute")
    is_secure_request = cookie.scheme in _SECURE_SCHEMES
    if cookie.secure and not is_secure_request:
        refuse("5.7", "Secure, but the scheme is not")
    if cookie.same_site == "None" and not cookie.secure:
        refuse("5.7", "SameSite=None without Secure")
    if cookie.partitioned and not cookie.secure:
        refuse("CHIPS", "Partitioned without Secure")
    for message in _prefix_refusals(cookie, is_secure_request):
        refuse("5.4", message)
    return tuple(found)


def _prefix_refusals(cookie: SetCookie, is_secure_request: bool) -> list[str]:
    lowered = (cookie.name or cookie.value).lower()
    prefix = max((known for known in PREFIXES if lowered.startswith(known)), key=len, default=b"")
    if not prefix:
        return []
    label = prefix.decode()
    if not cookie.name:
        return [f"nameless, with a value that begins with {label}"]
    demands = PREFIXES[prefix]
    messages = []
    if not (cookie.secure and is_secure_request):
        messages.append(f"{label} without Secure on a secure scheme")
    if "HttpOnly" in demands and not cookie.http_only:
        messages.append(f"{label} without HttpOnly")
    if "host" in demands and cookie.attribute(b"domain"):
        messages.append(f"{label} with a Domain attribute")
    if "host" in demands and cookie.attribute(b"path") != b"/":
        messages.append(f"{label} without Path=/")
    return messages


def _without_dot(domain: bytes) -> str:
    return domain.decode("latin-1").lower().removeprefix(".")


def _is_ip_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
