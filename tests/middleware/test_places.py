"""Withdrawal: the Path, Domain and prefix of a deletion, and the places that the middleware remembers for it."""

import tracemalloc
from dataclasses import replace

import pytest

from cookiewarden import PolicySet, asgi, wsgi
from cookiewarden.http.set_cookie import parse_set_cookie
from cookiewarden.policy.policy import Policy
from exchanges import DOCUMENT, INSECURE_DOCUMENT, POLICY, SentRequest, Wrapped, set_cookies
from refusals import asking, declared, deletions_among, places_deleted, set_by
from scenarios import chosen

MODULES = pytest.mark.parametrize("module", [asgi, wsgi])
#: A visitor who has not chosen yet. The middleware sees what the app sets in the response.
SEEING = SentRequest(headers=DOCUMENT)


GUESSES = {
    "/": {"/"},
    "/a": {"/", "/a"},
    "/a/": {"/", "/a", "/a/"},
    "/a/b": {"/", "/a", "/a/", "/a/b"},
    "/a//b": {"/", "/a", "/a/", "/a//", "/a//b"},
    "/caf%C3%A9/x": {"/", "/caf%C3%A9", "/caf%C3%A9/", "/caf%C3%A9/x"},
}


@MODULES
@pytest.mark.parametrize(("path", "expected"), GUESSES.items(), ids=GUESSES)
def test_without_a_known_place_a_cookie_is_deleted_host_only_on_every_path_above_the_request(module, path, expected):
    places = places_deleted(Wrapped(module).ask(asking("theme=1", path=path + "?q=/z")))
    assert {place for place, domain, _ in places if not domain} >= expected
    assert {domain for _, domain, _ in places} == {""}
    assert {place for place, _, is_partitioned in places if not is_partitioned} == expected


# The declared place, and the places where the response to /shop/cart must delete.
DECLARED = {
    "a path": ({"path": "/shop"}, {("/shop", "", False)}),
    "a parent domain": ({"domain": "example.org"}, {("/", "example.org", False), ("/shop/cart", "example.org", False)}),
    "a parent domain with a dot": ({"path": "/", "domain": ".Example.org"}, {("/", "example.org", False)}),
    "the host": (
        {"path": "/", "domain": "data.example.org"},
        {("/", "data.example.org", False), ("/", "", False)},
    ),
}


@MODULES
@pytest.mark.parametrize(("details", "expected"), DECLARED.values(), ids=DECLARED)
def test_a_cookie_is_deleted_at_its_declared_place(module, details, expected):
    policy = declared(**details)
    left = Wrapped(module, policy=policy).ask(asking("t=1", path="/shop/cart", policy=policy))
    assert places_deleted(left) >= expected


@MODULES
def test_the_path_of_a_deletion_is_written_as_browsers_write_it(module):
    policy = declared(path="/données ouvertes")
    request = asking("t=1", path="/donn%C3%A9es%20ouvertes/x", policy=policy)
    assert "/donn%C3%A9es%20ouvertes" in {
        path for path, _, _ in places_deleted(Wrapped(module, policy=policy).ask(request))
    }


@MODULES
def test_a_declared_domain_is_tried_although_the_app_set_the_cookie_host_only(module):
    policy = declared(domain="example.org")
    app = Wrapped(module, policy=policy)
    app.ask(SEEING, set_by("t=1; Path=/"))
    assert ("/", "example.org", False) in places_deleted(app.ask(asking("t=1", policy=policy)))


@MODULES
def test_a_sent_cookie_that_is_declared_for_a_foreign_domain_is_deleted_host_only(module):
    policy = declared(domain="maps.example", path="/")
    assert ("/", "", False) in places_deleted(Wrapped(module, policy=policy).ask(asking("t=1", policy=policy)))


# The line that the app set, the path of the request, and the place where the cookie is then deleted.
SEEN = {
    "a path": ("t=1; Path=/x", "/", ("/x", "", False)),
    "the last of two paths": ("t=1; Path=/y; Path=/x", "/", ("/x", "", False)),
    "no path, so that of the request": ("t=1", "/x/page", ("/x", "", False)),
    "an invalid path, so that of the request": ("t=1; Path=x", "/x/page", ("/x", "", False)),
    "no path at the top": ("t=1", "/page", ("/", "", False)),
    "no path under one that is not ASCII": ("t=1", "/caf%C3%A9/page", ("/caf%C3%A9", "", False)),
    "a parent domain": ("t=1; Path=/; Domain=.Example.ORG", "/", ("/", "example.org", False)),
    "an empty domain": ("t=1; Path=/; Domain=", "/", ("/", "", False)),
    "partitioned": ("t=1; Path=/; Secure; SameSite=None; Partitioned", "/", ("/", "", True)),
    "with an expiry date": ("t=1; Expires=Fri, 31 Dec 2027 00:00:00 GMT; Path=/x", "/", ("/x", "", False)),
}


@MODULES
@pytest.mark.parametrize("is_kept", [True, False], ids=["kept", "blocked"])
@pytest.mark.parametrize(("line", "path", "place"), SEEN.values(), ids=SEEN)
def test_a_cookie_is_deleted_at_the_place_at_which_the_app_set_it(module, line, path, place, is_kept):
    policy = declared()
    app = Wrapped(module, policy=policy)
    sent = (chosen("first-party", policy=policy),) if is_kept else ()
    before = SentRequest(cookies=sent, path=path, headers=DOCUMENT)
    assert (line.encode() in set_cookies(app.ask(before, set_by(line)))) is is_kept
    asked = place[0].rstrip("/") + "/z"
    assert place in places_deleted(app.ask(asking("t=1", path=asked, policy=policy)))


@MODULES
def test_a_place_that_the_same_response_sets_counts(module):
    left = Wrapped(module).ask(asking("theme=1", path="/x/y"), set_by("theme=2; Path=/x; Domain=example.org"))
    assert ("/x", "example.org", False) in places_deleted(left)


@MODULES
def test_places_seen_on_another_site_of_the_set_do_not_count(module):
    others = {**POLICY, "site": {"name": "Park", "hosts": ["park.example.org"]}}
    app = Wrapped(module, policy=PolicySet([Policy.from_mapping(POLICY), Policy.from_mapping(others)]))
    app.ask(replace(SEEING, host="park.example.org"), set_by("theme=1; Path=/; Domain=example.org"))
    domains = {domain for _, domain, _ in places_deleted(app.ask(asking("theme=1")))}
    assert domains == {""}
    parents = places_deleted(app.ask(asking("theme=1", host="park.example.org", policy=others)))
    assert ("/", "example.org", False) in parents


PREFIXES = {
    "__Host-t": {"secure"},
    "__host-t": {"secure"},
    "__Secure-t": {"secure"},
    "__Http-t": {"secure", "http_only"},
    "__Host-Http-t": {"secure", "http_only"},
}


@MODULES
@pytest.mark.parametrize(
    "line", [None, "{}=1; Path=/; Secure; HttpOnly", "{}=1; Path=/; Secure; HttpOnly; Partitioned"]
)
@pytest.mark.parametrize("details", [{}, {"path": "/", "domain": "example.org"}], ids=["bare", "declared"])
@pytest.mark.parametrize(("name", "flags"), PREFIXES.items(), ids=PREFIXES)
def test_a_deletion_has_the_attributes_that_a_prefix_demands(module, name, flags, details, line):
    policy = declared(name=name, **details)
    app = Wrapped(module, policy=policy)
    if line:
        app.ask(SEEING, set_by(line.format(name)))
    found = deletions_among(app.ask(asking(f"{name}=1", path="/x/y", policy=policy)))
    assert {found_name for found_name, _ in found} == {name}
    assert all(getattr(cookie, flag) for _, cookie in found for flag in flags)
    if "host" in name.lower():
        assert {(cookie.cookie_path, cookie.attribute(b"domain")) for _, cookie in found} == {(b"/", None)}
    if line and "Partitioned" in line:
        assert any(cookie.partitioned for _, cookie in found)
    assert all(cookie.secure for _, cookie in found if cookie.partitioned)


@MODULES
def test_over_http_a_cookie_is_deleted_by_a_line_without_secure(module):
    """Over http, browsers send no Secure cookie and ignore a line with Secure."""
    app = Wrapped(module)
    app.ask(SEEING, set_by("theme=1; Path=/; Secure"))
    found = deletions_among(app.ask(asking("theme=1", headers=INSECURE_DOCUMENT, scheme="http")))
    assert any(not cookie.secure for _, cookie in found)


@MODULES
def test_a_cookie_set_without_a_path_is_deleted_under_the_path_that_the_browser_wrote(module):
    """The browser keeps the cookie under /urn%3Ax, but the server gives the app /urn:x."""
    app = Wrapped(module)
    app.ask(replace(SEEING, path="/urn%3Ax/page"), set_by("theme=1"))
    lines = [cookie.line for _, cookie in deletions_among(app.ask(asking("theme=1", path="/urn%3Ax/page")))]
    assert b"/urn%3Ax" in {parse_set_cookie(line, path="/urn%3Ax/page").cookie_path for line in lines}


def test_a_place_that_was_forgotten_is_known_again_when_it_is_seen_again():
    policy = declared()
    app = Wrapped(wsgi, policy=policy)
    for number in (*range(20), 0):
        app.ask(SEEING, set_by(f"t=1; Path=/{number}; Domain=example.org"))
    assert ("/0", "example.org", False) in places_deleted(app.ask(asking("t=1", path="/0", policy=policy)))


def test_requests_for_many_paths_do_not_make_the_middleware_forget_a_domain():
    policy = declared()
    app = Wrapped(wsgi, policy=policy)
    app.ask(SEEING, set_by("t=1; Path=/; Domain=example.org"))
    for number in range(50):
        app.ask(replace(SEEING, path=f"/{number}/page"), set_by("t=1"))
    assert ("/", "example.org", False) in places_deleted(app.ask(asking("t=1", policy=policy)))


LINES = {
    "a path of its own": "t=1; Path=/{}",
    "an age of its own": "t=1; Path=/; Max-Age={}",
    "a name of its own": "t{}=1; Path=/{}; Domain=example.org",
    "no path": "t=1",
}


@pytest.mark.slow
@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_what_is_remembered_does_not_grow_with_what_an_app_sets(line):
    app = Wrapped(wsgi, policy=declared(name="t*"))

    def held_after(numbers):
        for number in numbers:
            app.ask(replace(SEEING, path=f"/{number}/page"), set_by(line.format(number, number)))
        return tracemalloc.get_traced_memory()[0]

    held_after(range(1000))
    tracemalloc.start()
    try:
        before = held_after(range(1000, 7000))  # then as many names wait to be counted as ever do
        assert held_after(range(7000, 15_000)) < before + 300_000
    finally:
        tracemalloc.stop()


def test_few_lines_of_a_declaration_are_remembered_whatever_their_dates():
    app = Wrapped(wsgi, policy=declared())
    for number in range(1000):
        app.ask(SEEING, set_by(f"t=1; Path=/; Expires=Thu, 01 Jan {2040 + number} 00:00:00 GMT" + "; x" * 500))
    [site] = app._app._screener.sites.by_policy.values()
    sightings = site.places
    assert sum(map(len, sightings.known.values())) <= 16


def test_a_long_request_path_is_not_remembered_whole():
    app = Wrapped(wsgi, policy=declared())
    tracemalloc.start()
    try:
        for number in range(20):
            app.ask(replace(SEEING, path=f"/{number}" + "/a" * 10_000 + "/page"), set_by("t=1"))
        assert tracemalloc.get_traced_memory()[0] < 100_000
    finally:
        tracemalloc.stop()
