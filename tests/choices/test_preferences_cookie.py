"""The preferences cookie: small, signed, bound to its site, read back exactly and remembered once it is verified."""

import threading

import pytest
from itsdangerous import URLSafeSerializer

from choices import ALL, DAY, SIX_MONTHS, TODAY, VALID, changed, preferences, value_of
from cookiewarden import Category, Consent, OptionError, Policy
from cookiewarden.choices.preferences_cookie import check_keys, remembering
from cookiewarden.http.set_cookie import parse_set_cookie
from cookiewarden.policy.consent import UNDECIDED
from exchanges import NOW, POLICY, SECRET_KEY

OLD_KEY, NEW_KEY = "the key of last year", "the key of this year"
CONSENTS = [
    Consent.of((), TODAY),
    Consent.of(ALL, TODAY),
    Consent.of({"statistical"}, TODAY),
    Consent(granted=frozenset({Category.THIRD_PARTY}), chosen_at=float(TODAY)),
    Consent(refused=frozenset({Category.STATISTICAL, Category.FIRST_PARTY}), chosen_at=float(TODAY)),
    Consent(chosen_at=float(TODAY)),
]


@pytest.mark.parametrize("consent", CONSENTS)
def test_a_choice_is_read_back_exactly(consent):
    one = preferences()
    value = one.dump(consent, NOW).encode()
    assert one.load([value], NOW) == consent
    assert preferences().load([value], NOW) == consent


@pytest.mark.parametrize("consent", CONSENTS)
@pytest.mark.parametrize("site", [{}, {"id": "x" * 300, "version": "v" * 300}])
def test_it_is_under_200_bytes_with_its_name(consent, site):
    one = preferences(changed(**site))
    pair = one.set_cookie(consent, NOW, secure=True).partition(b";")[0]
    assert len(pair) < 200
    assert len(pair) == len(one.name) + 1 + len(one.dump(consent, NOW))


@pytest.mark.parametrize("secure", [True, False])
def test_its_attributes(secure):
    line = preferences().set_cookie(Consent.of(ALL), NOW, secure=secure)
    cookie = parse_set_cookie(line, host="data.example.org", now=float(NOW))
    assert cookie.names == (b"cookies_preferences",)
    assert (cookie.http_only, cookie.same_site, cookie.cookie_path, cookie.secure) == (True, "Lax", b"/", secure)
    assert cookie.host_only
    assert cookie.expiry == NOW + SIX_MONTHS
    assert cookie.refusals == ()
    assert {name for name, _ in cookie.attributes} <= {b"max-age", b"path", b"secure", b"httponly", b"samesite"}


def test_its_name_domain_and_lifetime_come_from_the_policy():
    own = {"name": "choices", "domain": "Example.org", "lifetime": "30 days"}
    one = preferences({**POLICY, "preferences": own})
    cookie = parse_set_cookie(one.set_cookie(UNDECIDED, NOW, secure=True), host="data.example.org", now=float(NOW))
    assert (one.name, cookie.name, cookie.domain, cookie.host_only) == (b"choices", b"choices", "example.org", False)
    assert cookie.expiry == NOW + 30 * 86_400
    value = one.dump(Consent.of(ALL), NOW).encode()
    assert one.load([value], TODAY + 31 * DAY - 1).grants(Category.STATISTICAL)
    assert one.load([value], TODAY + 31 * DAY) == UNDECIDED


def test_it_holds_no_text_of_the_policy():
    policy = changed(version="draft-of-the-mayor", operator="Exampletown", contact="mayor@example.org")
    value = value_of(policy, SECRET_KEY, *ALL).decode()
    _, payload = URLSafeSerializer("any").loads_unsafe(value)
    words = ("draft", "mayor", "Example", "data.example.org", "Counts", "_ga")
    assert [word for word in words if word in value or word in repr(payload)] == []


def test_the_payload_holds_a_format_a_day_and_a_digest_for_each_answer():
    _, payload = URLSafeSerializer("any").loads_unsafe(value_of(POLICY, SECRET_KEY, "statistical").decode())
    digests = Policy.from_mapping(POLICY).digests
    assert payload == [
        1,
        TODAY,
        [
            "s+" + digests[Category.STATISTICAL],
            "f-" + digests[Category.FIRST_PARTY],
            "t-" + digests[Category.THIRD_PARTY],
        ],
    ]


@pytest.mark.parametrize(
    ("age", "holds"), [(0, True), (SIX_MONTHS + DAY - 1, True), (SIX_MONTHS + DAY, False), (SIX_MONTHS * 9, False)]
)
@pytest.mark.parametrize("is_remembered", [True, False])
def test_it_counts_for_six_months_and_a_day_remembered_or_not(age, holds, is_remembered):
    one = preferences()
    value = value_of(POLICY, SECRET_KEY, *ALL)
    if is_remembered:
        assert one.load([value], NOW).grants(Category.STATISTICAL)
    assert one.load([value], TODAY + age).grants(Category.STATISTICAL) is holds
    assert one.load([value], NOW).grants(Category.STATISTICAL)


@pytest.mark.parametrize(("ahead", "holds"), [(60, True), (300, True), (301, False), (DAY, False), (10**9, False)])
def test_the_clock_that_signed_may_run_ahead_only_a_little(ahead, holds):
    value = value_of(POLICY, SECRET_KEY, *ALL)
    assert preferences().load([value], TODAY - ahead).grants(Category.STATISTICAL) is holds


def test_the_newest_key_signs_and_the_old_one_still_verifies():
    before = value_of(POLICY, OLD_KEY, *ALL)
    rotated = preferences(key=[OLD_KEY, NEW_KEY])
    after = rotated.dump(Consent.of(ALL), NOW).encode()
    granted = Consent.of(ALL, TODAY)
    assert rotated.load([before], NOW) == granted
    assert rotated.load([after], NOW) == granted
    assert preferences(key=NEW_KEY).load([after], NOW) == granted
    assert preferences(key=OLD_KEY).load([after], NOW) == UNDECIDED
    assert preferences(key=NEW_KEY).load([before], NOW) == UNDECIDED
    assert preferences(key=(OLD_KEY.encode(), NEW_KEY)).load([after], NOW) == granted


@pytest.mark.parametrize(
    "key", ["", b"", "short", b"x" * 15, [], (), None, 5, [None], ["x" * 16, "short"], ["x" * 16, 5], {"x" * 16}]
)
def test_an_unusable_key_is_an_error_at_start_and_never_shown(key):
    with pytest.raises(OptionError, match="secret_key") as error:
        check_keys(key)
    assert "short" not in str(error.value)


@pytest.mark.parametrize("key", ["x" * 16, b"x" * 16, "é" * 8, ["x" * 16], ("x" * 16, b"y" * 16)])
def test_a_key_of_16_bytes_is_enough(key):
    assert all(isinstance(raw, bytes) for raw in check_keys(key))


@pytest.mark.parametrize("other", [{"id": "park.example"}, {"id": "data.example.org "}, {"id": "DATA.example.org"}])
@pytest.mark.parametrize("is_shared", [True, False])
def test_the_cookie_of_another_site_does_not_count(other, is_shared):
    verify = remembering(8)
    value = value_of(changed(**other), SECRET_KEY, *ALL)
    if is_shared:
        assert preferences(changed(**other), verify=verify).load([value], NOW).grants(Category.STATISTICAL)
    assert preferences(verify=verify).load([value], NOW) == UNDECIDED


def test_a_remembered_cookie_is_not_verified_again(monkeypatch):
    one = preferences()
    first = one.load([VALID], NOW)

    def fail(*args):
        raise AssertionError("verified again")

    monkeypatch.setattr(one._serializer, "loads", fail)
    assert one.load([VALID], NOW) == first


def test_many_threads_read_correct_choices_from_one_cache():
    verify = remembering(4)
    one = preferences(verify=verify)
    kinds = [(), ("statistical",), ("first-party", "third-party"), ALL]
    values = [
        (value_of(POLICY, SECRET_KEY, *kinds[age % 4], now=NOW - age * DAY), set(kinds[age % 4])) for age in range(20)
    ]
    wrong = []
    barrier = threading.Barrier(8)

    def read(offset):
        barrier.wait()
        for number in range(400):
            value, granted = values[(number * 7 + offset) % len(values)]
            if one.load([value], NOW).granted != granted:
                wrong.append(value)

    threads = [threading.Thread(target=read, args=(offset,)) for offset in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert verify.cache_info().currsize <= 4
