"""Paths and addresses as browsers write them, and which of them a redirect may lead to.

Rule: an address that might leave the site is none of its own.
"""

from __future__ import annotations

from urllib.parse import quote

# What RFC 3986 allows in a path as it is, and the brackets and bars that browsers leave alone; not the semicolon,
# which would end the Path of a cookie.
_PATH_CHARACTERS = "/!$&'()*+,:@=~|[]"
_MAX_ADDRESS_CHARACTERS = 2048


def url_path(path: str) -> str:
    """A decoded path, percent-encoded.

    >>> url_path("/données ouvertes")
    '/donn%C3%A9es%20ouvertes'
    """
    try:
        octets = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        octets = path.encode("utf-8", "replace")
    return quote(octets, safe=_PATH_CHARACTERS)


def declared_url_path(path: str) -> str:
    """A path as a site declares it, percent-encoded; what is so already stays."""
    return quote(path, safe=_PATH_CHARACTERS + "%")


def mount_url(mount: str) -> str:
    """A mount point, percent-encoded; two slashes in front would make a host of what follows.

    >>> mount_url("//evil.example"), mount_url("")
    ('/evil.example', '')
    """
    return "/" + url_path(mount).lstrip("/") if mount else ""


def is_own_address(address: str) -> bool:
    r"""Whether a redirect to it stays on the site that it is given on: a path from the root, in visible ASCII.

    >>> [is_own_address(address) for address in ("/a?b=1", "//evil.example", "/\\evil.example", "https://a.example")]
    [True, False, False, False]
    """
    return (
        address.startswith("/")
        and not address.startswith("//")
        and "\\" not in address
        and len(address) <= _MAX_ADDRESS_CHARACTERS
        and all("!" <= character <= "~" for character in address)
    )
