"""The counters: every line by outcome and reason, merged between processes; and the callback ``on_decision``."""

import json
import logging
import re
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cookiewarden import Category, Counts, DecisionRecord, Outcome, Reason, asgi, wsgi
from cookiewarden.reporting.counts import MAX_UNDECLARED, CountKey, most_frequent
from cookiewarden.wsgi import CookieWardenMiddleware
from exchanges import NOW, POLICY, SentRequest, Wrapped, http_environ, wrap
from scenarios import SET_OF_POLICIES, chosen, sends

SITE = "data.example.org"
MODULES = pytest.mark.parametrize("module", [asgi, wsgi])


def counted(module, *requests, **options):
    """Return what an app counts. ``requests``: each a request, and the lines of its response."""
    app = Wrapped(module, **options)
    for request, lines in requests:
        app.ask(request, sends(*lines))
    return app.counts()


@MODULES
def test_lines_are_counted_by_site_outcome_category_reason_and_declaration(module):
    lines = ["sid=1", "_ga=1", "_ga_2=1", "unknown=1", "unknown=2", "=nameless", "NID=; Max-Age=0"]
    counts = counted(
        module, (SentRequest(), lines), (SentRequest(cookies=(chosen("statistical"),)), ["_ga=1", "sid=1"])
    )
    assert counts.lines == {
        CountKey(SITE, Outcome.ALLOWED, Category.NECESSARY, Reason.NECESSARY, ("sid",)): 2,
        CountKey(SITE, Outcome.BLOCKED, Category.STATISTICAL, Reason.UNDECIDED, ("_ga*",)): 2,
        CountKey(SITE, Outcome.ALLOWED, Category.STATISTICAL, Reason.CONSENTED, ("_ga*",)): 1,
        CountKey(SITE, Outcome.BLOCKED, None, Reason.UNDECLARED, ()): 2,
        CountKey(SITE, Outcome.BLOCKED, None, Reason.MALFORMED, ()): 1,
        CountKey(SITE, Outcome.ALLOWED, Category.THIRD_PARTY, Reason.DELETION, ("NID",)): 1,
    }
    assert counts.undeclared == {(SITE, "unknown"): 2}
    assert (counts.since, counts.until) == (NOW, NOW)
    assert (counts.total(), counts.total(outcome="blocked"), counts.total(category="statistical")) == (9, 5, 3)
    assert counts.by("outcome") == {"blocked": 5, "allowed": 4}


@MODULES
def test_a_line_that_is_only_reported_is_counted_as_reported(module):
    policy = {**POLICY, "report_only": ["undeclared"]}
    counts = counted(module, (SentRequest(), ["unknown=1", "_ga=1", "sid=1"]), policy=policy)
    assert counts.by("outcome") == {"reported": 1, "blocked": 1, "allowed": 1}
    assert counts.total(outcome="reported", reason="undeclared") == 1


@MODULES
def test_each_site_is_counted_by_itself_and_hosts_without_a_policy_together(module):
    requests = [
        (SentRequest(host=host), ["a=1"]) for host in ("data.example.org", "park.example", "x.example", "y.example")
    ]
    counts = counted(module, *requests, policy=SET_OF_POLICIES)
    assert counts.by("site") == {"": 2, "data.example.org": 1, "park.example": 1}
    assert counts.undeclared == {(SITE, "a"): 1, ("park.example", "a"): 1}


def test_counts_by_a_field_have_strings_as_keys_that_json_can_sort():
    counts = counted(wsgi, (SentRequest(), ["unknown=1", "_ga=1", "_ga_x=1", "NID=1", "sid=1", "=x"]))
    assert counts.by("category") == {
        "statistical": 2, "undeclared": 2, "third-party": 1, "necessary": 1,
    }  # fmt: skip
    assert counts.by("declaration", outcome="blocked") == {"_ga*": 2, "": 2, "NID": 1}
    assert counts.by("reason", category="undeclared") == {"undeclared": 1, "malformed": 1}
    assert (counts.total(category="undeclared"), counts.total(declaration="_ga*", outcome="blocked")) == (2, 2)
    for field in CountKey._fields:
        assert json.loads(json.dumps(counts.by(field), sort_keys=True)) == counts.by(field)


@pytest.mark.parametrize(
    ("wanted", "error", "message"),
    [
        ({"cause": "x"}, TypeError, "cause is not one of site, outcome"),
        ({"outcome": "block"}, ValueError, 'there is no outcome "block"; did you mean blocked?'),
        ({"category": "statistics"}, ValueError, "did you mean statistical?"),
        ({"reason": "because"}, ValueError, 'there is no reason "because"; known here: anonymized'),
        ({"declaration": ("_ga*",)}, TypeError, "declaration must be a string, not ('_ga*',)"),
        ({"category": None}, TypeError, "category must be a string, not None"),
    ],
)
def test_an_unknown_field_or_value_is_an_error(wanted, error, message):
    counts = counted(wsgi)
    for ask in (counts.total, lambda **wanted: counts.by("site", **wanted)):
        with pytest.raises(error, match=re.escape(message)):
            ask(**wanted)


@MODULES
def test_names_of_undeclared_cookies_are_bounded_and_the_most_frequent_stay(module):
    app = Wrapped(module)
    for number in range(3000):
        app.ask(SentRequest(), sends(f"n{number}=1", "often=1"))
    counts = app.counts()
    assert len(counts.undeclared) <= MAX_UNDECLARED
    assert counts.total(reason="undeclared") == 6000
    [(first, count)] = list(counts.undeclared.items())[:1]
    assert first == (SITE, "often")
    assert 3000 - 6000 / MAX_UNDECLARED <= count <= 3000


def test_a_long_name_is_cut():
    counts = counted(wsgi, (SentRequest(), ["x" * 5000 + "=1"]))
    assert counts.undeclared == {(SITE, "x" * 128): 1}


def test_names_that_are_not_utf8_are_escaped_and_survive_json():
    counts = counted(wsgi, (SentRequest(), ["\xff\xfe=1", "caf\xc3\xa9=1"]))
    assert set(counts.undeclared) == {(SITE, r"\xff\xfe"), (SITE, "café")}
    assert Counts.from_json(counts.to_json()) == counts


NAMES = st.sampled_from(["", SITE, "park.example"])
KEYS = st.builds(
    CountKey,
    NAMES,
    st.sampled_from(Outcome),
    st.none() | st.sampled_from(Category),
    st.sampled_from(Reason),
    st.lists(st.text(max_size=3), max_size=2).map(tuple),
)
COUNTED = (
    st.floats(0, 9),
    st.floats(9, 99),
    st.dictionaries(KEYS, st.integers(1, 99)),
    st.dictionaries(st.tuples(NAMES, st.text(max_size=3)), st.integers(1, 99), max_size=9),
)
COUNTS = st.builds(Counts, *COUNTED, st.none() | st.builds(Counts, *COUNTED))


@given(COUNTS, COUNTS)
def test_merging_adds_and_json_loses_nothing(one, other):
    both = one + other
    assert both == other + one
    assert both.total() == one.total() + other.total()
    assert Counts.from_json(one.to_json()) == one
    assert "\n" not in one.to_json()
    assert sum(both.undeclared.values()) == sum(one.undeclared.values()) + sum(other.undeclared.values())


def test_counts_of_an_older_version_have_none_of_requests():
    text = '{"since": 0, "until": 1, "lines": [], "undeclared": []}'
    old, new = Counts.from_json(text), Counts(1.0, 2.0, {}, {}, Counts(1.0, 2.0, {}, {(SITE, "x"): 1}))
    assert old.request_cookies is None
    assert (old + new).request_cookies == (new + old).request_cookies == new.request_cookies
    assert json.loads(old.to_json()) == json.loads(text)


@given(st.randoms(use_true_random=False), st.integers(1, 600))
def test_a_frequent_name_is_never_lost(random, size):
    names = {(SITE, str(number)): round(1000 / (1 + random.randrange(1000))) + 1 for number in range(size)}
    top = most_frequent(names)
    assert len(top) <= MAX_UNDECLARED
    total = sum(names.values())
    for name, count in names.items():
        assert count - total / (MAX_UNDECLARED + 1) <= top.get(name, 0) <= count


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{}",
        '{"since": 0, "until": 1, "lines": [[1]], "undeclared": []}',
        "nan",
        '{"since": 0, "until": 1, "lines": [], "undeclared": [], "request_cookies": {}}',
        '{"since": 0, "until": 1, "lines": [], "undeclared": [], "request_cookies": 5}',
    ],
)
def test_what_is_not_a_count_is_an_error(text):
    with pytest.raises(ValueError, match="these are not counts"):
        Counts.from_json(text)


def test_no_request_cookie_is_lost_between_threads():
    def app(environ, start_response):
        start_response("200 OK", [])
        return []

    wrapped = wrap(CookieWardenMiddleware, app)

    def hammer(number):
        for request in range(500):
            cookies = f"sid={request}; theme=1; n{number}-{request % 7}=1"
            wrapped(http_environ(SentRequest(cookies=(cookies,))), lambda *args: None)

    threads = [threading.Thread(target=hammer, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counts = wrapped.counts().request_cookies
    assert counts.by("outcome") == {"allowed": 4000, "blocked": 4000, "reported": 4000}
    assert sum(counts.undeclared.values()) == 4000


def test_no_line_is_lost_between_threads():
    def app(environ, start_response):
        start_response("200 OK", [("Set-Cookie", "sid=1"), ("Set-Cookie", environ["PATH_INFO"][1:] + "=1")])
        return []

    wrapped = wrap(CookieWardenMiddleware, app)

    def hammer(number):
        for request in range(500):
            wrapped(http_environ(SentRequest(path=f"/{number}-{request % 7}")), lambda *args: None)

    threads = [threading.Thread(target=hammer, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counts = wrapped.counts()
    assert (counts.total(reason="necessary"), counts.total(reason="undeclared")) == (4000, 4000)
    assert sum(counts.undeclared.values()) == 4000


@MODULES
def test_the_callback_gets_every_line_and_no_value(module):
    records = []
    lines = ["sid=s3cr3t", "_ga=s3cr3t", "unknown=s3cr3t; Domain=ads.example", "_ga=; Max-Age=0"]
    app = Wrapped(module, on_decision=records.append, policy={**POLICY, "report_only": ["undeclared"]})
    app.ask(SentRequest(), sends(*lines))
    assert [
        (one.site, one.outcome, one.decision.reason, one.decision.category, one.decision.names) for one in records
    ] == [
        (SITE, "allowed", "necessary", "necessary", (b"sid",)),
        (SITE, "blocked", "undecided", "statistical", (b"_ga",)),
        (SITE, "reported", "undeclared", "third-party", (b"unknown",)),
        (SITE, "allowed", "deletion", "statistical", (b"_ga",)),
    ]
    assert all(isinstance(one, DecisionRecord) for one in records)
    assert "s3cr3t" not in repr(records)


@MODULES
def test_a_callback_that_fails_stops_nothing_and_is_logged_once_a_minute(module, caplog):
    app = Wrapped(module, on_decision=lambda record: 1 / 0)
    for _ in range(3):
        assert app.ask(SentRequest(), sends("sid=1", "_ga=1")) == [(b"set-cookie", b"sid=1")]
    errors = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert errors == ["on_decision failed; the response goes out all the same"]


def test_log_records_have_fields_for_what_they_say(caplog):
    caplog.set_level(logging.DEBUG, logger="cookiewarden")
    app = Wrapped(wsgi, policy={**POLICY, "report_only": ["undeclared"]})
    caplog.clear()  # without what is logged at start
    for _ in range(2):
        app.ask(SentRequest(), sends("_ga=1", "unknown=1"))
    fields = ("cookie_name", "cookie_category", "cookie_reason", "cookie_outcome", "cookie_site")
    shown = [tuple(getattr(record, field) for field in fields) for record in caplog.records]
    expected = [
        ("_ga", "statistical", "undecided", "blocked", SITE),
        ("unknown", "first-party", "undeclared", "reported", SITE),
    ]
    assert shown == expected * 2
    assert json.dumps(shown)
    assert caplog.records[1].getMessage().startswith('would block the cookie "unknown"')
