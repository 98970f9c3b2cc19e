"""Signals in the wrapped app: the option ``signals``, what ``consent_of`` allows, and what is remembered."""

import logging

import pytest

from cookiewarden import OptionError, asgi, consent_of, wsgi
from exchanges import POLICY, SentRequest, Wrapped, set_cookies, through_asgi, through_wsgi
from scenarios import SET_OF_POLICIES, chosen, sends
from signal_scenarios import IN_A_FRAME, OPT_OUT

BOTH = pytest.mark.parametrize("through", [through_asgi, through_wsgi])
MODULES = pytest.mark.parametrize("module", [asgi, wsgi])
PLAIN = SentRequest()
OPTED_OUT = SentRequest(headers=(OPT_OUT,))


def passing(app, request, *lines):
    return {line.decode() for line in set_cookies(app.ask(request, sends(*lines)))}


@MODULES
def test_a_signal_counts_for_its_own_request_alone(module):
    app = Wrapped(module, consent_needed=lambda carrier: False)
    for request, expected in [(PLAIN, {"NID=1"}), (OPTED_OUT, set()), (PLAIN, {"NID=1"}), (OPTED_OUT, set())]:
        assert passing(app, request, "NID=1") == expected


@MODULES
def test_a_signal_counts_beside_a_cookie_header_that_was_seen_without_it(module):
    app = Wrapped(module, policy={**POLICY, "signals": {"gpc": ["statistical"]}})
    undecided = SentRequest(cookies=("sid=1",))
    opted_out = SentRequest(cookies=("sid=1",), headers=(OPT_OUT,))
    for request, expected in [(undecided, {"_pk_id=1"}), (opted_out, set())] * 3:
        assert passing(app, request, "_pk_id=1") == expected


@MODULES
def test_lines_that_were_seen_are_judged_by_the_signal_of_each_request(module):
    app = Wrapped(module, policy={**POLICY, "signals": {"gpc": ["statistical"]}})
    for request, expected in [(PLAIN, {"_pk_id=1"}), (OPTED_OUT, set())] * 3:
        assert passing(app, request, "_pk_id=1") == expected


@MODULES
def test_each_site_heeds_the_signal_in_its_own_way(module):
    app = Wrapped(module, policy=SET_OF_POLICIES, consent_needed=lambda carrier: False)
    assert passing(app, OPTED_OUT, "NID=1", "theme=1") == {"theme=1"}
    assert passing(app, SentRequest(host="other.example", headers=(OPT_OUT,)), "NID=1") == set()


@MODULES
def test_nothing_is_stored_or_recorded_because_of_a_signal(module):
    records = []
    app = Wrapped(module, on_choice=records.append)
    visitor = SentRequest(cookies=("NID=1",), headers=(OPT_OUT, ("sec-fetch-dest", "document")))
    assert set_cookies(app.ask(visitor)) == []
    assert records == []
    answers = []
    app.ask(visitor, lambda carrier: answers.append(consent_of(carrier).is_decided) or ())
    assert answers == [False]


@BOTH
@pytest.mark.parametrize(
    ("headers", "granted", "category", "is_exempt", "expected"),
    [
        ((), ("statistical",), "statistical", False, True),
        (IN_A_FRAME, ("statistical",), "statistical", False, False),
        (IN_A_FRAME, ("statistical", "third-party"), "statistical", False, True),
        (IN_A_FRAME, ("third-party",), "third-party", False, True),
        (IN_A_FRAME, None, "necessary", False, True),
        (IN_A_FRAME, None, "statistical", True, True),
        ((OPT_OUT,), None, "third-party", True, False),
        ((OPT_OUT,), None, "statistical", True, True),
        ((OPT_OUT,), ("third-party",), "third-party", False, True),
        ((OPT_OUT, *IN_A_FRAME), None, "statistical", True, False),
    ],
)
def test_the_app_is_told_what_the_signals_leave(through, headers, granted, category, is_exempt, expected):
    answers = []

    def view(carrier):
        answers.append(consent_of(carrier).allows(category))
        return ()

    request = SentRequest(headers=headers, cookies=() if granted is None else (chosen(*granted),))
    through(view, request, consent_needed=lambda carrier: not is_exempt)
    assert answers == [expected]


async def _waits(request):
    return ["third-party"]


@BOTH
@pytest.mark.parametrize(
    "signal",
    [
        lambda request: 1 / 0,
        lambda request: ["marketing"],
        lambda request: None,
        lambda request: _waits(request),
        lambda request: 7,
    ],
)
def test_a_signal_that_fails_refuses_all_that_needs_consent(through, signal, caplog):
    with caplog.at_level(logging.ERROR, "cookiewarden"):
        left = through(sends("sid=1", "_pk_id=1", "NID=secret"), PLAIN, signals=[signal])
    assert set_cookies(left) == [b"sid=1"]
    (record,) = caplog.records
    assert record.message == (
        "the signal <lambda> failed, or returned no list of categories, so it refuses all that needs consent"
    )
    assert "secret" not in caplog.text


@BOTH
def test_a_signal_is_asked_once_a_request_and_only_if_a_cookie_depends_on_it(through):
    asked = []

    def signal(request):
        asked.append(request.header("sec-gpc"))
        return ["third-party"]

    through(sends("sid=1"), OPTED_OUT, signals=[signal])
    assert asked == []
    through(sends("_ga=1", "NID=1", "theme=1"), OPTED_OUT, signals=[signal])
    assert asked == ["1"]


@pytest.mark.parametrize("given", [7, "third-party", [lambda: ()], [_waits], [None]])
def test_a_signal_that_cannot_be_called_is_an_error_at_start(given):
    with pytest.raises(OptionError, match="signals: must be plain functions"):
        through_wsgi(sends(), PLAIN, signals=given)
