"""What is measured: per scenario a policy, the requests, the app's Set-Cookie lines, and which of them must stay.

Rule: every value that differs from request to request in production does so here ("%d" in a line is the number of
the request), so that nothing is fast merely because it was seen before.
"""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import count

from itsdangerous import TimestampSigner

from cookiewarden import Policy, PolicySet
from cookiewarden.testing import preferences_cookie

SECRET_KEY = "a key that serves benchmarks only"
HOST = "data.example.org"

# What starlette's SessionMiddleware reads back, among the cookies that a site sets.
_SESSION_VALUE = TimestampSigner(SECRET_KEY).sign(b64encode(b'{"user": 7, "theme": "dark"}')).decode()
ORDINARY_COOKIES = f"sessionid=k2m9x0q7c4v8b1n5; csrftoken=p3o6i9u2y5t8r1e4; session={_SESSION_VALUE}".encode()

_MANY_VISITORS = 500  # in turn, and as many hosts where there are as many


@dataclass(frozen=True)
class Targets:
    """The most that a scenario may add, in P, for each kind of app."""

    asgi: float
    wsgi: float


@dataclass(frozen=True)
class Visit:
    """What of one request differs between scenarios: its Host, its Cookie field or none, what a browser asks for."""

    host: str
    cookie: bytes | None
    destination: str = "empty"


@dataclass(frozen=True)
class Scenario:
    """One row of the table. ``source``: the endless visits. ``kept``: the positions of the lines that stay.

    ``has_new_field_names``: the app makes its field names anew, so that looking them up takes longer.
    ``baseline``: the scenario that this one must not exceed by more than a tenth.
    """

    key: str
    title: str
    policy: Callable[[], Policy | PolicySet]
    source: Callable[[Policy | PolicySet], Iterator[Visit]]
    lines: tuple[str, ...] = ()
    kept: tuple[int, ...] = ()
    chunks: int = 1
    has_new_field_names: bool = False
    targets: Targets | None = None
    baseline: str | None = None


def _declared(category: str, *names: str, **more: object) -> dict[str, object]:
    return {"names": list(names), "category": category, "purpose": "A cookie of the benchmark", **more}


_ORDINARY = [
    _declared("necessary", "sessionid", "csrftoken", "django_language", "messages", "AWSALB", "AWSALBCORS"),
    _declared("necessary", "session"),
    _declared("statistical", "_pk_id*", "_pk_ses*", anonymized=True),
    _declared("statistical", "_ga", "_ga_*", "_gid"),
    _declared("first-party", "theme", "layout", "recently_viewed"),
    _declared("third-party", "_fbp", "_hj*", "NID", "YSC"),
]


@cache
def ordinary_policy() -> Policy:
    """A site of common size: some twenty names, five of them patterns."""
    return Policy.from_mapping({"site": {"name": "Exampletown", "id": HOST}, "cookies": _ORDINARY})


@cache
def policy_of_size(size: int) -> Policy:
    """So many declarations, half of them patterns; their names are equally long whatever the size."""
    exact = [_declared("necessary", f"exact{'-' * (number % 4)}{number:06}") for number in range(size - size // 2)]
    patterns = [_declared("necessary", f"start{'-' * (number % 4)}{number:06}_*") for number in range(size // 2)]
    return Policy.from_mapping({"site": {"name": "Exampletown", "id": HOST}, "cookies": exact + patterns})


@cache
def sites(size: int) -> PolicySet:
    """A set of so many sites, with the cookies of the ordinary one each."""
    ordinary = ordinary_policy()
    hosts = [f"site-{number}.example.org" for number in range(size)]
    policies = (Policy.from_mapping({"site": {"name": host, "hosts": [host]}}) for host in hosts)
    return PolicySet(
        Policy(policy.site, policy.preferences, ordinary.declarations, policy.label) for policy in policies
    )


def chosen(policy: Policy, number: int = 0) -> bytes:
    """The preferences cookie of visitor ``number``, who granted statistics: no two are alike."""
    return preferences_cookie(policy, SECRET_KEY, "statistical", now=time.time() - number - 1).encode()


def _seen(policy: Policy) -> Iterator[Visit]:
    visit = Visit(HOST, b"; ".join([ORDINARY_COOKIES, chosen(policy)]))
    while True:
        yield visit


def _documents(policy: Policy) -> Iterator[Visit]:
    visit = Visit(HOST, b"; ".join([ORDINARY_COOKIES, chosen(policy)]), "document")
    while True:
        yield visit


def _seen_with_ten(policy: Policy) -> Iterator[Visit]:
    others = b"; ".join(b"analytics_%d=GS1.1.16%d" % (number, number) for number in range(7))
    visit = Visit(HOST, b"; ".join([others, ORDINARY_COOKIES, chosen(policy)]))
    while True:
        yield visit


def _never_seen(policy: Policy) -> Iterator[Visit]:
    for number in count():
        yield Visit(HOST, b"; ".join([ORDINARY_COOKIES, chosen(policy, number)]))


def _first_visit(policy: Policy) -> Iterator[Visit]:
    while True:
        yield Visit(HOST, None)


def forged(policy: Policy) -> Iterator[Visit]:
    name, _, value = chosen(policy).partition(b"=")
    payload, _, signature = value.rpartition(b".")
    for number in count():
        forged = signature[:-8] + b"%08d" % number
        yield Visit(HOST, ORDINARY_COOKIES + b"; " + name + b"=" + payload + b"." + forged)


def _of_many_sites(policies: PolicySet) -> Iterator[Visit]:
    chosen_sites = policies.policies[:: max(1, len(policies.policies) // _MANY_VISITORS)]
    visits = []
    for number in range(_MANY_VISITORS):
        policy = chosen_sites[number % len(chosen_sites)]
        visits.append(Visit(policy.site.hosts[0], b"; ".join([ORDINARY_COOKIES, chosen(policy, number)])))
    while True:
        yield from visits


_SESSION = (
    "sessionid=k2m9x0q7c4v8b1n5%d; expires=Wed, 21 Oct 2037 07:28:00 GMT; HttpOnly; Max-Age=1209600; Path=/; "
    "SameSite=Lax"
)
_STATISTICS = "_ga=GA1.2.1596403881.%d; Path=/; Max-Age=34128000; SameSite=Lax"
FIVE = (
    _SESSION,
    "_pk_id.7.1fff=1a2b3c4d5e6f7a8b.%d.; Path=/; Max-Age=33955200; SameSite=Lax",
    "_fbp=fb.1.1596403881668.%d; Path=/; Domain=example.org; Max-Age=7776000; SameSite=Lax",
    "theme=dark-%d; Path=/; expires=Wed, 21 Oct 2037 07:28:00 GMT",
    "_beamer_last_visit=%d; Path=/; Secure; SameSite=None",
)
# An exact name and a pattern, hit and missed; where "%d" stands in the name, the name is a new one every time.
_LOOKED_UP = ("exact000000=%d; Path=/", "start000000_%d=1; Path=/", "exact000000_%d=1; Path=/", "other_%d=1; Path=/")


def scenarios(
    *, sizes: tuple[int, ...] = (10, 1_000, 100_000), site_counts: tuple[int, ...] = (1, 10_000)
) -> list[Scenario]:
    """Every scenario; the sizes are those of the issue unless told otherwise."""
    five = {"policy": ordinary_policy, "lines": FIVE, "kept": (0, 1)}
    nothing = Targets(3, 3.5)
    never_seen = Targets(60, 90)
    found = [
        Scenario("none", "no Set-Cookie", ordinary_policy, _seen, targets=nothing),
        Scenario("new-names", "the same, field names made anew", ordinary_policy, _seen, has_new_field_names=True),
        Scenario("document", "no Set-Cookie, a document is asked for", ordinary_policy, _documents),
        Scenario("ten", "no Set-Cookie, ten request cookies", ordinary_policy, _seen_with_ten, targets=nothing),
        Scenario("necessary", "one necessary, kept", ordinary_policy, _seen, (_SESSION,), (0,)),
        Scenario("consented", "one kept by consent", ordinary_policy, _seen, (_STATISTICS,), (0,)),
        Scenario("five-seen", "five, three stripped: seen visitor", source=_seen, targets=Targets(20, 28), **five),
        Scenario(
            "five-unseen",
            "five: visitor never seen",
            source=_never_seen,
            targets=never_seen,
            **five,
        ),
        Scenario("five-first", "five: first visit", source=_first_visit, **five),
        Scenario("five-forged", "five: forged cookie", source=forged, **five),
        Scenario("stream", "a stream of 1,000 chunks", ordinary_policy, _seen, chunks=1_000),
    ]
    first = f"declared-{sizes[0]}"
    for size in sizes:
        found.append(
            Scenario(
                f"declared-{size}",
                f"four names in {size:,} declarations",
                lambda size=size: policy_of_size(size),
                _first_visit,
                _LOOKED_UP,
                (0, 1),
                baseline=None if size == sizes[0] else first,
            )
        )
    first = f"sites-{site_counts[0]}"
    for size in site_counts:
        found.append(
            Scenario(
                f"sites-{size}",
                f"five: 500 visitors, {size:,} sites",
                lambda size=size: sites(size),
                _of_many_sites,
                FIVE,
                (0, 1),
                baseline=None if size == site_counts[0] else first,
            )
        )
    return found
