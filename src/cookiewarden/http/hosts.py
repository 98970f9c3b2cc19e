"""Bring host names to one form for comparison, and check the hosts that a policy declares.

Rule: never compare a host unless it is in lower case, in its ASCII form, and without port and trailing dot.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

#: The greatest length of a host name (RFC 1035 2.3.4).
MAX_HOST_CHARACTERS = 255
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_PATTERN = re.compile(rf"\*|(?:\*\.)?{_LABEL}(?:\.{_LABEL})*|\[[0-9a-f:.]+\]")
#: The labels before the country's domain in many public suffixes, as in ``co.uk``.
_SECOND_LEVEL = frozenset(
    ["ac", "co", "com", "edu", "go", "gob", "gouv", "gov", "gv", "mil", "ne", "net", "nom", "or", "org"]
)
_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
# Letters that Python (IDNA 2003) and browsers (UTS 46) encode differently.
_DEVIATIONS = frozenset("ßς\u200c\u200d")


def normalize_host(host: str) -> str:
    """Return a host in the form used for comparison. What is not a host comes back in lower case and matches nothing.

    >>> normalize_host("Bücher.Example.:8000"), normalize_host("[::1]:80")
    ('xn--bcher-kva.example', '[::1]')
    """
    name = host.strip(" \t").lower()
    if name.startswith("["):
        return name.partition("]")[0] + "]"
    name = name.partition(":")[0].removesuffix(".")
    if not name.isascii() and len(name) <= MAX_HOST_CHARACTERS:
        try:
            return name.encode("idna").decode("ascii")
        except UnicodeError:
            return name
    return name


def check_host(host: str) -> str | None:
    """Return what is wrong with a host that a policy declares, or ``None`` if nothing is.

    >>> check_host("*.example.org") is None, check_host("example.org:80")
    (True, 'it has a port')
    """
    if not _DEVIATIONS.isdisjoint(host.lower()):
        return "browsers encode one of its letters in another way than Python, so write its xn-- form"
    if "/" in host:
        return "it has a scheme or a path"
    if ":" in host.rpartition("]")[2]:
        return "it has a port"
    is_bracketed = host.startswith("[") and host.endswith("]")
    if host != host.strip() or (not is_bracketed and ("[" in host or "]" in host)):
        return "it is not a host name"
    prefix, name = ("*.", host[2:]) if host.startswith("*.") else ("", host)
    if len(host) > MAX_HOST_CHARACTERS or _PATTERN.fullmatch(prefix + normalize_host(name)) is None:
        return "it is not a host name"
    return None


def contacted_host(address: str) -> str:
    """Return the host of an address, as a policy declares it; ``""`` if it contacts none, or one that none can name.

    No policy can name an IPv6 address, or a host with an underscore (CSP Level 3, section 2.3.1).

    >>> contacted_host("https://CDN.Example.org/a.js"), contacted_host("wss://example.org:8443"), contacted_host("data")
    ('cdn.example.org', 'example.org:8443', '')
    """
    try:
        parts = urlsplit(address)
        name, port = normalize_host(parts.hostname or ""), parts.port
    except ValueError:
        return ""
    default = _PORTS.get(parts.scheme)
    is_unnamed = "[" in parts.netloc or not {"*", "_"}.isdisjoint(name)
    if default is None or port == 0 or is_unnamed or check_host(name) is not None:
        return ""
    return name if port in (None, default) else f"{name}:{port}"


def may_have_siblings(host: str) -> bool:
    """Return whether other hosts may share a parent domain with ``host``, which a policy declares.

    This is a guess, because there is no list of public suffixes here. It asks for three labels, or for four if the last
    two look like ``co.uk``. It wrongly finds siblings for ``town.github.io`` and ``town.kommune.no``. Never let
    anything pass because of it.

    >>> may_have_siblings("data.example.org"), may_have_siblings("example.org"), may_have_siblings("example.co.uk")
    (True, False, False)
    """
    labels = host.split(".")
    if host.startswith("[") or labels[-1].isdigit():
        return False
    is_long_suffix = len(labels) > 1 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    return len(labels) >= (4 if is_long_suffix else 3)
