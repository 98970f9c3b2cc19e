"""The visitors: each source yields visits without end. A visit has a Host header, and a Cookie header or none.

Rule: a source says whether its visitors come again. What differs between requests in production differs here, so that
nothing is fast merely because it was seen before.
"""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import count, cycle

from itsdangerous import TimestampSigner

from benchmarks.policies import HOST, SECRET_KEY
from cookiewarden import Policy, PolicySet
from cookiewarden.testing import preferences_cookie

# What starlette's SessionMiddleware reads back, among the cookies that a site sets.
_SESSION_VALUE = TimestampSigner(SECRET_KEY).sign(b64encode(b'{"user": 7, "theme": "dark"}')).decode()
ORDINARY_COOKIES = f"sessionid=k2m9x0q7c4v8b1n5; csrftoken=p3o6i9u2y5t8r1e4; session={_SESSION_VALUE}".encode()
# With the three above and the choice, ten. The visitor granted statistics, and the policy does not declare ``shown``.
_SIX_MORE = b"_gid=GA1.2.77; _pk_id.7.1fff=1a2b3c4d; _pk_ses.7=1; django_language=fr; shown=4; _ga_X1=GS1.1.%010d"

_DAYS, _WORDINGS = 150, 8
DIFFERENT_CHOICES = _DAYS * _WORDINGS**2  # more than a middleware remembers
MANY_VISITORS = 500  # in turn; each on a host of its own, if there are enough hosts


@dataclass(frozen=True)
class Visit:
    """The parts of a request that differ between visitors: its Host header, and its Cookie header or none."""

    host: str
    cookie: bytes | None


Source = Callable[[Policy], Iterator[Visit]]


def chosen(policy: Policy, number: int = 0) -> bytes:
    """Return the preferences cookie of visitor ``number``, who granted statistics.

    A choice holds its day and the versions of the categories, and nothing about the visitor. So there are
    ``DIFFERENT_CHOICES``: one for each of some days and each of some wordings of what was refused.
    """
    wording, days = divmod(number % DIFFERENT_CHOICES, _DAYS)
    worded = policy if wording == 0 else _worded(policy, *divmod(wording, _WORDINGS))
    return preferences_cookie(worded, SECRET_KEY, "statistical", now=time.time() - days * 86_400 - 1).encode()


@cache
def _worded(policy: Policy, first: int, third: int) -> Policy:
    """Return an earlier version of a policy, with other purposes of what the visitor refused."""
    numbers = {"first-party": first, "third-party": third}
    declarations = [
        replace(one, purpose=type(one.purpose)({"en": f"Wording {numbers[str(one.category)]}"}, "en"))
        if str(one.category) in numbers
        else one
        for one in policy.declarations
    ]
    return Policy(policy.site, policy.preferences, tuple(declarations), policy.label)


def first_visit(policy: Policy) -> Iterator[Visit]:
    """Yield a visitor without cookies, again and again."""
    while True:
        yield Visit(HOST, None)


def seen(policy: Policy) -> Iterator[Visit]:
    """Yield one visitor who chose, again and again."""
    visit = Visit(HOST, b"; ".join([ORDINARY_COOKIES, chosen(policy)]))
    while True:
        yield visit


def ten_seen(policy: Policy) -> Iterator[Visit]:
    """Yield one visitor with ten cookies, none of them refused, again and again."""
    visit = next(ten_new(policy))
    while True:
        yield visit


def ten_new(policy: Policy) -> Iterator[Visit]:
    """Yield one visitor with ten cookies, one of which has a new value each time, as a hit counter has."""
    own = b"; ".join([ORDINARY_COOKIES, chosen(policy)])
    for number in count():
        yield Visit(HOST, own + b"; " + _SIX_MORE % number)


def sized(length: int) -> Source:
    """Return a source of Cookie headers of ``length`` bytes: many small cookies, one of them new each time."""
    return partial(_of_length, length)


def _of_length(length: int, policy: Policy) -> Iterator[Visit]:
    own = b"; ".join([ORDINARY_COOKIES, chosen(policy)])
    for number in count():
        header, at = own + b"; shown=%010d" % number, 0
        while len(header) < length:
            header += b"; module_%03d=0a1b2c3d4e5f60718293a4b5c6d7e8f9" % at
            at += 1
        yield Visit(HOST, header)


def never_seen(policy: Policy) -> Iterator[Visit]:
    """Yield visitors whose choice no middleware remembers."""
    for choice in cycle(chosen(policy, number) for number in range(DIFFERENT_CHOICES)):
        yield Visit(HOST, ORDINARY_COOKIES + b"; " + choice)


def forged(policy: Policy) -> Iterator[Visit]:
    """Yield visitors whose choice has a wrong signature, none of them twice."""
    name, _, value = chosen(policy).partition(b"=")
    payload, _, signature = value.rpartition(b".")
    for number in count():
        forgery = signature[:-8] + b"%08d" % number
        yield Visit(HOST, ORDINARY_COOKIES + b"; " + name + b"=" + payload + b"." + forgery)


def of_many_sites(policies: PolicySet) -> Iterator[Visit]:
    """Yield many visitors in turn, on as many hosts as there are."""
    chosen_sites = policies.policies[:: max(1, len(policies.policies) // MANY_VISITORS)]
    visits = []
    for number in range(MANY_VISITORS):
        turn, place = divmod(number, len(chosen_sites))
        policy = chosen_sites[place]
        visits.append(Visit(policy.site.hosts[0], b"; ".join([ORDINARY_COOKIES, chosen(policy, turn)])))
    while True:
        yield from visits
