"""``cookiewarden.testing.choice``: a visitor who has chosen, for the tests of a site."""

import asyncio

import pytest

from choices import ALL
from cookiewarden import NotWrappedError, PolicySet, asgi, banner_of, consent_of, frame_of, script_of, wsgi
from cookiewarden.policy.policy import Policy
from cookiewarden.testing import choice
from cookiewarden.testing.visitors import _screener
from exchanges import POLICY, SentRequest, Wrapped, drive, http_environ, http_scope, set_cookies, wrap
from scenarios import chosen

MODULES = pytest.mark.parametrize("module", [asgi, wsgi])
CARRIERS = pytest.mark.parametrize("carrier", [http_scope, http_environ])
LINES = [("Set-Cookie", "_ga=1"), ("Set-Cookie", "pixel=1")]


def passed(module, request=None, **options):
    """Return the cookies that a wrapped app may set, and the categories that the view was told of."""
    seen = []

    def view(carrier):
        seen.extend(category for category in ALL if consent_of(carrier).allows(category))
        return LINES

    headers = Wrapped(module, **options).ask(request or SentRequest(), view)
    return set_cookies(headers), seen


@MODULES
def test_a_wrapped_app_is_asked_by_a_visitor_who_granted(module):
    with choice("statistical"):
        assert passed(module) == ([b"_ga=1"], ["statistical"])
    assert passed(module) == ([], [])


@MODULES
def test_a_wrapped_app_is_asked_by_a_visitor_who_refused_all(module):
    request = SentRequest(cookies=("_ga=1",), headers=(("sec-fetch-dest", "document"),))
    with choice():
        headers = Wrapped(module).ask(request, lambda carrier: LINES)
    deletions = set_cookies(headers)
    assert deletions
    assert all(line.startswith(b"_ga=; ") for line in deletions)


@MODULES
def test_a_choice_that_the_request_carries_counts_too(module):
    with choice("statistical", "third-party"):
        assert passed(module, SentRequest(cookies=(chosen("statistical"),)))[1] == ["statistical"]


@MODULES
def test_each_site_of_a_set_gets_a_choice_of_its_own(module):
    policies = PolicySet([Policy.from_mapping(POLICY)])
    host = POLICY["site"]["hosts"][0]
    with choice("statistical"):
        assert passed(module, SentRequest(host=host), policy=policies)[0] == [b"_ga=1"]
        assert passed(module, SentRequest(host="elsewhere.example"), policy=policies) == ([], [])


@MODULES
def test_the_inner_of_two_blocks_counts_in_a_wrapped_app(module):
    with choice("statistical"):
        with choice("third-party"):
            assert passed(module) == ([], ["third-party"])
        assert passed(module) == ([b"_ga=1"], ["statistical"])


@MODULES
def test_blocks_of_two_threads_end_in_any_order(module):
    call = module.CookieWardenMiddleware.__call__
    first, second = choice("statistical"), choice("third-party")
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert passed(module) == ([], ["third-party"])
    second.__exit__(None, None, None)
    assert module.CookieWardenMiddleware.__call__ is call
    assert passed(module) == ([], [])


@pytest.mark.parametrize("given", [None, [(b"host", b"a"), [b"x", b"y"]]])
@pytest.mark.parametrize("is_known", [True, False])
def test_headers_of_any_kind_reach_the_app(given, is_known):
    seen = []

    async def app(scope, receive, send):
        seen.extend((name, value) for name, value in scope["headers"] or ())

    site = {**POLICY["site"], "hosts": ["*" if is_known else "elsewhere.example"]}
    policies = PolicySet([Policy.from_mapping({**POLICY, "site": site})])
    with choice("statistical"):
        headers = None if given is None else iter(given)
        drive(wrap(asgi.CookieWardenMiddleware, app, policy=policies), {**http_scope(), "headers": headers})
    assert [one for one in seen if one[0] != b"cookie"] == [(name, value) for name, value in given or ()]
    assert len(seen) == len(given or ()) + is_known


@pytest.mark.parametrize(
    ("carrier_of", "key"), [(http_scope, "headers"), (http_environ, "HTTP_COOKIE")], ids=["asgi", "wsgi"]
)
def test_a_request_is_as_before_after_the_block(carrier_of, key):
    carrier = carrier_of(SentRequest(cookies=("sid=1",)))
    before = carrier[key]
    with choice("statistical"):
        if key == "headers":
            drive(wrap(asgi.CookieWardenMiddleware, lambda *_: asyncio.sleep(0)), carrier)
        else:
            wrap(wsgi.CookieWardenMiddleware, lambda *_: [])(carrier, None)
        assert carrier[key] != before
    assert carrier[key] == before


@CARRIERS
def test_in_an_app_that_is_not_wrapped_the_helpers_act_as_if_the_visitor_had_chosen(carrier):
    request = carrier()
    with choice("statistical"):
        assert [category for category in ALL if consent_of(request).allows(category)] == ["statistical"]
        assert consent_of(request).is_decided
        assert banner_of(request) == ""
        assert script_of(request, "statistical", "/a.js") == '<script src="/a.js"></script>'
        assert "Map of the town" in frame_of(request, "third-party", "https://maps.example/", title="Map of the town")
    with pytest.raises(NotWrappedError):
        consent_of(request)


@CARRIERS
def test_a_view_that_is_not_wrapped_may_change_the_choice(carrier):
    request = carrier()
    with choice("statistical"):
        consent_of(request).grant("third-party")
        consent_of(request).withdraw("statistical")
        assert [category for category in ALL if consent_of(request).allows(category)] == ["third-party"]
    with choice("statistical"):
        assert consent_of(request).allows("statistical")


def test_choices_nest_and_end_even_if_the_test_fails():
    request = http_environ()
    with pytest.raises(ZeroDivisionError), choice("statistical"):  # noqa: PT012 - the block is what is tested
        with choice("third-party"):
            assert consent_of(http_environ()).allows("third-party")
            assert not consent_of(http_environ()).allows("statistical")
        assert consent_of(request).allows("statistical")
        raise ZeroDivisionError
    with pytest.raises(NotWrappedError):
        consent_of(request)


def test_a_word_that_is_not_a_category_raises():
    with pytest.raises(ValueError, match="did you mean statistical"), choice("statistics"):
        pass


def test_the_adapters_are_as_before_after_the_block():
    calls = asgi.CookieWardenMiddleware.__call__, wsgi.CookieWardenMiddleware.__call__
    with choice():
        assert asgi.CookieWardenMiddleware.__call__ is not calls[0]
    assert (asgi.CookieWardenMiddleware.__call__, wsgi.CookieWardenMiddleware.__call__) == calls


@CARRIERS
def test_a_pretended_choice_logs_nothing_of_a_made_up_policy(carrier, caplog):
    _screener.cache_clear()
    with choice("statistical"):
        assert (banner_of(carrier()), consent_of(carrier()).allows("statistical")) == ("", True)
    assert caplog.records == []
