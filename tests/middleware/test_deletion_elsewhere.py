"""Withdrawal of cookies that the request did not send, and of cookies that only a bare ``*`` covers.

Rule: a response deletes these only at known places. It never guesses a place, nor reveals one that may be private.
"""

import pytest

from cookiewarden import asgi, consent_of, wsgi
from cookiewarden.http.set_cookie import parse_set_cookie
from exchanges import DOCUMENT, SentRequest, Wrapped, set_cookies
from refusals import asking, declared, deletions_among, names_deleted, places_deleted, refuse_all, set_by
from scenarios import chosen

MODULES = pytest.mark.parametrize("module", [asgi, wsgi])
SEEING = SentRequest(headers=DOCUMENT)
FORM = ("content-type", "application/x-www-form-urlencoded")
#: A visitor refuses everything on the preferences page. The request sends no cookie of the app.
REFUSING = SentRequest(path="/cookies/preferences", method="POST", headers=(FORM,))


def refusing(*categories, **details):
    """Return the same request, of a visitor who granted these categories before."""
    return SentRequest(
        cookies=(chosen(*categories, **details),), path="/cookies/preferences", method="POST", headers=(FORM,)
    )


# The declared place, the lines that the app was seen to set, and the places where the response deletes.
KNOWN = {
    "a declared path": ({"path": "/api"}, [], {("/api", "")}),
    "a declared path with the name of a user": ({"path": "/user/alice"}, [], {("/user/alice", "")}),
    "a declared path and domain": (
        {"path": "/api", "domain": "example.org"},
        [],
        {("/api", "example.org"), ("/api", "")},
    ),
    "a declared path that covers the request": ({"path": "/cookies"}, [], set()),
    "the declared root": ({"path": "/"}, [], set()),
    "a declared domain only": ({"domain": "example.org"}, [], set()),
    "nothing declared, nothing seen": ({}, [], set()),
    "a place of an API seen": ({}, ["t=1; Path=/api"], {("/api", "")}),
    "that place seen, with a slash": ({}, ["t=1; Path=/api/"], {("/api/", "")}),
    "that place seen, for a parent": ({}, ["t=1; Path=/api; Domain=example.org"], {("/api", "example.org")}),
    "that place seen, many times": ({}, [f"t={n}; Path=/api; Max-Age={n}" for n in range(40)], {("/api", "")}),
    "a declared path and another seen": ({"path": "/v"}, ["t=1; Path=/api"], {("/v", ""), ("/api", "")}),
    "a line without a path seen": ({}, ["t=1"], set()),
    "the root seen": ({}, ["t=1; Path=/"], set()),
    "two places seen": ({}, ["t=1; Path=/alice", "t=1; Path=/bob"], set()),
    "the path of a user seen": ({}, ["t=1; Path=/alice"], set()),
    "two places seen, one of them a user's": ({}, ["t=1; Path=/api", "t=1; Path=/bob"], {("/api", "")}),
    "two places seen, one on a domain": (
        {},
        ["t=1; Path=/api", "t=1; Path=/api; Domain=example.org"],
        {("/api", ""), ("/api", "example.org")},
    ),
    "a version of an API seen": ({}, ["t=1; Path=/api/v2"], {("/api/v2", "")}),
    "a path below an API seen": ({}, ["t=1; Path=/api/alice"], set()),
    "more places seen than are remembered": ({}, [f"t=1; Path=/{'abcdefghij'[n]}" for n in range(10)], set()),
    "two segments seen": ({}, ["t=1; Path=/user/alice"], set()),
    "a number seen": ({}, ["t=1; Path=/4711"], set()),
    "an escaped path seen": ({}, ["t=1; Path=/caf%C3%A9"], set()),
    "a long path seen": ({}, ["t=1; Path=/" + "a" * 25], set()),
    "a path too long to remember seen": ({}, ["t=1; Path=/api", "t=1; Path=/" + "a" * 300], {("/api", "")}),
    "a domain that fits no host seen": ({}, ["t=1; Path=/api; Domain=evil.example"], set()),
}


@MODULES
@pytest.mark.parametrize(("details", "seen", "expected"), KNOWN.values(), ids=KNOWN)
def test_a_refusal_deletes_unsent_cookies_at_declared_places_and_at_seen_places_of_an_api(
    module, details, seen, expected
):
    app = Wrapped(module, policy=declared(**details))
    for line in seen:
        app.ask(SEEING, set_by(line))
    left = app.ask(REFUSING, body=b"choice=refuse")
    assert {place[:2] for place in places_deleted(left)} == expected


@MODULES
def test_a_partitioned_cookie_that_was_seen_is_deleted_in_its_partition(module):
    app = Wrapped(module, policy=declared())
    app.ask(SEEING, set_by("t=1; Path=/api; Secure; SameSite=None; Partitioned"))
    [(_, cookie)] = deletions_among(app.ask(REFUSING, body=b"choice=refuse"))
    assert (cookie.partitioned, cookie.secure) == (True, True)


@MODULES
def test_a_domain_seen_on_another_host_is_not_revealed(module):
    policy = {**declared(), "site": {"name": "Exampletown", "id": "x", "hosts": ["a.example", "b.example"]}}
    app = Wrapped(module, policy=policy)
    app.ask(SentRequest(host="a.example", headers=DOCUMENT), set_by("t=1; Path=/api; Domain=a.example"))
    left = app.ask(SentRequest("b.example", path=REFUSING.path, method="POST", headers=(FORM,)), body=b"choice=refuse")
    assert names_deleted(left) == set()


NAMES = {
    "a name": ("t", {"t"}),
    "a name in UTF-8": ("naïve", set()),
    "a name with a quotation mark": ('a"b', {'a"b'}),
    "a pattern": ("t*", set()),
    "any name": ("*", set()),
    "a name whose path is the root": ("__Host-t", set()),
    "a name that is too long": ("t" * 2040, set()),
}


@MODULES
@pytest.mark.parametrize(("name", "expected"), NAMES.values(), ids=NAMES)
def test_an_unsent_cookie_is_deleted_only_by_its_full_name(module, name, expected):
    left = Wrapped(module, policy=declared(name=name, path="/api")).ask(REFUSING, body=b"choice=refuse")
    assert names_deleted(left) == expected


TWO = {
    **declared(path="/api"),
    "cookies": [
        {"name": "t", "category": "first-party", "purpose": "Colours", "path": "/api"},
        {"name": "s", "category": "statistical", "purpose": "Counts", "path": "/api"},
        {"name": "n", "category": "necessary", "purpose": "Sessions", "path": "/api"},
        {"name": "p", "category": "statistical", "anonymized": True, "purpose": "Counts nobody", "path": "/api"},
    ],
}
# What was chosen before, what is chosen now, and the names of the unsent cookies that are deleted.
NEW = {
    "nothing chosen before": (
        SentRequest(path="/cookies/preferences", method="POST"),
        "choice=refuse",
        {"t", "s", "p"},
    ),
    "all granted before": (
        refusing("statistical", "first-party", "third-party", policy=TWO),
        "choice=refuse",
        {"t", "s", "p"},
    ),
    "one refused before": (refusing("statistical", "third-party", policy=TWO), "choice=refuse", {"s", "p"}),
    "all refused before": (refusing(policy=TWO), "choice=refuse", set()),
    "a part refused now": (
        refusing("statistical", "first-party", policy=TWO),
        "choice=save&category=statistical",
        {"t"},
    ),
    "all granted now": (refusing(policy=TWO), "choice=accept", set()),
    "one granted now": (refusing(policy=TWO), "choice=grant&category=statistical", set()),
}


@MODULES
@pytest.mark.parametrize(("request_", "body", "expected"), NEW.values(), ids=NEW)
def test_only_what_is_newly_refused_is_deleted(module, request_, body, expected):
    request = SentRequest(cookies=request_.cookies, path=request_.path, method="POST", headers=(FORM,))
    assert names_deleted(Wrapped(module, policy=TWO).ask(request, body=body.encode())) == expected


@MODULES
def test_a_view_that_withdraws_deletes_unsent_cookies_and_later_responses_do_not(module):
    app = Wrapped(module, policy=TWO)
    granted = chosen("statistical", "first-party", "third-party", policy=TWO)
    assert names_deleted(app.ask(SentRequest(cookies=(granted,)), refuse_all)) == {"t", "s", "p"}
    assert names_deleted(app.ask(asking(policy=TWO))) == set()


@MODULES
def test_a_view_that_withdraws_twice_deletes_unsent_cookies(module):
    def twice(carrier):
        consent_of(carrier).withdraw()
        return refuse_all(carrier)

    assert names_deleted(Wrapped(module, policy=TWO).ask(SentRequest(), twice)) == {"t", "s", "p"}


@MODULES
def test_sent_cookies_are_deleted_first_and_at_most_20_in_all(module):
    cookies = [{"names": [f"t{n}" for n in range(90)], "category": "first-party", "purpose": "Any", "path": "/api"}]
    policy = {**declared(), "cookies": [*cookies, {"name": "_ga*", "category": "statistical", "purpose": "Counts"}]}
    request = SentRequest(cookies=("_ga1=1; _ga2=1; _ga3=1",), path=REFUSING.path, method="POST", headers=(FORM,))
    lines = set_cookies(Wrapped(module, policy=policy).ask(request, body=b"choice=refuse"))[1:]
    assert len(lines) == 20
    assert {line[:4] for line in lines[:3]} == {b"_ga1", b"_ga2", b"_ga3"}
    assert lines[-1].endswith(b"; Path=/api; Secure")


@MODULES
def test_report_only_deletes_no_unsent_cookie(module):
    left = Wrapped(module, policy=TWO, report_only=True).ask(REFUSING, body=b"choice=refuse")
    assert names_deleted(left) == set()


@MODULES
def test_a_deletion_that_the_app_sends_itself_is_not_repeated(module):
    def view(carrier):
        refuse_all(carrier)
        return [("Set-Cookie", "t=; Max-Age=0; Path=/api")]

    lines = set_cookies(Wrapped(module, policy=declared(path="/api")).ask(SentRequest(), view))
    assert sum(line.startswith(b"t=") for line in lines) == 1


# What a bare * declares, the lines seen, the cookie sent to /x/page, and the places where it is deleted.
BARE = {
    "nothing is known": ({}, [], "u", set()),
    "a declared path": ({"path": "/"}, [], "u", {("/", "")}),
    "a declared path elsewhere": ({"path": "/y"}, [], "u", {("/y", "")}),
    "a declared path and domain": ({"path": "/", "domain": "example.org"}, [], "u", {("/", "example.org")}),
    "a declared domain": ({"domain": "example.org"}, [], "u", {("/x", "example.org")}),
    "a place that was seen": ({}, ["t=1; Path=/x"], "t", {("/x", "")}),
    "a line without a path seen": ({}, ["t=1"], "t", {("/x", "")}),
    "a place seen that does not cover the request": ({}, ["t=1; Path=/y"], "t", set()),
    "a parent that was seen": ({}, ["t=1; Path=/; Domain=example.org"], "t", {("/", "example.org")}),
    "another cookie that was seen": ({}, ["t=1; Path=/; Domain=example.org", "s=1; Path=/x"], "u", set()),
    "a name with a prefix": ({}, ["t=1; Path=/x"], "__Host-t", set()),
    "a name with a prefix, seen": ({}, ["__Host-t=1; Path=/; Secure"], "__Host-t", {("/", "")}),
    "a name that fits none of those beside it": ({"names": ["v", "w*"]}, [], "u", set()),
}


def declared_bare(names=(), **details):
    """Return a policy that declares ``*``, and other names beside it."""
    policy = declared(**details)
    del policy["cookies"][0]["name"]
    policy["cookies"][0]["names"] = ["*", *names]
    return policy


@MODULES
@pytest.mark.parametrize(("details", "seen", "name", "expected"), BARE.values(), ids=BARE)
def test_a_cookie_that_only_a_bare_pattern_covers_is_deleted_at_known_places_only(
    module, details, seen, name, expected
):
    """It may belong to another application on the host."""
    policy = declared_bare(**details)
    app = Wrapped(module, policy=policy)
    for line in seen:
        app.ask(SEEING, set_by(line))
    found = [
        parse_set_cookie(cookie.line, path="/x/page")
        for _, cookie in deletions_among(app.ask(asking(f"{name}=1", path="/x/page", policy=policy)))
    ]
    places = [(cookie.cookie_path.decode(), (cookie.attribute(b"domain") or b"").decode()) for cookie in found]
    assert sorted(places) == sorted(expected)
    assert not any(cookie.partitioned for cookie in found)


@MODULES
def test_guessed_places_of_sent_cookies_leave_room_for_unsent_ones(module):
    policy = {**TWO, "cookies": [*TWO["cookies"], {"name": "_ga*", "category": "statistical", "purpose": "Counts"}]}
    sent = tuple(f"_ga{number}=1" for number in range(10))
    request = SentRequest(cookies=sent, path=REFUSING.path, method="POST", headers=(FORM,))
    names = [name for name, _ in deletions_among(Wrapped(module, policy=policy).ask(request, body=b"choice=refuse"))]
    assert set(names) == {"t", "s", "p", *(cookie.partition("=")[0] for cookie in sent)}
    assert set(names[:10]).isdisjoint({"t", "s", "p"})
    assert len(names) == 20
