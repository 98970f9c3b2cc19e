"""Write paths as browsers do, and check which addresses a redirect may lead to.

Rule: never take an address that might leave the site for one of its own.
"""

from __future__ import annotations

from urllib.parse import quote

# What RFC 3986 allows unencoded in a path, and the brackets and bars that browsers keep. The semicolon is missing,
# because it would end the Path of a cookie.
_PATH_CHARACTERS = "/!$&'()*+,:@=~|[]"
_MAX_ADDRESS_CHARACTERS = 2048


def url_path(path: str) -> str:
    """Return a decoded path, percent-encoded.

    >>> url_path("/données ouvertes")
    '/donn%C3%A9es%20ouvertes'
    """
    try:
        raw = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raw = path.encode("utf-8", "replace")
    return quote(raw, safe=_PATH_CHARACTERS)


def declared_url_path(path: str) -> str:
    """Return a path that a site declares, percent-encoded. Keep what is already percent-encoded."""
    return quote(path, safe=_PATH_CHARACTERS + "%")


def mount_url(mount: str) -> str:
    """Return a mount point, percent-encoded, with a single leading slash; two would turn what follows into a host.

    >>> mount_url("//evil.example"), mount_url("")
    ('/evil.example', '')
    """
    return "/" + url_path(mount).lstrip("/") if mount else ""


def is_own_address(address: str) -> bool:
    r"""Return whether a redirect to an address stays on the same site: it is a path from the root, in visible ASCII.

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


def in_query(address: str) -> str:
    """Return an address as a value in the query of another.

    >>> in_query("/a?b=1")
    '/a%3Fb%3D1'
    """
    return quote(address, safe="/")


def without_query(address: str) -> str:
    """Return the path of an address, without its query and its fragment.

    >>> without_query("/a?b=1#c")
    '/a'
    """
    return address.partition("#")[0].partition("?")[0]
