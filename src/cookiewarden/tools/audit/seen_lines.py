"""Reads the lines that an audit observed for the judge: which visitor each was sent to, and what each says.

Rule: a visitor who withdrew is judged as one who refused, and one of whom no choice is known as one who accepted.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from cookiewarden.errors import printable
from cookiewarden.http.hosts import normalize_host
from cookiewarden.http.matching import domain_match
from cookiewarden.http.set_cookie import SetCookie, parse_set_cookie
from cookiewarden.policy.consent import UNDECIDED, Consent
from cookiewarden.policy.declaration import CONSENT_CATEGORIES
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.storage import admits
from cookiewarden.reporting.made_up_names import MAX_BYTES
from cookiewarden.testing.watched_lines import WatchedLine
from cookiewarden.tools.audit.observed import Observed, SeenLine, State

#: What the visitor of each state consents to.
CONSENTS: Mapping[State, Consent] = {
    State.NO_CHOICE: UNDECIDED,
    State.REFUSED: Consent.of(()),
    State.ACCEPTED: Consent.of(CONSENT_CATEGORIES),
    State.WITHDRAWN: Consent.of(()),
    State.ANY_CHOICE: Consent.of(CONSENT_CATEGORIES),
}


def watched(seen: SeenLine) -> WatchedLine:
    """Return a line as the judge of tests takes it.

    >>> line = SeenLine(State.REFUSED, "https://shop.example/cart?id=1", b"sid=1", 0.0)
    >>> watched(line).path, watched(line).host, watched(line).consent.is_decided
    ('/cart', 'shop.example', True)
    """
    host, path, _ = place_of(seen.url)
    return WatchedLine(seen.line, seen.method, host, path, CONSENTS[seen.state], seen.received)


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


def is_own(host: str, observed: Observed, policy: Policy | None) -> bool:
    """Return whether a host is one of the site: it serves pages, the policy names it, or it is near the first page.

    Near is, if no policy names hosts, what is below the host of that page. What is below that without its ``www`` is
    near only if the audit began there or a page of it was seen, for ``gov.uk`` has many owners. The policy that a site
    publishes names none.

    >>> from cookiewarden.tools.audit.observed import Page
    >>> page = Page(State.NO_CHOICE, "https://www.shop.example/", 200)
    >>> seen = Observed("https://shop.example/", frozenset(), (page,))
    >>> is_own("cdn.shop.example", seen, None), is_own("pixel.example", seen, None)
    (True, False)
    """
    serving = [place_of(page.url)[0] for page in observed.pages] or [one for one in (observed.site,) if one]
    if host in serving:
        return True
    named = () if policy is None else [one for one in policy.site.hosts if one != "*"]
    if named:
        return admits(named, host)
    near = {one.removeprefix("www.") for one in serving[:1]} & {*serving, place_of(observed.target)[0]}
    return any(domain_match(host, one) for one in (*serving[:1], *near))


def shown(name: bytes) -> str:
    r"""Return a name for people, cut if it is very long.

    >>> shown(b"_ga"), shown(b"\xff\x1b")
    ('_ga', '\\xff\\x1b')
    """
    return printable(name[:MAX_BYTES].decode("utf-8", "backslashreplace"))
