"""Reads the lines that an audit observed for the judge: which visitor each was sent to, and what each says.

Rule: a visitor who withdrew is judged as one who refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from cookiewarden.errors import printable
from cookiewarden.http.hosts import normalize_host
from cookiewarden.http.set_cookie import SetCookie, parse_set_cookie
from cookiewarden.policy.consent import UNDECIDED, Consent
from cookiewarden.policy.declaration import CONSENT_CATEGORIES
from cookiewarden.reporting.made_up_names import MAX_BYTES, family_of
from cookiewarden.testing.watched_lines import WatchedLine
from cookiewarden.tools.audit.observed import Observed, SeenLine, State

#: What the visitor of each state consents to.
CONSENTS: Mapping[State, Consent] = {
    State.NO_CHOICE: UNDECIDED,
    State.REFUSED: Consent.of(()),
    State.ACCEPTED: Consent.of(CONSENT_CATEGORIES),
    State.WITHDRAWN: Consent.of(()),
}


def watched(seen: SeenLine) -> WatchedLine:
    """Return a line as the judge of tests takes it.

    >>> line = SeenLine(State.REFUSED, "https://shop.example/cart?id=1", b"sid=1", 0.0)
    >>> watched(line).path, watched(line).host, watched(line).consent.is_decided
    ('/cart', 'shop.example', True)
    """
    host, path, _ = place_of(seen.url)
    return WatchedLine(seen.line, "GET", host, path, CONSENTS[seen.state], seen.received)


def parsed(seen: SeenLine) -> SetCookie:
    """Return a line as browsers read it."""
    host, path, scheme = place_of(seen.url)
    return parse_set_cookie(seen.line, host=host, scheme=scheme, path=path, now=seen.received)


def place_of(url: str) -> tuple[str, str, str]:
    """Return the host of an address in the form for comparison, its path, and its scheme; ``""`` for what it lacks.

    >>> place_of("https://Shop.example:8443/cart?id=1"), place_of("http://[broken")
    (('shop.example', '/cart', 'https'), ('', '/', ''))
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", "/", ""
    return normalize_host(parts.netloc.rpartition("@")[2]), parts.path or "/", parts.scheme


def own_hosts(observed: Observed) -> set[str]:
    """Return the hosts that serve the pages of a site.

    >>> own_hosts(Observed("shop.example", frozenset()))
    set()
    """
    return {place_of(page.url)[0] for page in observed.pages}


def known_as(name: bytes) -> bytes:
    """Return the name under which a report lists a cookie: the pattern of its family if its end is surely random.

    >>> known_as(b"_ga"), known_as(b"token-FuKNMNNmfmmL_QCSqFcFlx2_9O04Elw2TDJtybfuCf8")
    (b'_ga', b'token-*')
    """
    family = family_of(name[:MAX_BYTES])
    return family.pattern if family is not None and family.is_random else name


def shown(name: bytes) -> str:
    r"""Return a name for people, cut if it is very long.

    >>> shown(b"_ga"), shown(b"\xff\x1b")
    ('_ga', '\\xff\\x1b')
    """
    return printable(name[:MAX_BYTES].decode("utf-8", "backslashreplace"))
