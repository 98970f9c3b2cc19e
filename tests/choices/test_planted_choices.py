"""Junk that a sibling host plants under the name of the preferences cookie neither grants nor undoes an objection."""

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
    return [b"planted%d" % number, VALID[: number % 60] + b"=", b"x" * 2000 + b"%d" % number][number % 3]


def shaped(number):
    """Looks like a choice of ours, and is not signed."""
    return b"WzEsMTc0OTk0NTYwMCxbInMrIl1d%d." % number + b"A" * 43


def ask(app, *values, sent=(), more=()):
    cookies = "; ".join([*(f"cookies_preferences={value.decode()}" for value in values), *more])
    return app.ask(
        SentRequest(cookies=(cookies,), fields=DOCUMENT), lambda carrier: [("Set-Cookie", one) for one in sent]
    )


def among(junk, count, real, is_last):
    planted = [junk(number) for number in range(count)]
    return [*planted, real] if is_last else [real, *planted]


@MODULES
@COUNTS
@ORDERS
@pytest.mark.parametrize("junk", [unshaped, shaped])
def test_an_objection_holds_beside_any_junk(module, count, is_last, junk):
    left = ask(Wrapped(module), *among(junk, count, REFUSED, is_last), sent=["_pk_id=1", "_ga=1", "theme=1", "sid=1"])
    assert [line for line in set_cookies(left) if not line.endswith(b"Secure")] == [b"sid=1"]


@COUNTS
@ORDERS
def test_what_is_not_of_the_shape_of_a_choice_changes_nothing(count, is_last):
    one = preferences()
    for real in (REFUSED, VALID, value_of(POLICY, SECRET_KEY, "statistical")):
        assert one.load(among(unshaped, count, real, is_last), NOW) == one.load([real], NOW) != UNDECIDED


@pytest.mark.parametrize("count", [1, 15])
@ORDERS
def test_up_to_sixteen_of_that_shape_are_all_looked_at(count, is_last):
    one = preferences()
    for real in (REFUSED, VALID, value_of(POLICY, SECRET_KEY, "statistical")):
        assert one.load(among(shaped, count, real, is_last), NOW) == one.load([real], NOW) != UNDECIDED


@pytest.mark.parametrize("count", [16, 17, 200])
@ORDERS
@pytest.mark.parametrize("real", [REFUSED, VALID, b"junk"])
def test_of_more_nothing_is_granted_nothing_passes_and_nothing_is_deleted(count, is_last, real):
    values = among(shaped, count, real if real != b"junk" else shaped(count), is_last)
    consent = preferences().load(values, NOW)
    assert (consent.granted, consent.refused, consent.chosen_at) == (frozenset(), set(ALL), None)
    left = ask(Wrapped(wsgi), *values, sent=["_pk_id=1", "_ga=1"], more=["theme=1", "_ga=1"])
    assert set_cookies(left) == []
    assert names_deleted(left) == set()


def test_the_same_value_many_times_counts_once():
    one = preferences()
    assert one.load([REFUSED, *[shaped(1)] * 500, REFUSED], NOW) == one.load([REFUSED], NOW)
    assert one.load([*[shaped(number % 15) for number in range(500)], VALID], NOW).grants(Category.STATISTICAL)


def test_sixteen_choices_of_ours_are_as_many_as_count():
    cookies = [value_of(POLICY, SECRET_KEY, *ALL, now=NOW - age * 86_400) for age in range(17)]
    assert preferences().load(cookies[:16], NOW).granted == set(ALL)
    assert preferences().load(cookies, NOW).granted == frozenset()


def test_a_visitor_of_whom_nothing_can_be_read_is_asked_nothing_and_may_choose():
    app = Wrapped(wsgi)
    values = [shaped(number) for number in range(17)]
    request = SentRequest(cookies=tuple(f"cookies_preferences={value.decode()}" for value in values))
    fields = app.ask(
        SentRequest(path="/cookies/preferences.json", method="PUT", cookies=request.cookies,
                fields=(("content-type", "application/json"),)),
        body=b'{"granted": ["statistical"]}',
    )  # fmt: skip
    (line,) = set_cookies(fields)
    chosen = preferences().load([line.partition(b";")[0].partition(b"=")[2]], NOW)
    assert chosen == Consent.of({"statistical"}, chosen.chosen_at)


@pytest.mark.parametrize("junk", [unshaped, shaped])
def test_a_cookie_field_of_64_kib_costs_sixteen_signatures_at_the_most(junk, monkeypatch):
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


def test_what_counts_while_nothing_can_be_read_becomes_nobodys_refusal():
    site = Site()
    junk = "; ".join(f"cookies_preferences={shaped(number).decode()}" for number in range(17))
    answer = site.post("choice=grant&category=statistical", [FORM, OWN, ("cookie", junk)])
    consent = preferences().load([answer.cookie.partition("=")[2].encode()], NOW)
    assert (set(consent.granted), set(consent.refused)) == ({"statistical"}, set())
    page = site.ask("/cookies/preferences?saved", fields=[("cookie", junk)]).text
    assert "Your choice is saved" not in page
