"""``cookiewarden.testing.watch``: which lines count, for which visitor, and how a test learns of it."""

import unittest

import pytest
import werkzeug.test
from hypothesis import given
from hypothesis import strategies as st

from cookiewarden import PolicyError, PolicySet, consent_of, wsgi
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.policy_set import load_policies
from cookiewarden.testing import choice, preferences_cookie, watch
from cookiewarden.testing.watching import watching

POLICY = {
    "site": {"name": "Exampletown", "hosts": ["localhost"]},
    "cookies": [
        {"name": "sid", "category": "necessary", "purpose": "Sign in"},
        {"name": "_ga", "category": "statistical", "purpose": "Counts visits", "lifetime": "13 months"},
    ],
}
KEY = "sixteen or more bytes"
GA = "_ga=1; Path=/; Max-Age=600"
THEME = "theme=dark; Path=/"


def app_of(*lines):
    """Return a WSGI app that sets these lines."""

    def app(environ, start_response):
        start_response("200 OK", [("Set-Cookie", line) for line in lines])
        return [str(consent_of(environ).allows("statistical")).encode() if "cookiewarden.exchange" in environ else b""]

    return app


def wrapped(*lines, **options):
    return wsgi.CookieWardenMiddleware(app_of(*lines), policy=POLICY, secret_key=KEY, **options)


def codes(app, consent=None, **named):
    """Return the codes of the findings about one request."""
    with watching(load_policies(POLICY), consent) as watched:
        werkzeug.test.Client(app, use_cookies=False).get("/shop", **named)
    return [finding.rule.code for finding in watched.findings]


def ask_all(app, *urls):
    """Ask an app for the front page of each host."""
    for url in urls:
        werkzeug.test.Client(app, use_cookies=False).get("/", base_url=url)


def fail_after(watched, error):
    """Make a request in a block, and then fail."""
    werkzeug.test.Client(app_of(THEME)).get("/shop")
    watched.check() if error is None else None
    raise error


def test_the_end_of_the_block_tells_all_findings_at_once():
    with pytest.raises(AssertionError) as caught, watch(policy=POLICY):
        werkzeug.test.Client(app_of("sid=1", GA, THEME)).get("/shop")
    assert str(caught.value).splitlines()[0] == "CW201 theme, CW202 _ga: 2 findings in the cookies that were set"
    assert "CW201 undeclared" in str(caught.value)
    assert "CW202 before-consent" in str(caught.value)


def test_a_block_in_which_all_is_in_order_ends_quietly():
    with watch(policy=POLICY) as watched:
        werkzeug.test.Client(app_of("sid=1")).get("/shop")
        watched.check()
    assert [line.line for line in watched.lines] == [b"sid=1"]
    assert watched.findings == ()


def test_check_tells_what_was_found_so_far_and_the_end_does_not_repeat_it():
    with pytest.raises(AssertionError) as caught, watch(policy=POLICY) as watched:
        fail_after(watched, None)
    assert str(caught.value).startswith("CW201 theme: 1 finding in")
    assert not hasattr(caught.value, "__notes__")


def test_a_block_that_fails_keeps_its_failure_and_the_findings_are_a_note():
    with pytest.raises(ZeroDivisionError) as caught, watch(policy=POLICY) as watched:
        fail_after(watched, ZeroDivisionError())
    (note,) = caught.value.__notes__
    assert note.startswith("CW201 theme: 1 finding in")


def test_of_nested_blocks_one_tells_what_both_saw():
    with pytest.raises(ZeroDivisionError) as caught, watch(policy=POLICY), watch(policy=POLICY) as watched:
        fail_after(watched, ZeroDivisionError())
    assert len(caught.value.__notes__) == 1


@pytest.mark.parametrize("is_failing", [True, False])
def test_a_test_case_of_unittest_needs_one_line(is_failing):
    class Shop(unittest.TestCase):
        def setUp(self):
            self.enterContext(watch(policy=POLICY))

        def test_shop(self):
            werkzeug.test.Client(app_of(THEME if is_failing else "sid=1")).get("/shop")

    result = unittest.TestResult()
    Shop("test_shop").run(result)
    assert (result.testsRun, len(result.failures), len(result.errors)) == (1, int(is_failing), 0)


def test_a_policy_that_cannot_be_loaded_is_told_before_the_block():
    with pytest.raises(PolicyError, match="site"), watch(policy={}):
        raise AssertionError("the block began")
    with pytest.raises(ValueError, match="ads"), watch(policy=POLICY, consent=["ads"]):
        raise AssertionError("the block began")


def test_what_was_seen_is_shown_without_values():
    with watching(load_policies(POLICY)) as watched:
        werkzeug.test.Client(app_of("sid=s3cr3t")).get("/shop?q=s3cr3t")
    assert "s3cr3t" not in f"{watched.lines!r} {watched.findings!r}"


# The visitor


@pytest.mark.parametrize("consent", ["statistical", ["statistical"], {"statistical", "third-party"}])
def test_the_visitor_of_the_block_has_chosen(consent):
    assert codes(app_of(GA), consent) == []


@pytest.mark.parametrize("consent", [None, (), ["third-party"]])
def test_a_visitor_who_did_not_grant_it_gets_no_such_cookie(consent):
    assert codes(app_of(GA), consent) == ["CW202"]


def test_a_choice_inside_the_block_counts_until_it_ends():
    client = werkzeug.test.Client(app_of(GA))
    with watching(load_policies(POLICY)) as watched:
        with choice("statistical"):
            client.get("/")
        assert watched.findings == ()
        client.get("/")
    assert len(watched.findings) == 1


def test_the_policy_of_the_host_counts():
    policies = PolicySet([Policy.from_mapping(POLICY)])
    with pytest.raises(AssertionError) as caught, watch(policy=policies):
        ask_all(app_of("sid=1"), "http://localhost:8000", "http://elsewhere.example")
    assert 'GET / sets "sid", and no policy speaks for the host' in str(caught.value)
    assert "such lines" not in str(caught.value)


# Wrapped apps


def test_a_cookie_that_the_middleware_holds_back_is_in_order():
    assert codes(wrapped(GA, "sid=1")) == []


def test_a_wrapped_app_is_asked_by_the_visitor_of_the_block():
    with watch(policy=POLICY, consent="statistical"):
        response = werkzeug.test.Client(wrapped(GA)).get("/")
    assert response.headers.getlist("Set-Cookie") == [GA]
    assert response.text == "True"


@pytest.mark.parametrize("line", [THEME, "nameless"])
def test_what_the_middleware_dropped_because_the_policy_is_wrong_is_told(line):
    with watching(load_policies(POLICY)) as watched:
        werkzeug.test.Client(wrapped(line)).get("/")
    assert len(watched.findings) == 1
    assert "; the middleware dropped the line" in watched.message


def test_a_visitor_whom_only_the_middleware_knows_counts():
    cookie = preferences_cookie(POLICY, KEY, "statistical")
    with watching(load_policies(POLICY)) as watched:
        response = werkzeug.test.Client(wrapped(GA), use_cookies=False).get("/", headers={"Cookie": cookie})
    assert response.headers.getlist("Set-Cookie") == [GA]
    assert watched.findings == ()
    assert [str(line.outcome) for line in watched.lines] == ["allowed"]


def test_a_visitor_who_accepts_on_the_page_is_in_order():
    client = werkzeug.test.Client(wrapped(GA))
    with watch(policy=POLICY) as watched:
        client.post("/cookies/preferences", data={"choice": "accept"}, headers={"Origin": "http://localhost"})
        client.get("/")
    assert [line.line.partition(b"=")[0] for line in watched.lines] == [b"cookies_preferences", b"_ga"]


def test_a_request_that_needs_no_consent_is_in_order():
    assert codes(wrapped(GA, consent_needed=lambda environ: False)) == []


def test_a_middleware_that_only_reports_is_no_excuse():
    app = wrapped(GA, report_only=True)
    with watching(load_policies(POLICY)) as watched:
        werkzeug.test.Client(app).get("/")
    (finding,) = watched.findings
    assert finding.rule.code == "CW202"
    assert "report_only" in finding.problem.remedy


def test_a_lifetime_that_the_middleware_cut_is_in_order():
    too_long = "_ga=1; Max-Age=99999999"
    assert codes(wrapped(too_long), "statistical") == []
    assert codes(app_of(too_long), "statistical") == ["CW203"]


@given(
    st.lists(st.sampled_from([GA, THEME, "sid=1", "nameless", "_ga=; Max-Age=0", "sid=\x001"]), max_size=4),
    st.sampled_from([None, (), ("statistical",)]),
    st.booleans(),
)
def test_a_response_is_the_same_whether_it_is_watched_or_not(lines, granted, is_wrapped):
    app = wrapped(*lines) if is_wrapped else app_of(*lines)
    cookie = "a=1" if granted is None else preferences_cookie(POLICY, KEY, *granted)

    def ask():
        response = werkzeug.test.Client(app, use_cookies=False).get("/", headers={"Cookie": cookie})
        return response.status, list(response.headers), response.data

    before = ask()
    with watching(load_policies(POLICY)) as watched:
        assert ask() == before
    if not is_wrapped:
        assert [line.line.decode() for line in watched.lines] == lines
