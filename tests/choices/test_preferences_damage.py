"""Preferences cookies that are damaged, forged, too many or contradictory never grant what was not signed."""

import pytest

from choices import ALL, DAY, SIX_MONTHS, TODAY, VALID, preferences, signed, value_of
from cookiewarden import Category, Consent
from cookiewarden.choices.preferences_cookie import remembering
from cookiewarden.policy.consent import UNDECIDED
from exchanges import NOW, POLICY, SECRET_KEY

PAYLOADS = [
    None, "yes", [], {}, [1, NOW], [1, NOW, {}, 1], [2, NOW, ["s+abc"]], ["1", NOW, ["s+abc"]],
    [1, str(NOW), ["s+abc"]], [1, NOW + 0.5, ["s+abc"]], [1, None, ["s+abc"]], [1, -1, ["s+abc"]],
    [1, 10**30, ["s+abc"]], [1, NOW, None], [1, NOW, ["s"]], [1, NOW, ["x+abc"]],
    [1, NOW, {"s": "+abc"}], [1, NOW, ["s+abc", "s-abc"]], [1, NOW, [["s+abc"]]], [1, NOW, ["s+abc", {}]],
    [1, NOW, ["statistical+abc"]], [1, NOW, [True]], [1, NOW, [""]], [1, NOW, ["sabc"]],
    [1, NOW, [None]],
]  # fmt: skip
DAMAGED = [
    b"", b".", b"..", b"yes", b"statistical", VALID[:-1], VALID[1:], VALID + b"A", VALID + b" x", b'"' + VALID + b'"',
    VALID.swapcase(), VALID.replace(b".", b""), VALID.rpartition(b".")[0], VALID.rpartition(b".")[0] + b".",
    b"." + VALID, VALID + VALID, VALID + b"\0", b"\xff" + VALID, b"\xff" * 50, bytes(range(256)), "é€🍪".encode(),
    b"x" * 100_000, b"." * 100_000, VALID + b"." * 5000,
    signed([1, NOW, ["s+"]], salt="cookiewarden.preferences:park.example"),
    signed([1, NOW, ["s+"]], salt="itsdangerous"),
    signed([1, NOW, ["s+"]], key="another key of sixteen bytes"),
    *map(signed, PAYLOADS),
]  # fmt: skip


@pytest.mark.parametrize("value", DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_forged_or_oversized_cookie_gives_no_consent_and_no_exception(value):
    one = preferences()
    assert one.load([value], NOW) == UNDECIDED
    assert one.load([value, VALID], NOW) == Consent.of(ALL, TODAY)
    assert one.load([value], NOW) == UNDECIDED


def test_too_many_cookies_give_no_consent():
    values = [value_of(POLICY, SECRET_KEY, *ALL, now=NOW - number * DAY) for number in range(100)]
    one = preferences()
    assert one.load(values, NOW).granted == frozenset()
    assert one.load(values[:1] * 1000, NOW).grants(Category.STATISTICAL)


@pytest.mark.parametrize(
    ("choices", "granted", "refused"),
    [
        ([ALL, ALL], set(ALL), set()),
        ([ALL, ("statistical",)], {"statistical"}, {"first-party", "third-party"}),
        ([("statistical",), ("third-party",)], set(), set(ALL)),
        ([ALL, ()], set(), set(ALL)),
        (
            [ALL, ("statistical", "first-party"), ("first-party", "third-party")],
            {"first-party"},
            {"statistical", "third-party"},
        ),
    ],
)
def test_several_valid_cookies_grant_only_what_all_of_them_grant(choices, granted, refused):
    values = [value_of(POLICY, SECRET_KEY, *categories, now=NOW - age * DAY) for age, categories in enumerate(choices)]
    for order in (values, values[::-1]):
        consent = preferences().load(order, NOW)
        assert (consent.granted, consent.refused) == (granted, refused)


def test_a_planted_grant_of_one_category_grants_no_other_and_refuses_none():
    partial = preferences().dump(Consent(granted=frozenset({Category.STATISTICAL})), NOW).encode()
    consent = preferences().load([partial, VALID], NOW)
    assert consent.granted == {"statistical"}
    assert not consent.refused


def test_an_expired_cookie_beside_a_valid_one_withdraws_nothing():
    old = value_of(POLICY, SECRET_KEY, now=NOW - SIX_MONTHS - DAY)
    assert preferences().load([old, VALID], NOW) == Consent.of(ALL, TODAY)


def test_only_verified_cookies_are_remembered_and_no_more_than_the_limit():
    verify = remembering(8)
    one = preferences(verify=verify)
    for value in DAMAGED:
        one.load([value], NOW)
    assert verify.cache_info().currsize == 0
    for age in range(100):
        one.load([value_of(POLICY, SECRET_KEY, *ALL, now=NOW - age * DAY)], NOW)
    assert verify.cache_info().currsize == 8
