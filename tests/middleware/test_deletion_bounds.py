"""Withdrawal: the bounds on the places that a site remembers, and on the work and the bytes that a response costs."""

import sys
import tracemalloc
from dataclasses import replace

import pytest

from cookiewarden import Category, asgi, wsgi
from cookiewarden.middleware.places import SeenPlaces
from cookiewarden.policy.policy import Policy
from exchanges import DOCUMENT, POLICY, SentRequest, Wrapped, set_cookies, through_asgi, through_wsgi
from hostile.crowd import by_threads
from refusals import asking, declared, names_deleted, nothing, places_deleted, set_by

MODULES = pytest.mark.parametrize("module", [asgi, wsgi])
THROUGH = pytest.mark.parametrize("through", [through_asgi, through_wsgi])
SEEING = SentRequest(headers=DOCUMENT)


def with_hosts(*hosts, **details):
    """Return a policy for these hosts, with one first-party cookie, ``t``."""
    return {**declared(**details), "site": {"name": "Exampletown", "id": "example.org", "hosts": list(hosts)}}


@MODULES
def test_a_place_that_the_app_still_uses_is_known_again_after_many_made_up_domains(module):
    """One client can make up the domains if the app takes a cookie's Domain from the Host header."""
    policy = with_hosts("*")
    policy["cookies"] = [*policy["cookies"], {"name": "u", "category": "first-party", "purpose": "Language"}]
    app, seen = Wrapped(module, policy=policy), set_by("t=1; Path=/; Domain=example.org")
    app.ask(SEEING, seen)
    for number in range(4200):
        app.ask(SEEING, set_by(f"u=1; Path=/; Domain=d{number}.example"))
    app.ask(SEEING, seen)
    assert ("/", "example.org", False) in places_deleted(app.ask(asking("t=1", policy=policy)))


def test_only_the_oldest_of_too_many_domains_is_forgotten():
    policy = Policy.from_mapping(with_hosts("*"))
    sightings, (declaration, *_) = SeenPlaces(policy.site.hosts), policy.declarations
    for number in range(4097):
        sightings.see(declaration, b"t=1; Path=/; Domain=d%d.example" % number)
    known = [number for number in range(4097) if sightings.places(b"t", declaration, f"d{number}.example")]
    assert known == list(range(1, 4097))


# The hosts of a policy, a domain that an app sets, and whether the middleware remembers it.
DOMAINS = {
    "a host": (["data.example.org"], "data.example.org", True),
    "a host with a dot and capitals": (["data.example.org"], ".Data.Example.ORG", True),
    "the second host": (["park.example", "data.example.org"], "data.example.org", True),
    "a parent of a host": (["data.example.org"], "example.org", True),
    "a host that ends alike": (["ta.example.org"], "data.example.org", False),
    "a subdomain of a host": (["example.org"], "data.example.org", False),
    "what a wildcard covers": (["*.example.org"], "data.example.org", True),
    "the domain after a wildcard": (["*.example.org"], "example.org", True),
    "what a deeper wildcard covers": (["*.org"], "data.example.org", True),
    "what another wildcard covers": (["*.park.example"], "data.example.org", False),
    "what a wildcard below covers": (["*.data.example.org"], "data.example.org", True),
    "any host": (["*"], "data.example.org", True),
    "any host beside others": (["park.example", "*"], "data.example.org", True),
    "another host": (["park.example"], "data.example.org", False),
}


@MODULES
@pytest.mark.parametrize(("hosts", "domain", "is_known"), DOMAINS.values(), ids=DOMAINS)
def test_only_domains_that_fit_the_hosts_of_the_policy_are_remembered(module, hosts, domain, is_known):
    policy = with_hosts(*hosts)
    app = Wrapped(module, policy=policy)
    app.ask(SEEING, set_by(f"t=1; Path=/; Domain={domain}"))
    places = places_deleted(app.ask(asking("t=1", policy=policy)))
    assert ("/", domain.lower().lstrip("."), False) in places if is_known else {one for _, one, _ in places} == {""}


@MODULES
def test_any_domain_is_remembered_if_the_policy_names_no_host(module):
    policy = {**declared(), "site": {"name": "Exampletown"}}
    app = Wrapped(module, policy=policy)
    app.ask(SEEING, set_by("t=1; Path=/; Domain=example.org"))
    assert ("/", "example.org", False) in places_deleted(app.ask(asking("t=1", policy=policy)))


@MODULES
def test_a_cookie_on_a_path_too_long_to_remember_is_deleted_on_every_path_above_the_request(module):
    path = "/x/" + "y" * 300
    app = Wrapped(module, policy=declared())
    app.ask(SEEING, set_by("t=1; Path=/"))
    app.ask(SEEING, set_by(f"t=1; Path={path}; Domain=example.org"))
    places = places_deleted(app.ask(asking("t=1", path=path + "/page", policy=declared())))
    assert {("/", "", False), (path, "example.org", False)} <= places


def test_long_paths_and_domains_are_not_remembered_at_length():
    policy = Policy.from_mapping(declared())
    sightings, (declaration, *_) = SeenPlaces(), policy.declarations
    tracemalloc.start()
    try:
        for number in range(4096):
            for at in range(8):
                sightings.see(declaration, b"t=1; Path=/%d%s; Domain=d%d.example" % (at, b"x" * 900, number))
            sightings.see(declaration, b"t=1; Path=/; Domain=d%d.%s" % (number, b"x" * 900))
        assert tracemalloc.get_traced_memory()[0] < 4_000_000
    finally:
        tracemalloc.stop()


def test_threads_see_whole_places_while_others_are_forgotten():
    policy = Policy.from_mapping(POLICY)
    sightings, declarations = SeenPlaces(), policy.declarations[:5]

    def work(number):
        for turn in range(3000):
            declaration = declarations[turn % 5]
            sightings.see(declaration, b"a=1; Path=/%d; Domain=d%d-%d.example" % (turn % 5, number, turn))
            places = sightings.places(b"t", declaration, f"d{number}-{turn}.example")
            # On a busy machine, the others may have forgotten it by now.
            assert [place.path for place in places] in ([b"/%d" % (turn % 5)], [])

    assert by_threads(work) == []
    assert len(sightings._places) == 4096
    for (one, domain, _), places in sightings._places.items():
        turn = int(domain.removesuffix(b".example").partition(b"-")[2])
        assert one == declarations[turn % 5].names
        assert [place.path for place in places] == [b"/%d" % (turn % 5)]


def looked_up(through, *cookies, **options):
    """Return how many declarations are looked up for a request, and the headers of the response."""
    entered = 0

    def count_calls(frame, event, argument):
        nonlocal entered
        entered += event == "call" and frame.f_code.co_name == "declaration_of"

    before = sys.getprofile()
    sys.setprofile(count_calls)
    try:
        left = through(nothing, asking(*cookies, **options))
    finally:
        sys.setprofile(before)
    return entered, left


@THROUGH
def test_no_more_refused_cookies_are_looked_at_than_one_response_can_delete(through):
    entered, left = looked_up(through, "; ".join(f"_ga{number}=" for number in range(8000)))
    assert entered <= 21  # one more for the preferences cookie
    assert 0 < len(set_cookies(left)) <= 20


@THROUGH
def test_a_cookie_that_cannot_be_deleted_keeps_no_other_from_being_deleted(through, monkeypatch):
    """The middleware leaves a name alone if it is too long, or if some servers read it as another."""
    odd = [f"\x85_ga{number}=" for number in range(50)] + [f"_ga{number:x<2100}=" for number in range(10)]
    assert names_deleted(through(nothing, asking(*odd, "theme=1"))) == {"theme"}


@MODULES
def test_a_cookie_that_survives_its_deletion_keeps_no_other_from_being_deleted(module, monkeypatch):
    deleted = set()
    for second in range(0, 60, 7):
        monkeypatch.setattr("exchanges.NOW", 1_750_000_000 + second)
        deleted |= names_deleted(Wrapped(module).ask(asking(*(f"_ga{number}=1" for number in range(60)))))
    assert len(deleted) == 60


@THROUGH
@pytest.mark.parametrize("length", [10, 100, 500, 1000, 1900, 2100, 3900])
def test_deletions_take_at_most_2_kib_with_header_names_and_line_ends(through, length):
    cookies = [f"_ga{number:x<{length}}=1" for number in range(60)]
    lines = set_cookies(through(nothing, asking(*cookies)))
    assert sum(len(b"set-cookie: " + line + b"\r\n") for line in lines) <= 2048
    assert bool(lines) is (length < 2048)


@MODULES
def test_deletions_take_at_most_2_kib_though_a_long_path_was_seen(module):
    path = "/" + "x" * 200
    app = Wrapped(module)
    app.ask(SEEING, set_by(*(f"{name}=1; Path={path}" for name in ("theme", "NID", "_ga1", "_ga2"))))
    request = replace(asking(*(f"_ga{number}=1" for number in range(30)), "theme=1"), path=path)
    lines = set_cookies(app.ask(request))
    assert lines
    assert sum(len(line) + 14 for line in lines) <= 2048


def test_at_most_256_declared_paths_are_looked_at_after_a_refusal():
    cookies = [
        {"name": f"c{number}", "category": "first-party", "purpose": "Any", "path": f"/p{number}"}
        for number in range(1000)
    ]
    policy = Policy.from_mapping({"site": {"name": "Exampletown"}, "cookies": cookies})
    sightings = SeenPlaces(policy.site.hosts, policy.declarations)
    sightings.see(policy.declarations[999], b"c999=1; Path=/api")
    found = list(sightings.elsewhere({Category.FIRST_PARTY}))
    assert len(found) == 256
    assert found[0] is policy.declarations[999]
    assert list(sightings.elsewhere({Category.STATISTICAL})) == []
