"""Reads and joins addresses of the web, and tells public hosts from those of private networks.

Rule: an address is compared and opened only as ``normalized`` returns it.
"""

from __future__ import annotations

import ipaddress
import socket

import httpx

#: The port of each scheme that is read.
PORTS = {"http": 80, "https": 443}
#: Longer addresses are not followed.
MAX_URL = 2_000
# The translators between IPv4 and IPv6 (RFC 6052): the last 32 bits are an IPv4 address.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# All of the public internet in IPv6 (RFC 4291, section 2.4). Beside it are old ways to write an address of IPv4.
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")


def normalized(url: str) -> str:
    """Return an http or https address in one spelling, without user and fragment; ``""`` if it is none.

    >>> normalized("HTTPS://Bücher.example:443#top"), normalized("javascript:alert(1)")
    ('https://xn--bcher-kva.example/', '')
    """
    return joined("", url)


def joined(base: str, reference: str) -> str:
    """Return the normalized address that a reference stands for on the page at ``base``; ``""`` for none of the web.

    >>> joined("https://a.example/b/c?d", "../e?f#g"), joined("https://a.example/", "https://me:secret@a.example/")
    ('https://a.example/e?f', '')
    """
    # As browsers do (WHATWG URL 4.4): blanks around it, tabs and line breaks within it are no part of it.
    reference = reference.strip("".join(map(chr, range(0x21)))).translate({9: None, 10: None, 13: None})
    try:
        url = httpx.URL(base).join(reference) if base else httpx.URL(reference)
        url = url.copy_with(fragment=None)
        # No name has a "%" (WHATWG URL 3.1), with which httpx writes what may not stand in one.
        is_host = url.raw_host != b"" and b"%" not in url.raw_host
        is_read = url.scheme in PORTS and is_host and not url.userinfo and (url.port is None or 0 < url.port < 65_536)
        url = url.copy_with(raw_path=url.raw_path)  # an empty path becomes "/"
        text = str(url)
    except (httpx.InvalidURL, ValueError, TypeError):
        return ""
    return text if is_read and len(text) <= MAX_URL else ""


def origin_of(url: str) -> tuple[str, int]:
    """Return the host and the port of a normalized address.

    >>> origin_of("https://a.example/"), origin_of("http://[::1]:8000/")
    (('a.example', 443), ('::1', 8000))
    """
    parts = httpx.URL(url)
    return parts.raw_host.decode("ascii"), parts.port or PORTS[parts.scheme]


def resolve(host: str, port: int) -> list[str]:
    """Return the IP addresses of a host. Raises ``OSError`` if it has none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # a label that no name may have
        raise OSError(str(error)) from None
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def is_public(address: str) -> bool:
    """Return whether an IP address is one of the public internet, for one host (RFC 6890).

    Addresses that carry another one within count as that one.

    >>> [is_public(one) for one in ("1.1.1.1", "127.0.0.1", "::ffff:10.0.0.1", "224.0.1.1", "fe80::1%eth0")]
    [True, False, False, False, False]
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo or (None, None))[1]
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            ip = inner
        elif ip not in _GLOBAL_UNICAST:
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_loopback)
