"""Checks for what a declaration says beyond cookies: its kind, and the hosts that the browser contacts for it.

Rule: a check of a value raises ``WrongValueError``, as those in ``values`` do. A checked host can stand in a
Content-Security-Policy as it is (CSP Level 3, section 2.3.1).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from cookiewarden.errors import did_you_mean
from cookiewarden.http.hosts import check_host, normalize_host
from cookiewarden.policy.declaration import Kind
from cookiewarden.policy.values import WrongValueError, list_of_strings

_DEFAULT_PORTS = ("80", "443")
_PORT = re.compile(r":[1-9][0-9]{0,4}")
_GREATEST_PORT = 65535
#: The keys that say where browsers keep a cookie, and with which attributes.
OF_COOKIES = ("path", "domain", "secure", "http_only", "same_site", "device_bound")


def kind(value: object) -> Kind:
    """Return what a declaration is about."""
    try:
        return Kind(value if isinstance(value, str) else "")
    except ValueError:
        named = value if isinstance(value, str) else ""
        remedy = f"write one of {', '.join(Kind)}" if not named else did_you_mean(named, tuple(Kind))
        raise WrongValueError(f'"{named}" is not a kind of storage', remedy) from None


def contacted_hosts(value: object) -> tuple[str, ...]:
    """Return hosts as a browser compares them: ``cdn.example.org``, ``*.example.org`` or ``example.org:8443``."""
    found = []
    for host in list_of_strings(value):
        bare, colon, port = host.rpartition(":") if _PORT.fullmatch(host[host.rfind(":") :]) else (host, "", "")
        wildcard = "*." if bare.startswith("*.") else ""
        name = bare[len(wildcard) :]
        wrong = "it is any host" if bare == "*" else check_host(name)
        # Its grammar has no address in brackets.
        if not wrong and ("*" in name or "[" in name):
            wrong = "it is not a host name"
        if not wrong and port and int(port) > _GREATEST_PORT:
            wrong = f"the greatest port is {_GREATEST_PORT}"
        if not wrong and "_" in name:
            message = f'"{host}": no Content-Security-Policy can name a host with an underscore'
            remedy = 'write a pattern that covers it, such as "*.example.org", or give the host another name'
            raise WrongValueError(message, remedy)
        if wrong:
            remedy = 'write "cdn.example.org", "*.example.org" or "example.org:8443", without https://'
            raise WrongValueError(f'"{host}": {wrong}', remedy)
        found.append(f"{wildcard}{normalize_host(name)}{colon}{port}")
    if len(set(found)) < len(found):
        raise WrongValueError("has the same host twice", "keep one of them")
    return tuple(found)


def problems_of_kind(kind: Kind, row: Mapping[str, object]) -> Iterator[tuple[str, str, str]]:
    """Yield each key of a declaration that its kind does not take, or lacks, with the message and the remedy."""
    if kind is Kind.COOKIE:
        return
    for key in OF_COOKIES:
        if key in row:
            yield key, f'only cookies have this, but the kind is "{kind}"', "leave it out, or leave out the kind"
    if kind is Kind.HOST and not row.get("hosts"):
        yield "hosts", "missing", 'write what the browser contacts: hosts = ["cdn.example.org"]'


def admits(hosts: Iterable[str], host: str) -> bool:
    """Return whether declared hosts cover a host as a browser compares them (CSP Level 3, sections 6.7.2.10 and 11).

    ``host``: with its port, if that is not the default one of its scheme.

    >>> admits(["*.example.org"], "cdn.example.org"), admits(["*.example.org"], "example.org")
    (True, False)
    """
    name, _, port = host.partition(":")
    for declared in hosts:
        pattern, _, its_port = declared.partition(":")
        is_port = port == its_port or (not port and its_port in _DEFAULT_PORTS)
        if is_port and (name == pattern or (pattern.startswith("*.") and name.endswith(pattern[1:]))):
            return True
    return False
