"""Declared lifetimes and attributes: what leaves, what the log says, and that a known line changes nothing of that."""

import logging

import pytest

from cookiewarden import Policy, Reason, asgi, wsgi
from cookiewarden.middleware.line_screening import LineScreener
from exchanges import NOW, POLICY, SentRequest, Wrapped, set_clock, set_cookies
from scenarios import chosen, sends

MODULES = pytest.mark.parametrize("module", [asgi, wsgi])
WEEK, DAY = 604_800, 86_400
SITE = POLICY["site"]
COOKIES = [
    {"name": "sid", "category": "necessary", "purpose": "Signs in", "lifetime": "1 week"},
    {"name": "once", "category": "necessary", "purpose": "Signs in", "lifetime": "session"},
    {"name": "plain", "category": "necessary", "purpose": "Signs in"},
    {"name": "safe", "category": "necessary", "purpose": "Signs in", "http_only": True, "same_site": "Lax"},
    {"name": "bound", "category": "necessary", "purpose": "x", "lifetime": "1 day", "device_bound": True},
    {"name": "_ga", "category": "statistical", "purpose": "Counts visits"},
    {"name": "_pk", "category": "statistical", "purpose": "Counts visits", "anonymized": True, "lifetime": "1 week"},
    {"name": "_pk_ses", "category": "statistical", "purpose": "Counts visits", "lifetime": "session"},
    {"name": "theme", "category": "first-party", "purpose": "Colours", "lifetime": "1 week"},
]
DECLARED = Policy.from_mapping({"site": SITE, "cookies": COOKIES})
CONSENT = chosen("statistical", "first-party", policy=DECLARED)
VISITOR = SentRequest(cookies=(CONSENT,))


def wrapped(module, **options):
    return Wrapped(module, **{"policy": DECLARED, "pages": None, **options})


def left_of(app, *lines, request=VISITOR):
    return [line.decode() for line in set_cookies(app.ask(request, sends(*lines)))]


def sending(*pairs):
    return SentRequest(cookies=("; ".join([CONSENT, *pairs]),))


def messages(caplog):
    return [record.getMessage() for record in caplog.records if "shorten" in record.getMessage()]


@MODULES
def test_the_same_line_leaves_alike_the_first_time_and_later(module):
    app = wrapped(module)
    lines = ["sid=1; Max-Age=604800", "sid=2; Max-Age=9999999", "once=1; Max-Age=9", "safe=1",
             "_ga=1; Max-Age=99999999", "theme=1; Max-Age=604801; Path=/", "bound=1; Max-Age=99999999",
             "plain=1; Max-Age=99999999"]  # fmt: skip
    left = ["sid=1; Max-Age=604800", "sid=2; Max-Age=604800", "once=1", "safe=1; HttpOnly; SameSite=Lax",
            "_ga=1; Max-Age=34186698", "theme=1; Max-Age=604800; Path=/", "bound=1; Max-Age=99999999",
            "plain=1; Max-Age=99999999"]  # fmt: skip
    for _ in range(3):
        assert left_of(app, *lines) == left
    assert app.counts().by("reason") == {"necessary": 18, "consented": 6}
    assert app.counts().by("outcome") == {"allowed": 24}


@MODULES
def test_an_undecided_visitor_does_not_make_a_too_long_line_known(module):
    app, line = wrapped(module), "_ga=1; Max-Age=99999999"
    for _ in range(3):
        assert left_of(app, line, request=SentRequest()) == []
    for _ in range(3):
        assert left_of(app, line) == ["_ga=1; Max-Age=34186698"]


@MODULES
def test_a_necessary_line_within_its_limit_is_known_and_not_private(module, monkeypatch):
    app, lines = wrapped(module), ["sid=1; Max-Age=604800; Path=/", "safe=1; HttpOnly; SameSite=Strict"]
    app.ask(SentRequest(), sends(*lines))
    monkeypatch.setattr(LineScreener, "screen_each", None)
    headers = app.ask(SentRequest(), sends(*lines))
    assert [line.decode() for line in set_cookies(headers)] == lines
    assert b"cache-control" not in dict(headers)


@MODULES
def test_a_known_line_is_new_when_its_date_has_passed(module):
    app, line = wrapped(module), "sid=1; Expires=Mon, 16 Jun 2025 15:06:40 GMT"
    for day in (0, 0, 3, 3):
        set_clock(app, NOW + day * DAY)
        assert left_of(app, line) == [line]


@MODULES
def test_the_date_of_a_shortened_line_follows_the_clock(module):
    app, line = wrapped(module), "sid=1; Expires=Fri, 31 Dec 2090 23:59:59 GMT; Path=/"
    for day, date in ((0, "Sun, 22 Jun 2025"), (0, "Sun, 22 Jun 2025"), (2, "Tue, 24 Jun 2025")):
        set_clock(app, NOW + day * DAY)
        assert left_of(app, line) == [f"sid=1; Expires={date} 15:06:40 GMT; Path=/"]


@MODULES
@pytest.mark.parametrize(
    "line",
    ["sid=; Max-Age=0", "once=; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "safe=; Max-Age=0",
     "safe=; Expires=Sun, 15 Jun 2025 15:06:39 GMT", "_ga=; Max-Age=0"],
)  # fmt: skip
def test_a_deletion_is_never_changed_and_is_no_renewal(module, line):
    app = wrapped(module)
    for _ in range(2):
        assert left_of(app, line, request=sending(line.partition(";")[0])) == [line]


@MODULES
def test_a_visit_does_not_prolong_a_statistical_cookie(module):
    app, line = wrapped(module), "_ga=1; Max-Age=9; Path=/"
    for _ in range(3):
        assert left_of(app, line, request=sending("_ga=1")) == []
    assert left_of(app, line) == [line]
    assert left_of(app, "_ga=2; Max-Age=9; Path=/", request=sending("_ga=1")) == ["_ga=2; Max-Age=9; Path=/"]
    assert app.counts().by("reason") == {"renewal": 3, "consented": 2}
    assert app.counts().total(outcome="blocked", category="statistical", declaration="_ga") == 3


@MODULES
@pytest.mark.parametrize(
    ("line", "sent", "is_renewal"),
    [
        ("_ga=1; Max-Age=9", "_ga=1", True),
        ("_ga = 1 ; Max-Age=9", "a=2; _ga=1; b=3", True),
        ("_ga= 1; Max-Age=9", "_ga=1", True),
        ("_ga=1; Max-Age=99999999", "_ga=1", True),
        ("_ga=1; Expires=Fri, 31 Dec 2090 23:59:59 GMT", "_ga=2; _ga=1", True),
        ("_pk=1; Max-Age=9", "_pk=1", True),
        ("_ga=; Max-Age=9", "_ga=", True),
        ('_ga="1"; Max-Age=9', '_ga="1"', True),
        ("_ga=1", "_ga=1", False),
        ("_ga=1; Max-Age=9", "_ga=12", False),
        ("_ga=1; Max-Age=9", "x_ga=1", False),
        ("_ga=1; Max-Age=9", "x=_ga=1", False),
        ('_ga="1"; Max-Age=9', "_ga=1", False),
        ("_ga=1; Max-Age=9", "_GA=1", False),
        ("_pk_ses=1", "_pk_ses=1", False),
        ("theme=1; Max-Age=9", "theme=1", False),
        ("sid=1; Max-Age=9", "sid=1", False),
    ],
)
def test_a_renewal_has_the_name_and_value_of_a_cookie_that_the_request_sent(module, line, sent, is_renewal):
    app = wrapped(module)
    for _ in range(3):
        assert left_of(app, line, request=sending(sent)) == ([] if is_renewal else [line])


@MODULES
def test_a_renewal_that_becomes_a_session_cookie_passes(module):
    assert left_of(wrapped(module), "_pk_ses=1; Max-Age=9", request=sending("_pk_ses=1")) == ["_pk_ses=1"]


@MODULES
def test_a_known_renewal_is_not_screened_again_and_leaves_as_little_as_the_first(module, monkeypatch):
    app, request = wrapped(module), sending("_ga=1")
    first = [app.ask(request, sends("_ga=1; Max-Age=9", "plain=1")) for _ in range(2)]
    monkeypatch.setattr(LineScreener, "screen_each", None)
    assert app.ask(request, sends("_ga=1; Max-Age=9", "plain=1")) == first[0] == first[1]
    assert [name for name, _ in app.ask(request, sends("_ga=1; Max-Age=9"))] == [b"cache-control"]


def test_the_facade_knows_no_request_so_it_never_says_renewal():
    decision = DECLARED.decide("_ga=1; Max-Age=9", {"statistical"}, now=NOW)
    assert decision.allowed
    assert Reason.RENEWAL not in {Reason.CONSENTED, decision.reason}


@MODULES
@pytest.mark.parametrize(
    "options",
    [
        {"report_only": True},
        {"report_only": lambda carrier: True},
        {"policy": {"site": SITE, "cookies": COOKIES, "report_only": True}},
    ],
)
def test_under_report_only_nothing_changes_and_nothing_is_logged_as_shortened(module, options, caplog):
    app = wrapped(module, **options)
    lines = [
        "sid=1; Max-Age=9999999",
        "once=1; Max-Age=9",
        "safe=1",
        "_ga=1; Max-Age=99999999",
        "theme=1; Max-Age=604801",
    ]
    for _ in range(2):
        assert left_of(app, *lines, request=sending("_ga=1")) == lines
    assert messages(caplog) == []


@MODULES
def test_if_one_category_is_reported_only_the_others_are_still_shortened(module):
    app = wrapped(module, policy={"site": SITE, "cookies": COOKIES, "report_only": ["statistical"]})
    lines = ["sid=1; Max-Age=9999999", "_ga=1; Max-Age=99999999", "theme=1; Max-Age=604801"]
    for _ in range(2):
        assert left_of(app, *lines, request=sending("_ga=1")) == [
            "sid=1; Max-Age=604800", "_ga=1; Max-Age=99999999", "theme=1; Max-Age=604800"
        ]  # fmt: skip


@MODULES
def test_a_header_keeps_its_name_and_the_list_that_the_app_passed_stays(module):
    app, given = wrapped(module), [("SET-Cookie", "once=1; Max-Age=9"), ("A", "1")]
    assert app.ask(VISITOR, lambda carrier: given) == [(b"set-cookie", b"once=1"), (b"a", b"1")]
    assert given == [("SET-Cookie", "once=1; Max-Age=9"), ("A", "1")]


@MODULES
def test_a_shortened_cookie_is_logged_once_with_what_to_do(module, caplog):
    app = wrapped(module)
    for value in range(3):
        left_of(app, f"sid={value}; Max-Age=1209600", f"once={value}; Max-Age=60", f"_ga={value}; Max-Age=63072000")
    assert messages(caplog) == [
        'shortened the cookie "sid" (necessary): the app keeps it for 2 weeks, but the policy declares 1 week. Set '
        'this lifetime in the app, or declare lifetime = "2 weeks"',
        'shortened the cookie "once" (necessary): the app keeps it for 1 minute, but the policy declares the end of '
        'the session. Set this lifetime in the app, or declare lifetime = "1 minute"',
        'shortened the cookie "_ga" (statistical): the app keeps it for 2 years, but statistical cookies without a '
        "lifetime of the site's own end after 13 months at most. Set this lifetime in the app, or declare lifetime = "
        '"2 years"',
    ]
    (record, *_) = [record for record in caplog.records if "shortened" in record.getMessage()]
    assert (record.levelno, record.cookie_name, record.cookie_category) == (logging.WARNING, "sid", "necessary")


@MODULES
def test_a_longer_lifetime_than_a_preset_states_passes_and_is_logged_once(module, caplog):
    app = wrapped(module, policy={"site": SITE, "extends": "preset:flask"})
    lines = ["session=1; HttpOnly; Path=/", "session=2; Max-Age=2678400", "session=3; Max-Age=2678400"]
    for line in lines:
        assert left_of(app, line) == [line]
    assert messages(caplog) == [
        'did not shorten the cookie "session" (necessary): the app keeps it for 31 days, but the policy page shows '
        "the end of the session, which a preset declares as usual. Declare the cookie again in your policy, with "
        'lifetime = "31 days"'
    ]


@MODULES
def test_a_cookie_of_a_preset_is_settled_by_its_name_once_enough_was_seen(module, monkeypatch):
    app = wrapped(module, policy={"site": SITE, "extends": "preset:django"})
    for second in range(20):
        left_of(app, f"sessionid=1; Max-Age=1209600; Expires=Sun, 29 Jun 2025 15:06:{10 + second} GMT")
    monkeypatch.setattr(LineScreener, "screen_each", None)
    assert left_of(app, "sessionid=1; Max-Age=1209600; Expires=Sun, 29 Jun 2025 15:07:00 GMT")


@MODULES
def test_a_broken_log_changes_no_response(module, monkeypatch):
    app = wrapped(module)
    monkeypatch.setattr("cookiewarden.reporting.lifetime_messages.limited", None)
    assert left_of(app, "sid=1; Max-Age=9999999") == ["sid=1; Max-Age=604800"]


@MODULES
def test_the_callback_hears_that_a_shortened_line_passed_and_a_renewal_did_not(module):
    heard = []
    app = wrapped(module, on_decision=heard.append)
    left_of(app, "sid=1; Max-Age=9999999", "_ga=1; Max-Age=9", request=sending("_ga=1"))
    assert [(one.outcome.value, one.decision.reason.value) for one in heard] == [
        ("allowed", "necessary"), ("blocked", "renewal")
    ]  # fmt: skip


@MODULES
def test_a_reloaded_policy_has_its_own_limits(module):
    app, line = wrapped(module), "sid=1; Max-Age=604800"
    shorter = [COOKIES[0] | {"lifetime": "1 day"}, *COOKIES[1:]]
    for policy, left in ((None, line), ({"site": SITE, "cookies": shorter}, "sid=1; Max-Age=86400"), (DECLARED, line)):
        assert policy is None or app.reload(policy)
        for _ in range(2):
            assert left_of(app, line) == [left]


@MODULES
def test_what_is_remembered_of_dated_lines_is_bounded(module):
    app = wrapped(module)
    for day in range(1, 7):
        for second in range(60):
            left_of(app, f"sid=1; Expires=Wed, {15 + day} Jun 2025 12:00:{second:02} GMT")
    (site,) = app._app._screener.sites.by_policy.values()
    assert max(map(len, site.places._settled.values())) <= 16


@MODULES
@pytest.mark.parametrize(
    "lines",
    [
        ["_ga=1; Max-Age=0; Path=/", "_ga=1; Max-Age=3600; Domain=example.org"],
        ["_ga=2; Max-Age=3600", "_ga=1; Max-Age=3600"],
        ["_pk=1; Max-Age=3600; Path=/a", "_pk=1; Max-Age=3600; Path=/b"],
    ],
)
def test_a_cookie_that_several_lines_set_or_delete_is_no_renewal(module, lines):
    app = wrapped(module)
    for _ in range(3):
        assert left_of(app, *lines, request=sending("_ga=1", "_pk=1")) == lines
    assert left_of(app, "_ga=1; Max-Age=3600", request=sending("_ga=1")) == []
    for _ in range(2):
        assert left_of(app, *lines, request=sending("_ga=1", "_pk=1")) == lines


@MODULES
def test_a_known_renewal_whose_date_has_passed_ends_the_cookie(module):
    app = wrapped(module)
    line = "_ga=1; Expires=Mon, 16-Jun-25 00:00:00 GMT"  # a year of two digits, so not every reader takes it for a date
    for _ in range(3):
        assert left_of(app, line, request=sending("_ga=1")) == []
    set_clock(app, NOW + 2 * DAY)
    assert left_of(app, line, request=sending("_ga=1")) == [line]
