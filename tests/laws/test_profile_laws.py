"""The laws of profiles: none lets more pass than passes without one, but for the appearance under ``uk``."""

from hypothesis import example, given
from hypothesis import strategies as st

from cookiewarden import Category, Consent, Policy, asgi
from cookiewarden.policy.consent import UNDECIDED
from cookiewarden.policy.decision import ALLOWING
from cookiewarden.policy.judge import Judge
from cookiewarden.policy.profiles import strictest
from cookiewarden.policy.signals import NO_SIGNALS, Signals
from cookiewarden.testing import preferences_cookie
from exchanges import NOW, SECRET_KEY, SentRequest, Wrapped, set_cookies
from profiled import COOKIES, PROFILES, STATED, policy_of
from scenarios import sends
from strategies import CATEGORIES, NAME_POOL, PATTERN_POOL, choices, consents, lines

signals = st.builds(Signals, st.frozensets(st.sampled_from(CATEGORIES)), st.booleans())
listed = st.lists(st.sampled_from(PROFILES), min_size=1, unique=True)


@st.composite
def policies(draw, profiles):
    """Draw a policy that states all that a profile may ask for, with these profiles and without any."""
    cookies = []
    for name in draw(st.lists(st.sampled_from(NAME_POOL + PATTERN_POOL), unique=True, max_size=8)):
        category = draw(st.sampled_from(["necessary", *CATEGORIES]))
        more = {"reason": "It must be"} if category == "necessary" else {}
        if category in ("statistical", "first-party"):
            more = {"anonymized" if category == "statistical" else "appearance": draw(st.booleans())}
        cookies.append({"name": name, "category": category, "purpose": "A purpose", **more})
    mapping = {"site": {"name": "Exampletown"}, "statistics": STATED, "cookies": cookies}
    named = {**mapping, "site": {"name": "Exampletown", "profile": profiles}}
    return Policy.from_mapping(named), Policy.from_mapping(mapping)


@given(st.data(), listed, lines(), consents, signals, st.booleans())
def test_a_profile_lets_nothing_pass_that_passes_under_none_but_the_appearance_under_uk(
    data, profiles, line, consent, given_signals, is_exempt
):
    policy, plain = data.draw(policies(profiles))
    usual = Judge(plain.declared, consent, is_exempt, signals=given_signals).judge(line, float(NOW))
    for profile in profiles:
        verdict = Judge(policy.under(profile).declared, consent, is_exempt, signals=given_signals).judge(
            line, float(NOW)
        )
        is_appearance = verdict.declaration is not None and verdict.declaration.appearance and profile == "uk"
        assert verdict.reason not in ALLOWING or usual.reason in ALLOWING or is_appearance


@given(st.data(), listed, lines(), consents, signals, st.booleans())
def test_the_strictest_profile_lets_nothing_pass_that_another_of_the_site_does_not(
    data, profiles, line, consent, given_signals, is_exempt
):
    policy, _ = data.draw(policies(profiles))
    reasons = {
        profile: Judge(policy.under(profile).declared, consent, is_exempt, signals=given_signals)
        .judge(line, float(NOW))
        .reason
        for profile in profiles
    }
    if reasons[strictest(profiles)] in ALLOWING:
        assert set(reasons.values()) <= ALLOWING


@given(st.data(), listed, consents)
def test_no_profile_changes_what_is_declared_or_which_refusals_count(data, profiles, consent):
    policy, plain = data.draw(policies(profiles))
    for profile in profiles:
        under = policy.under(profile)
        assert [one.names for one in under.declarations] == [one.names for one in plain.declarations]
        for declaration in under.declarations:
            if declaration.category in consent.refused - consent.granted:
                verdict = Judge(under.declared, consent).judge_name(declaration.names[0].replace("*", "").encode())
                assert verdict.declaration is not declaration or verdict.reason not in ALLOWING


contexts = st.sampled_from([
    ((), Signals(frozenset(), False)),
    ((("sec-gpc", "1"),), Signals(frozenset({Category.THIRD_PARTY}), False)),
    ((("sec-fetch-site", "cross-site"), ("sec-fetch-dest", "iframe")), Signals(frozenset(), True)),
])  # fmt: skip


names = st.sampled_from([*(cookie["name"] for cookie in COOKIES), "undeclared"])


@given(st.sampled_from(["uk", "fr", "de"]), st.lists(names, min_size=1, max_size=4), choices, contexts)
@example("uk", ["theme"], set(), ((), NO_SIGNALS))
def test_the_middleware_lets_pass_what_the_judge_of_the_visitor_lets_pass(profile, names, granted, context):
    policy = policy_of(profile)
    headers, given_signals = context
    cookies = () if granted is None else (preferences_cookie(policy, SECRET_KEY, *granted, now=NOW),)
    judge = Judge(policy.declared, UNDECIDED if granted is None else Consent.of(granted), signals=given_signals)
    sent = [f"{name}=1".encode() for name in names]
    view = sends(*(line.decode("latin-1") for line in sent))
    app = Wrapped(asgi, policy=policy, pages=None)
    for _ in range(2):  # the second time, what the lines are is remembered
        left = set_cookies(app.ask(SentRequest(headers=headers, cookies=cookies), view))
        names_left = [line.partition(b";")[0] for line in left]
        assert names_left == [line for line in sent if judge.judge(line, float(NOW)).is_allowed]
