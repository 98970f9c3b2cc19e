"""A signal of the browser in the order of decision, and the table ``[signals]`` of a policy file."""

from datetime import date
from itertools import product

import pytest
from hypothesis import given

from cookiewarden import Category, Consent, Policy, PolicyError, Reason
from cookiewarden.policy.consent import UNDECIDED
from cookiewarden.policy.declaration import CONSENT_CATEGORIES
from cookiewarden.policy.judge import Judge
from cookiewarden.policy.signals import NO_SIGNALS, SignalOptions, Signals
from exchanges import NOW, POLICY
from strategies import consents, lines, policies

SITE = Policy.from_mapping(POLICY)
S, F, T = CONSENT_CATEGORIES
GPC = Signals(frozenset({T}))
EVERY = [Signals(frozenset(refused), is_embedded) for refused in ((), (T,), (S, F, T)) for is_embedded in (False, True)]


def reason(name, consent=UNDECIDED, signals=NO_SIGNALS, *, is_exempt=False):
    return Judge(SITE.declared, consent, is_exempt, signals=signals).judge(name + b"=1", NOW).reason


@pytest.mark.parametrize(
    ("name", "consent", "signals", "is_exempt", "expected"),
    [
        (b"sid", UNDECIDED, Signals(frozenset(CONSENT_CATEGORIES), True), False, Reason.NECESSARY),
        (b"NID", UNDECIDED, GPC, False, Reason.SIGNAL),
        (b"NID", UNDECIDED, GPC, True, Reason.SIGNAL),
        (b"NID", Consent.of([T]), GPC, False, Reason.CONSENTED),
        (b"NID", Consent.of([S]), GPC, False, Reason.REFUSED),
        (b"NID", Consent(granted=frozenset({T}), stale=frozenset({T})), GPC, False, Reason.SIGNAL),
        (b"_ga", UNDECIDED, GPC, False, Reason.UNDECIDED),
        (b"_pk_id", UNDECIDED, GPC, False, Reason.ANONYMIZED),
        (b"_pk_id", UNDECIDED, Signals(frozenset({S})), False, Reason.SIGNAL),
        (b"_fbp", UNDECIDED, GPC, False, Reason.UNDECLARED),
        # On the page of another site, each cookie needs consent to third-party cookies as well.
        (b"sid", UNDECIDED, Signals(is_embedded=True), False, Reason.NECESSARY),
        (b"_ga", Consent.of([S, T]), Signals(is_embedded=True), False, Reason.CONSENTED),
        (b"_ga", Consent.of([S]), Signals(is_embedded=True), False, Reason.REFUSED),
        (b"_ga", Consent(granted=frozenset({S})), Signals(is_embedded=True), False, Reason.UNDECIDED),
        (b"_ga", Consent(granted=frozenset({S})), Signals(frozenset({T}), True), False, Reason.SIGNAL),
        (b"_ga", Consent.of([T]), Signals(is_embedded=True), False, Reason.REFUSED),
        (b"_pk_id", UNDECIDED, Signals(is_embedded=True), False, Reason.UNDECIDED),
        (b"_pk_id", Consent(granted=frozenset({T})), Signals(is_embedded=True), False, Reason.ANONYMIZED),
        (b"theme", UNDECIDED, Signals(is_embedded=True), True, Reason.EXEMPT),
        (b"theme", Consent(refused=frozenset({T})), Signals(is_embedded=True), True, Reason.REFUSED),
        (b"NID", Consent.of([T]), Signals(is_embedded=True), False, Reason.CONSENTED),
        (b"_fbp", Consent.of([T]), Signals(is_embedded=True), False, Reason.UNDECLARED),
    ],
)
def test_the_order_of_decision_with_signals(name, consent, signals, is_exempt, expected):
    assert reason(name, consent, signals, is_exempt=is_exempt) is expected


@given(policies(), lines(), consents)
def test_a_signal_never_lets_a_line_pass(policy, line, consent):
    for signals, is_exempt in product(EVERY, (False, True)):
        with_signals = Judge(policy.declared, consent, is_exempt, signals=signals).judge(line, NOW)
        without = Judge(policy.declared, consent, is_exempt).judge(line, NOW)
        assert without.is_allowed >= with_signals.is_allowed
        assert with_signals.reason is without.reason or not with_signals.is_allowed


def test_a_deletion_passes_whatever_the_browser_signals():
    judge = Judge(SITE.declared, UNDECIDED, signals=Signals(frozenset(CONSENT_CATEGORIES), True))
    assert judge.judge(b"NID=; Max-Age=0", NOW).reason is Reason.DELETION


def with_signals(**table):
    return Policy.from_mapping({**POLICY, "signals": table})


def test_by_default_global_privacy_control_refuses_third_party_cookies():
    assert SITE.signals == SignalOptions(frozenset({Category.THIRD_PARTY}), None)


@pytest.mark.parametrize(
    ("given", "expected"),
    [(["statistical", "third-party"], {S, T}), ("first-party", {F}), ([], set()), (False, set())],
)
def test_a_policy_may_name_other_categories(given, expected):
    assert with_signals(gpc=given).signals.gpc == expected


@pytest.mark.parametrize("given", [date(2026, 11, 30), "2026-11-30"])
def test_a_policy_may_say_since_when_it_heeds_the_signal(given):
    assert with_signals(gpc_updated=given).signals.gpc_updated == date(2026, 11, 30)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"gpc": True}, 'signals.gpc: must be a list of categories, or false; write ["third-party"], or false'),
        ({"gpc": ["necessary"]}, 'signals.gpc: "necessary" cookies need no consent, so no signal refuses them'),
        ({"gpc": ["thirdparty"]}, 'signals.gpc: "thirdparty" is not a category; did you mean third-party?'),
        ({"gpc_updated": "today"}, 'signals.gpc_updated: "today" is not a date'),
        ({"gpc": False, "gpc_updated": "2026-11-30"}, "signals.gpc_updated: the site would say that it heeds a signal"),
        ({"dnt": True}, "signals.dnt: unknown key"),
    ],
)
def test_a_wrong_table_is_a_problem(table, message):
    with pytest.raises(PolicyError) as raised:
        with_signals(**table)
    assert message in str(raised.value)


def test_the_later_file_wins_key_by_key(tmp_path):
    (tmp_path / "base.toml").write_text('[site]\nname = "X"\n[signals]\ngpc = false\n')
    (tmp_path / "site.toml").write_text('extends = "base.toml"\n[signals]\ngpc = ["statistical"]\n')
    assert Policy.load(tmp_path / "site.toml").signals.gpc == {S}


def test_signals_do_not_change_the_version_that_visitors_consented_to():
    assert with_signals(gpc=["statistical"]).digests == SITE.digests
    assert not with_signals(gpc=["statistical"]).declares_like(SITE)
