"""The preferences cookie holds only the day of the choice (UTC), and counts as long as the browser keeps it."""

import json

import pytest
from itsdangerous import URLSafeSerializer

from choices import ALL, DAY, SIX_MONTHS, TODAY, preferences, signed, value_of
from cookiewarden import Consent, asgi, consent_of, wsgi
from cookiewarden.policy.consent import UNDECIDED
from cookiewarden.testing import preferences_cookie
from exchanges import NOW, POLICY, SECRET_KEY, SentRequest, Wrapped, set_cookies
from paged import Site

MODULES = pytest.mark.parametrize("module", [asgi, wsgi])


@pytest.mark.parametrize("second", [TODAY, TODAY + 1, NOW, TODAY + DAY - 1, TODAY + DAY - 0.01])
def test_equal_choices_of_one_day_have_the_same_cookie(second):
    assert value_of(POLICY, SECRET_KEY, "statistical", now=second) == value_of(POLICY, SECRET_KEY, "statistical")


@pytest.mark.parametrize("now", [0, 0.5, DAY - 1, DAY, NOW, NOW + 0.5])
def test_the_signed_time_is_the_start_of_the_day(now):
    value = preferences_cookie(POLICY, SECRET_KEY, *ALL, now=now).partition("=")[2]
    _, (_, time, _) = URLSafeSerializer("any").loads_unsafe(value)
    assert time == now // DAY * DAY


@MODULES
def test_two_visitors_of_one_day_receive_the_same_line(module, monkeypatch):
    lines = []
    for time in (NOW, NOW + 7):
        monkeypatch.setattr("exchanges.still_clock", lambda time=time: float(time))
        app = Wrapped(module)
        lines.append(set_cookies(app.ask(SentRequest(), lambda carrier: consent_of(carrier).withdraw() and ())))
    assert lines[0] == lines[1]
    assert len(lines[0]) == 1


@pytest.mark.parametrize("chosen_at", [TODAY, NOW, TODAY + DAY - 1])
def test_a_choice_does_not_end_before_its_cookie_in_the_browser(chosen_at):
    value = value_of(POLICY, SECRET_KEY, *ALL, now=chosen_at)
    one = preferences()
    assert one.load([value], chosen_at + SIX_MONTHS - 1) == Consent.of(ALL, TODAY)
    assert one.load([value], TODAY + DAY + SIX_MONTHS - 1) == Consent.of(ALL, TODAY)
    assert one.load([value], TODAY + DAY + SIX_MONTHS) == UNDECIDED


def test_a_cookie_with_the_exact_time_is_read_and_written_again_with_the_day():
    _, (_, _, answers) = URLSafeSerializer("any").loads_unsafe(value_of().decode())
    old = signed([1, NOW, answers])
    one = preferences()
    consent = one.load([old], NOW)
    assert consent == Consent.of((), NOW)
    assert one.dump(consent.with_answers([], [], NOW), NOW).encode() == value_of()


def test_the_pages_and_the_api_show_the_day_in_the_same_response_and_later():
    site = Site()
    response = site.put('{"granted": ["statistical"]}')
    later = site.ask("/cookies/preferences.json", headers=[("cookie", response.cookie)])
    assert json.loads(response.body)["chosen_at"] == json.loads(later.body)["chosen_at"] == "2025-06-15"
    assert "15 June 2025" in site.ask("/cookies", headers=[("cookie", response.cookie)]).text
    assert json.loads(site.ask("/cookies/preferences.json").body)["chosen_at"] is None


@MODULES
def test_the_day_is_that_of_the_choice_even_if_the_response_leaves_on_the_next_day(module, monkeypatch):
    now = [float(TODAY + DAY - 1)]
    monkeypatch.setattr("exchanges.still_clock", lambda: now[-1])

    def view(carrier):
        consent_of(carrier).withdraw()
        now.append(now[-1] + 2)
        return ()

    (line,) = set_cookies(Wrapped(module).ask(SentRequest(), view))
    assert line.partition(b";")[0].partition(b"=")[2] == value_of()


@MODULES
def test_the_record_holds_the_exact_time(module):
    records = []
    Wrapped(module, on_choice=records.append).ask(SentRequest(), lambda carrier: consent_of(carrier).withdraw() and ())
    assert [record.time for record in records] == [float(NOW)]
