"""The laws of Content-Security-Policy by consent, over generated headers, policies and choices (hypothesis)."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from cookiewarden import consent_of
from cookiewarden.http.signals import CONTEXT_HEADERS, GPC_HEADER
from cookiewarden.middleware.exchange import KEY
from cookiewarden.middleware.options import check_options
from cookiewarden.middleware.policing import PolicingScreener
from cookiewarden.middleware.screening import Screener
from cookiewarden.testing import preferences_cookie
from exchanges import NOW, SECRET_KEY, CookieReader, begin, speaks_to_caches, still_clock
from strategies import choices, headers, pairs, policies

HTML = (b"Content-Type", b"text/html")
ENFORCED = b"content-security-policy"
# What a document may depend on because of our line.
VARY = [(b"vary", name.encode()) for name in ("Cookie", GPC_HEADER, *CONTEXT_HEADERS)]


def with_hosts(policy):
    """Return a policy each of whose declarations has a host."""
    numbered = enumerate(policy.declarations)
    return replace(policy, declarations=tuple(replace(one, hosts=(f"h{number}.example",)) for number, one in numbered))


POLICIES = policies() | policies().map(with_hosts)


def screened(kind, policy, given_headers, granted, is_read, csp=True):
    """Return the headers that leave a screener of a kind."""
    screener = kind(check_options(policy, SECRET_KEY, csp=csp), None, reader=CookieReader(), clock=still_clock)
    exchange = begin(screener)
    if granted is not None:
        exchange.cookie_header = preferences_cookie(policy, SECRET_KEY, *granted, now=NOW).encode()
    carrier = {KEY: exchange}
    if is_read:
        consent_of(carrier)
    left = screener.screen(exchange, carrier, list(given_headers))
    return list(given_headers) if left is None else left[0] + left[1]


def others(given_headers):
    """Return the headers that neither speak to caches nor are ours."""
    return [
        one
        for one in given_headers
        if one[0] != ENFORCED and one not in VARY and not (type(one[0]) is bytes and speaks_to_caches(one))
    ]


@given(POLICIES, st.lists(pairs, max_size=6), choices, st.booleans())
def test_a_document_is_screened_like_any_other_response_and_never_raises(policy, given_headers, granted, is_read):
    plain = screened(Screener, policy, [HTML, *given_headers], granted, is_read, csp=False)
    policed = screened(PolicingScreener, policy, [HTML, *given_headers], granted, is_read)
    assert others(policed) == others(plain)
    assert sum(one[0] == ENFORCED for one in policed) == 1 + sum(one[0] == ENFORCED for one in given_headers)


@given(POLICIES, headers, choices)
def test_screening_a_document_twice_is_screening_it_once(policy, given_headers, granted):
    once = screened(PolicingScreener, policy, [HTML, *given_headers], granted, is_read=False)
    assert screened(PolicingScreener, policy, once, granted, is_read=False) == once


@given(POLICIES, choices)
def test_a_host_is_admitted_only_if_a_cookie_of_its_declaration_would_pass(policy, granted):
    left = screened(PolicingScreener, policy, [HTML], granted, is_read=False)
    (line,) = [value.decode() for name, value in left if name == ENFORCED]
    admitted = set(line.split()) & set(policy.contacted_hosts)
    allowed = {
        host
        for one in policy.declarations
        if one.category == "necessary" or one.needs_objection or (granted and one.category in granted)
        for host in one.hosts
    }
    assert admitted <= allowed
