"""Withdrawal: which cookies of a request are deleted, and in which responses."""

import sys
import tracemalloc
from dataclasses import replace

import pytest

from cookiewarden import PolicySet, asgi, consent_of, wsgi
from cookiewarden.http.set_cookie import parse_set_cookie
from cookiewarden.policy.policy import Policy
from exchanges import (
    DOCUMENT,
    INSECURE_DOCUMENT,
    NOW,
    POLICY,
    SentRequest,
    Wrapped,
    http_scope,
    screened_by,
    set_cookies,
    through_asgi,
    through_wsgi,
)
from refusals import asking, declared, deletions_among, names_deleted, nothing, refuse_all, set_by
from scenarios import chosen

THROUGH = pytest.mark.parametrize("through", [through_asgi, through_wsgi])
MODULES = pytest.mark.parametrize("module", [asgi, wsgi])
OLDER = {**POLICY, "site": {**POLICY["site"], "version": "0"}}
FORM = ("content-type", "application/x-www-form-urlencoded")
JSON = ("content-type", "application/json")


ASKS = {
    "a document on a secure origin": (DOCUMENT, "https", True),
    "a document on an insecure origin": (INSECURE_DOCUMENT, "http", True),
    "a document, behind a proxy that ends TLS": (DOCUMENT, "http", True),
    "a document, said in one header only": ((("sec-fetch-dest", "document"),), "https", True),
    "a fetch": ((("sec-fetch-dest", "empty"), ("accept", "*/*")), "https", False),
    "a fetch on an insecure origin": ((("accept", "*/*"),), "http", False),
    "a fetch of HTML": ((("sec-fetch-dest", "empty"), ("accept", "text/html")), "https", False),
    "an image": ((("sec-fetch-dest", "image"), ("accept", "image/avif,image/webp,*/*")), "https", False),
    "an image on an insecure origin": ((("accept", "image/avif,image/webp,*/*"),), "http", False),
    "a frame": ((*INSECURE_DOCUMENT, ("sec-fetch-dest", "iframe")), "https", False),
    "a frame, behind a proxy that ends TLS": ((*INSECURE_DOCUMENT, ("sec-fetch-dest", "iframe")), "http", False),
    "a client that says nothing": ((), "https", False),
    "a document, by a browser that does not say so": (INSECURE_DOCUMENT, "https", True),
    "a fetch, by a browser that does not say so": ((("accept", "*/*"),), "https", False),
    "an image, by a browser that does not say so": ((("accept", "image/webp,*/*"),), "https", False),
}


@THROUGH
@pytest.mark.parametrize(("headers", "scheme", "is_deleting"), ASKS.values(), ids=ASKS)
def test_a_refused_cookie_is_deleted_when_the_browser_asks_for_a_document(through, headers, scheme, is_deleting):
    left = through(nothing, asking("theme=1", headers=headers, scheme=scheme))
    assert names_deleted(left) == ({"theme"} if is_deleting else set())


@pytest.mark.parametrize("build", [list, tuple])
def test_a_document_is_recognized_however_a_server_builds_the_list_of_headers(build):
    scope = http_scope(asking("theme=1"))
    scope["headers"] = build(build(header) for header in scope["headers"])
    assert names_deleted(Wrapped(asgi).ask_with(scope)) == {"theme"}


def test_a_document_is_recognized_by_a_scope_with_the_required_keys_only():
    scope = http_scope(asking("theme=1"))
    for optional in ("scheme", "raw_path", "root_path", "client", "server"):
        del scope[optional]
    assert names_deleted(Wrapped(asgi).ask_with(scope, set_by("theme=1; Path=/"))) == {"theme"}


COOKIES = {
    "each refused category": (chosen(), ["_ga=1", "theme=1", "NID=1"], {"_ga", "theme", "NID"}),
    "those of a pattern by the name that was sent": (chosen(), ["_ga_X=1", "_ga_Y=1"], {"_ga_X", "_ga_Y"}),
    "anonymized ones once statistics are refused": (chosen("first-party"), ["_pk_id=1"], {"_pk_id"}),
    "one category and not the other": (chosen("statistical"), ["_ga=1", "theme=1"], {"theme"}),
    "one that is sent twice": (chosen(), ["theme=1; theme=2"], {"theme"}),
    "one without a value": (chosen(), ["theme="], {"theme"}),
    "nothing of what was granted": (chosen("statistical", "first-party", "third-party"), ["_ga=1", "NID=1"], set()),
    "nothing necessary": (chosen(), ["sid=1", "__Host-csrf=1"], set()),
    "nothing undeclared": (chosen(), ["_fbp=1", "THEME=1", "__Secure-theme=1"], set()),
    "nothing without =": (chosen(), ["theme"], set()),
    "nothing of a visitor who has not chosen": ("a=1", ["_ga=1", "theme=1", "_pk_id=1"], set()),
    "nothing by a choice that has expired": (chosen(now=NOW - 20_000_000), ["theme=1"], set()),
    "nothing by a forged choice": (chosen(key="another key of sixteen bytes"), ["theme=1"], set()),
    "what was refused under an older version": (chosen(policy=OLDER), ["_ga=1", "theme=1"], {"_ga", "theme"}),
    "nothing that is stale": (chosen("statistical", policy=OLDER), ["_ga=1", "theme=1"], {"theme"}),
    "nothing if nothing is sent": (chosen(), [], set()),
}


@THROUGH
@pytest.mark.parametrize(("choice", "cookies", "expected"), COOKIES.values(), ids=COOKIES)
def test_what_is_deleted_is_declared_and_refused(through, choice, cookies, expected):
    assert names_deleted(through(nothing, SentRequest(cookies=(choice, *cookies), headers=DOCUMENT))) == expected


@THROUGH
def test_undecided_categories_beside_a_refused_one_are_not_deleted(through):
    def refuse_one(carrier):
        consent_of(carrier).withdraw("third-party")
        return ()

    left = through(refuse_one, SentRequest(cookies=("_ga=1; theme=1; _pk_id=1; NID=1",)))
    assert names_deleted(left) == {"NID"}


@THROUGH
def test_report_only_deletes_nothing(through):
    assert set_cookies(through(nothing, asking("theme=1"), report_only=True)) == []
    assert names_deleted(through(refuse_all, asking("theme=1"), report_only=True)) == set()


@THROUGH
def test_nothing_is_deleted_on_a_host_without_a_policy(through):
    policies = PolicySet([Policy.from_mapping(POLICY)])
    assert set_cookies(through(nothing, asking("theme=1", host="park.example"), policy=policies)) == []


CHOICES = {
    "page": (SentRequest(path="/cookies/preferences", method="POST", headers=(FORM,)), b"choice=refuse"),
    "api": (SentRequest(path="/cookies/preferences.json", method="PUT", headers=(JSON,)), b'{"granted": []}'),
}


@MODULES
@pytest.mark.parametrize("cookies", [("theme=1", "NID=1", "sid=1"), (chosen("first-party"), "theme=1; NID=1")])
@pytest.mark.parametrize(("request_", "body"), CHOICES.values(), ids=CHOICES)
def test_the_response_to_a_choice_deletes_although_no_document_is_asked_for(module, request_, body, cookies):
    left = Wrapped(module).ask(replace(request_, cookies=cookies), body=body)
    assert names_deleted(left) == {"theme", "NID"}
    assert any(line.startswith(b"cookies_preferences=") for line in set_cookies(left))


@THROUGH
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_the_response_of_a_view_that_withdraws_deletes(through, method):
    request = SentRequest(cookies=(chosen("first-party"), "theme=1; sid=1"), method=method)
    assert names_deleted(through(refuse_all, request)) == {"theme"}


@THROUGH
def test_the_response_of_a_view_that_grants_keeps_what_was_granted(through):
    def grant(carrier):
        consent_of(carrier).grant("first-party")
        return ()

    assert names_deleted(through(grant, asking("theme=1", "NID=1"))) == {"NID"}


@MODULES
def test_a_choice_from_another_site_deletes_nothing(module):
    request = SentRequest(path="/cookies/preferences", method="POST", headers=(FORM, ("sec-fetch-site", "cross-site")))
    left = Wrapped(module).ask(replace(request, cookies=(chosen(), "theme=1")), body=b"choice=refuse")
    assert set_cookies(left) == []


CACHING = {
    "nothing": (None, True, "private"),
    "no-cache": ("no-cache", True, "private, no-cache"),
    "max-age and private": ("max-age=9, private", True, "max-age=9, private"),
    "private": ("private", True, "private"),
    "no-store": ("no-store", True, "no-store"),
    "a quoted public": ('x="public, max-age=9"', True, 'private, x="public, max-age=9"'),
    "public": ("public", False, "public"),
    "public and no-cache": ("no-cache, Public", False, "no-cache, Public"),
    "s-maxage": ("private, s-maxage=9", False, "private, s-maxage=9"),
    "a bare max-age": ("max-age=9", False, "max-age=9"),
    "a max-age of nothing": ("MAX-AGE=0", False, "MAX-AGE=0"),
    "a max-age, and some headers private": ('max-age=9, private="x"', False, 'max-age=9, private="x"'),
}


@THROUGH
@pytest.mark.parametrize(("value", "is_deleting", "expected"), CACHING.values(), ids=CACHING)
def test_no_shared_cache_may_keep_a_deletion(through, value, is_deleting, expected):
    sent = [] if value is None else [("Cache-Control", value)]
    left = through(lambda carrier: sent, asking("theme=1"))
    assert names_deleted(left) == ({"theme"} if is_deleting else set())
    assert [value for name, value in left if name == b"cache-control"] == [expected.encode()]


@THROUGH
def test_a_response_deletes_at_most_20_cookies_and_the_next_ones_the_rest(through):
    cookies = [f"_ga{number}=1" for number in range(50)]
    rounds = 0
    while cookies:
        lines = deletions_among(through(nothing, asking(*cookies)))
        assert 0 < len(lines) <= 20
        gone = {name for name, _ in lines}
        cookies = [cookie for cookie in cookies if cookie.partition("=")[0] not in gone]
        rounds += 1
    assert rounds == 3


@THROUGH
def test_a_name_too_long_for_a_line_keeps_no_other_from_being_deleted(through):
    assert names_deleted(through(nothing, asking("_ga" + "x" * 4090 + "=", "theme=1"))) >= {"theme"}


ODD_NAMES = ['"a', 'a"', '"a"', 'a"b', "a\\", "a,b", "a b", "[a]", "\xe9", "\xff", "a\x85", "{}", "a'b", "na\xc3\xafve"]


@THROUGH
@pytest.mark.parametrize("name", ODD_NAMES)
def test_an_odd_name_is_deleted_and_no_other(through, name):
    policy = declared(name="*", path="/")
    left = through(nothing, asking(f"{name}=1", policy=policy), policy=policy)
    assert names_deleted(left) == {name}
    assert len(deletions_among(left)) == len(set_cookies(left))


@THROUGH
@pytest.mark.parametrize("character", ["\x85", "\xa0", "\x1f", "\x0b", "\x00", "\x01", "\x7f", "\t"])
def test_a_name_that_some_server_or_reader_would_take_for_another_is_left_alone(through, character):
    rest = {"name": "*", "category": "first-party", "path": "/", "purpose": "Rest"}
    policy = {**POLICY, "cookies": [*POLICY["cookies"], rest]}
    request = asking(f"{character}sid=1; s{character}id=1", policy=policy)
    for line in set_cookies(through(nothing, request, policy=policy)):
        assert not line.startswith(character.encode("latin-1"))
        assert character.encode("latin-1") not in line or character in "\x85\xa0"


@MODULES
def test_a_preferences_cookie_from_before_a_domain_was_configured_is_deleted_at_the_next_choice(module):
    policy = {**POLICY, "preferences": {"domain": "example.org"}}
    app = Wrapped(module, policy=policy)
    request = SentRequest(cookies=(chosen("statistical", policy=policy),))
    (old, remembered) = (parse_set_cookie(line) for line in set_cookies(app.ask(request, refuse_all)))
    assert remembered.attribute(b"domain") == b"example.org"
    assert not remembered.is_deletion
    assert old.is_deletion
    assert (old.name, old.attribute(b"domain"), old.cookie_path) == (b"cookies_preferences", None, b"/")


def test_cookie_headers_without_a_cookie_are_cookie_headers():
    policy = {**POLICY, "preferences": {"domain": "example.org"}}
    request = SentRequest(headers=(("cookie", ""), ("cookie", "")))
    lines = set_cookies(Wrapped(asgi, policy=policy).ask(request, refuse_all))
    assert [parse_set_cookie(line).is_deletion for line in lines] == [True, False]


@MODULES
def test_the_deletion_of_such_a_preferences_cookie_obeys_its_prefix(module):
    policy = {**POLICY, "preferences": {"name": "__Secure-choice", "domain": "example.org"}}
    request = SentRequest(cookies=(chosen("statistical", policy=policy),))
    lines = set_cookies(Wrapped(module, policy=policy).ask(request, refuse_all))
    (old,) = (cookie for cookie in map(parse_set_cookie, lines) if cookie.is_deletion)
    assert parse_set_cookie(old.line, host="data.example.org").refusals == ()


@MODULES
def test_without_a_domain_no_preferences_cookie_is_deleted(module):
    lines = set_cookies(Wrapped(module).ask(SentRequest(cookies=(chosen("statistical"),)), refuse_all))
    assert [parse_set_cookie(line).is_deletion for line in lines] == [False]


@pytest.mark.parametrize("cookies", [(b"\xff=1; theme=1",), (b"theme=1", b"NID=1"), (b"; ;=;theme=1;;",)])
def test_odd_cookie_headers_hide_nothing(cookies):
    left, _ = screened_by(POLICY, [], (chosen().encode(), *cookies))
    assert "theme" in names_deleted(left)


def test_a_deep_path_takes_less_than_a_megabyte():
    app, request = Wrapped(wsgi), asking("theme=1", path="/a" * 4000)
    app.ask(request)
    tracemalloc.start()
    try:
        app.ask(request)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 1_000_000


def test_many_cookies_on_a_deep_path_cost_no_more_than_either_alone():
    app = Wrapped(wsgi)

    def steps(count, depth):
        """Return how many calls of our functions a request with so many cookies takes, to a path so deep."""
        request = asking("; ".join(f"_ga{number}=1" for number in range(count)), path="/a" * depth)
        entered = 0

        def count_calls(frame, event, argument):
            nonlocal entered
            entered += event == "call" and "cookiewarden" in frame.f_code.co_filename

        before = sys.getprofile()
        sys.setprofile(count_calls)
        try:
            app.ask(request)
        finally:
            sys.setprofile(before)
        return entered

    steps(1, 1)
    assert steps(500, 100) <= 2 * (steps(500, 1) + steps(1, 100))
