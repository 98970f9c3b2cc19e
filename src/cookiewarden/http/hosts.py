"""Host names: brought to one form, and found in a table with wildcards.

Rule: a host is compared in lower case, in its ASCII form, without port and trailing dot; finding takes as
many steps as the host has labels, however many hosts a table knows.
"""

from __future__ import annotations

import re

#: The most that a host name may have (RFC 1035 2.3.4).
MAX_HOST_CHARACTERS = 255
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_PATTERN = re.compile(rf"\*|(?:\*\.)?{_LABEL}(?:\.{_LABEL})*|\[[0-9a-f:.]+\]")
#: What stands before a country's own domain in many public suffixes.
_SECOND_LEVEL = frozenset(
    ["ac", "co", "com", "edu", "go", "gob", "gouv", "gov", "gv", "mil", "ne", "net", "nom", "or", "org"]
)
# The letters that IDNA 2003, which Python has, and browsers (UTS 46) encode differently.
_DEVIATIONS = frozenset("ßς\u200c\u200d")


def normalize_host(host: str) -> str:
    """The form in which hosts are compared; what is no host comes back in lower case and matches nothing.

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
    """What is wrong with a host as a policy declares it, or ``None`` where nothing is.

    >>> check_host("*.example.org") is None, check_host("example.org:80")
    (True, 'it has a port')
    """
    if not _DEVIATIONS.isdisjoint(host.lower()):
        return "browsers and IDNA 2003 encode it differently, so write its xn-- form"
    if "/" in host:
        return "it has a scheme or a path"
    if ":" in host.rpartition("]")[2]:
        return "it has a port"
    is_bracketed = host.startswith("[") and host.endswith("]")
    if host != host.strip() or (not is_bracketed and ("[" in host or "]" in host)):
        return "it is no host name"
    prefix, name = ("*.", host[2:]) if host.startswith("*.") else ("", host)
    if len(host) > MAX_HOST_CHARACTERS or _PATTERN.fullmatch(prefix + normalize_host(name)) is None:
        return "it is no host name"
    return None


def may_have_siblings(host: str) -> bool:
    """Return whether other hosts may share a parent domain with a host, as a policy declares it.

    It is a guess, for there is no list of public suffixes here: three labels, or four where the first two of the suffix
    look like ``co.uk``. It takes ``town.github.io`` for a sibling of others, and ``town.kommune.no`` too. Do not let
    anything pass by it.

    >>> may_have_siblings("data.example.org"), may_have_siblings("example.org"), may_have_siblings("example.co.uk")
    (True, False, False)
    """
    labels = host.split(".")
    if host.startswith("[") or labels[-1].isdigit():
        return False
    is_long_suffix = len(labels) > 1 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    return len(labels) >= (4 if is_long_suffix else 3)
