"""Junk that a sibling host plants under the name of the preferences cookie grants nothing and undoes no refusal."""

import itertools

import pytest

from choices import ALL, VALID, preferences, value_of
from cookiewarden import Category, Consent, asgi, wsgi
from cookiewarden.policy.consent import UNDECIDED
from exchanges import DOCUMENT, NOW, POLICY, SECRET_KEY, SentRequest, Wrapped, set_cookies
from paged import FORM, OWN, Site
from refusals import names_deleted

MODULES = pytest.mark.parametrize("module", [asgi, wsgi])
COUNTS = pytest.mark.parametrize("count", [1, 15, 16, 17, 200])
ORDERS = pytest.mark.parametrize("is_last", [True, False], ids=["the real one last", "the real one first"])
REFUSED = value_of(POLICY, SECRET_KEY)


def unshaped(number):
    """Return a value without the shape of a choice."""
    return [b"planted%d" % number, VALID[: number % 60] + b"=", b"x" * 2000 + b"%d" % number][number % 3]


def shaped(number):
    """Return a value with the shape of a choice, but without a valid signature."""
    return b"WzEsMTc0OTk0NTYwMCxbInMrIl1d%d." % number + b"A" * 43


def ask(app, *values, sent=(), more=()):
    cookies = "; ".join([*(f"cookies_preferences={value.decode()}" for value in values), *more])
    return app.ask(
        SentRequest(cookies=(cookies,), headers=DOCUMENT), lambda carrier: [("Set-Cookie", one) for one in sent]
    )


def among(junk, count, real, is_last):
    planted = [junk(number) for number in range(count)]
    return [*planted, real] if is_last else [real, *planted]


@MODULES
@COUNTS
@ORDERS
@pytest.mark.parametrize("junk", [unshaped, shaped])
def test_a_refusal_holds_beside_any_junk(module, count, is_last, junk):
    left = ask(Wrapped(module), *among(junk, count, REFUSED, is_last), sent=["_pk_id=1", "_ga=1", "theme=1", "sid=1"])
    assert [line for line in set_cookies(left) if not line.endswith(b"Secure")] == [b"sid=1"]


@COUNTS
@ORDERS
def test_a_value_without_the_shape_of_a_choice_changes_nothing(count, is_last):
    one = preferences()
    for real in (REFUSED, VALID, value_of(POLICY, SECRET_KEY, "statistical")):
        assert one.load(among(unshaped, count, real, is_last), NOW) == one.load([real], NOW) != UNDECIDED


@pytest.mark.parametrize("count", [1, 15])
@ORDERS
def test_up_to_sixteen_values_with_that_shape_are_all_read(count, is_last):
    one = preferences()
    for real in (REFUSED, VALID, value_of(POLICY, SECRET_KEY, "statistical")):
        assert one.load(among(shaped, count, real, is_last), NOW) == one.load([real], NOW) != UNDECIDED


@pytest.mark.parametrize("count", [16, 17, 200])
@ORDERS
@pytest.mark.parametrize("real", [REFUSED, VALID, b"junk"])
def test_with_more_values_nothing_is_granted_passes_or_is_deleted(count, is_last, real):
    values = among(shaped, count, real if real != b"junk" else shaped(count), is_last)
    consent = preferences().load(values, NOW)
    assert (consent.granted, consent.refused, consent.chosen_at) == (frozenset(), set(ALL), None)
    left = ask(Wrapped(wsgi), *values, sent=["_pk_id=1", "_ga=1"], more=["theme=1", "_ga=1"])
    assert set_cookies(left) == []
    assert names_deleted(left) == set()


def test_a_repeated_value_counts_once():
    one = preferences()
    assert one.load([REFUSED, *[shaped(1)] * 500, REFUSED], NOW) == one.load([REFUSED], NOW)
    assert one.load([*[shaped(number % 15) for number in range(500)], VALID], NOW).grants(Category.STATISTICAL)


def test_no_more_than_sixteen_valid_choices_count():
    cookies = [value_of(POLICY, SECRET_KEY, *ALL, now=NOW - age * 86_400) for age in range(17)]
    assert preferences().load(cookies[:16], NOW).granted == set(ALL)
    assert preferences().load(cookies, NOW).granted == frozenset()


def test_a_visitor_with_unreadable_choices_may_choose():
    app = Wrapped(wsgi)
    values = [shaped(number) for number in range(17)]
    request = SentRequest(cookies=tuple(f"cookies_preferences={value.decode()}" for value in values))
    headers = app.ask(
        SentRequest(path="/cookies/preferences.json", method="PUT", cookies=request.cookies,
                headers=(("content-type", "application/json"),)),
        body=b'{"granted": ["statistical"]}',
    )  # fmt: skip
    (line,) = set_cookies(headers)
    chosen = preferences().load([line.partition(b";")[0].partition(b"=")[2]], NOW)
    assert chosen == Consent.of({"statistical"}, chosen.chosen_at)


@pytest.mark.parametrize("junk", [unshaped, shaped])
def test_a_cookie_header_of_64_kib_costs_at_most_sixteen_signatures(junk, monkeypatch):
    one = preferences()
    verified = []
    monkeypatch.setattr(one._signer, "verify_signature", lambda *args: verified.append(args))
    values, size = [], 0
    for number in itertools.count():
        values.append(junk(number))
        size += len(values[-1]) + len("cookies_preferences=; ")
        if size > 65_536:
            break
    one.load(values, NOW)
    one.load(values[:16], NOW)
    assert len(verified) <= 16


def test_a_choice_made_with_unreadable_choices_records_no_refusal():
    site = Site()
    junk = "; ".join(f"cookies_preferences={shaped(number).decode()}" for number in range(17))
    response = site.post("choice=grant&category=statistical", [FORM, OWN, ("cookie", junk)])
    consent = preferences().load([response.cookie.partition("=")[2].encode()], NOW)
    assert (set(consent.granted), set(consent.refused)) == ({"statistical"}, set())
    page = site.ask("/cookies/preferences?saved", headers=[("cookie", junk)]).text
    assert "Your choice is saved" not in page
