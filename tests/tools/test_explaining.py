"""An explanation of one Set-Cookie line says what becomes of it: by ``Policy.decide``, and by a wrapped app."""

import io
import json
from contextlib import redirect_stdout

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cookiewarden import Consent, Policy, PolicySet, Reason, asgi
from cookiewarden.policy.file import places_of
from cookiewarden.reporting.outcome import Outcome
from cookiewarden.testing import preferences_cookie
from cookiewarden.tools.explaining.circumstances import Circumstances, consent_from
from cookiewarden.tools.explaining.explanation import explain
from cookiewarden.tools.explaining.printed import print_explanation
from exchanges import NOW, POLICY, SECRET_KEY, SentRequest, Wrapped, set_cookies
from hypothesis_profiles import examples
from scenarios import sends
from strategies import choices, consents, lines, policies

HOST = "data.example.org"
SITE = {"site": {"name": "Exampletown", "hosts": [HOST]}}
GPC = ((b"sec-gpc", b"1"),)
EMBEDDED = ((b"sec-fetch-site", b"cross-site"), (b"sec-fetch-dest", b"iframe"))


def site(*cookies, **keys):
    """Return the policy of a site that declares some cookies, each with a purpose."""
    return Policy.from_mapping({**SITE, **keys, "cookies": [{"purpose": "Works", **cookie} for cookie in cookies]})


def explained(line, policy=None, places=None, **circumstances):
    policy = Policy.from_mapping(POLICY) if policy is None else policy
    return explain(policy, line, Circumstances(**{"host": HOST, "now": float(NOW), **circumstances}), places or {})


def printed(explanation):
    output = io.StringIO()
    with redirect_stdout(output):
        print_explanation(explanation)
    return output.getvalue()


@given(policies(), lines(), consents)
@examples(200)
def test_the_decision_is_that_of_the_policy_whatever_the_line(policy, line, consent):
    found = explained(line, policy, consent=consent)
    assert found.decision == policy.decide(line, consent, host=HOST, now=NOW)
    assert found.may_leave is found.decision.allowed
    assert [step.decides for step in found.steps] == [False] * (len(found.steps) - 1) + [True]


@given(policies(), lines(), choices, st.sampled_from([(), GPC, EMBEDDED]))
@examples(100)
def test_a_wrapped_app_does_what_the_explanation_says(policy, line, choice, headers):
    cookies = () if choice is None else (preferences_cookie(policy, SECRET_KEY, *choice, now=NOW),)
    request = SentRequest(cookies=cookies, headers=tuple((one.decode(), value.decode()) for one, value in headers))
    left = set_cookies(Wrapped(asgi, policy=policy, pages=None).ask(request, sends(line.decode("latin-1"))))
    consent = consent_from([]) if choice is None else Consent.of(choice)
    found = explained(line, policy, consent=consent, headers=headers)
    assert left == ([] if found.left is None else [found.left])
    assert found.may_leave is bool(left)


@given(policies(), st.one_of(lines(), st.binary(max_size=60)), st.sampled_from([(), GPC, EMBEDDED]))
@examples(100)
def test_an_explanation_of_any_line_can_be_printed_and_holds_no_control_characters(policy, line, headers):
    found = explained(line, policy, headers=headers)
    assert printed(found).replace("\n", "").isprintable()
    assert json.loads(json.dumps(found.document()))["decision"]["reason"] == found.decision.reason


@pytest.mark.parametrize(
    ("line", "reason", "answer"),
    [
        (b"sid", "malformed", "it has no name"),
        (b"sid=1\r\nx: y", "malformed", "CR, LF or NUL"),
        (b"\xa0=1", "malformed", "that some servers strip"),
        (b"_ga=; Max-Age=0", "deletion", "every engine"),
        (b"_ga=; Expires=Sun, 15 Jun 2025 12:20:00 GMT", "deletion", "with Max-Age=0 added"),
        (b"sid=1", "necessary", "needs no consent"),
        (b"_fbp=1", "undeclared", 'no declaration covers "_fbp"'),
        (b"_ga=1", "undecided", "has not chosen"),
        (b"_pk_id=1", "anonymized", "the statistics are anonymized"),
    ],
)
def test_the_last_step_says_why(line, reason, answer):
    found = explained(line)
    assert found.decision.reason == reason
    assert answer in found.steps[-1].answer


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["undecided"], "undecided"),
        (["none"], "refused"),
        (["all"], "consented"),
        (["first-party,statistical"], "consented"),
    ],
)
def test_words_stand_for_a_choice(words, reason):
    assert explained(b"_ga=1", consent=consent_from(words)).decision.reason == reason


def test_a_signal_of_the_browser_is_a_step():
    found = explained(b"NID=1", headers=GPC)
    assert found.reason is Reason.SIGNAL
    assert "a signal of the browser refuses third-party" in found.steps[-1].answer


def test_on_the_page_of_another_site_a_cookie_counts_as_third_party_as_well():
    granted = Consent.of(["statistical"])
    found = explained(b"_ga=1", consent=granted, headers=EMBEDDED)
    assert [step.answer for step in found.steps[-2:]] == [
        "yes: the visitor granted statistical",
        "yes, so it counts as a third-party cookie as well: the visitor refused third-party",
    ]
    assert not found.may_leave
    assert explained(b"_ga=1", consent=granted).may_leave


def test_a_line_that_only_renews_a_cookie_is_blocked_though_the_policy_allows_it():
    line = b"_ga=1; Max-Age=100"
    found = explained(line, consent=Consent.of(["statistical"]), headers=((b"cookie", b"_ga=1"),))
    assert (found.outcome, found.reason, found.decision.allowed) == (Outcome.BLOCKED, Reason.RENEWAL, True)
    assert "only prolongs" in printed(found)
    assert "the line is dropped" in found.steps_after[-1].answer
    other = explained(line, consent=Consent.of(["statistical"]), headers=((b"cookie", b"_ga=2"),))
    assert (other.may_leave, other.steps_after[-1].answer) == (True, "no")


def test_a_line_that_is_merely_reported_leaves_and_counts_as_a_violation():
    found = explained(b"theme=dark", site(report_only=True))
    assert (found.outcome, found.left, found.may_leave) == (Outcome.REPORTED, b"theme=dark", False)
    assert [step.answer for step in found.steps_after] == ["yes: the log tells of the line, and it leaves"]
    assert [step.answer for step in explained(b"theme=dark", site()).steps_after] == ["no: the line is dropped"]


def test_a_policy_that_only_reports_leaves_the_attributes_as_they_are():
    sid = {"name": "sid", "category": "necessary", "secure": True}
    found = explained(b"sid=1", site(sid, report_only=True))
    assert (found.left, found.may_leave) == (b"sid=1", True)
    assert [step.answer for step in found.steps_after] == ["no: such lines are only reported"]


def test_a_capped_lifetime_and_raised_attributes_are_named():
    policy = site({"name": "sid", "category": "necessary", "lifetime": "1 day", "secure": True, "same_site": "Lax"})
    found = explained(b"sid=1; Max-Age=172800; SameSite=None", policy)
    assert found.changes == ("kept for 1 day, not for 2 days", "Secure added", "SameSite=Lax, not None")
    assert found.left == b"sid=1; Max-Age=86400; SameSite=Lax; Secure"
    assert [(step.question, step.answer) for step in found.steps_after] == [
        ("Do the attributes fit the policy (at most 1 day, Secure, SameSite=Lax)?", "no: they are changed")
    ]
    assert 'declare lifetime = "2 days"' in found.remedy
    assert "Max-Age=86400; SameSite=Lax; Secure" in printed(found)


def test_a_deletion_that_is_less_than_a_day_past_gets_a_max_age():
    found = explained(b"_ga=; Expires=Sun, 15 Jun 2025 12:20:00 GMT")
    assert found.left == b"_ga=; Expires=Sun, 15 Jun 2025 12:20:00 GMT; Max-Age=0"
    assert found.changes


@pytest.mark.parametrize(
    ("line", "pattern", "why"),
    [
        (b"__Host-token=1", "token", "the prefixes differ"),
        (b"TOKEN=1", "token", "capital letters differ"),
        (b"_PK_1=1", "_pk_*", "capital letters differ"),
        (b"_pk=1", "_pk_*", 'its pattern needs the whole of "_pk_"'),
        (b"tokne=1", "token", "the names are alike"),
        (b"draft=1", "draft", "it declares local-storage, and no cookie"),
    ],
)
def test_what_nearly_covers_a_name_is_found(line, pattern, why):
    policy = site(
        {"name": "token", "category": "necessary"},
        {"name": "_pk_*", "category": "statistical"},
        {"name": "draft", "kind": "local-storage", "category": "necessary"},
    )
    found = explained(line, policy)
    assert found.match is None
    assert (pattern, why) in [(near.pattern, near.why) for near in found.near]


@pytest.mark.parametrize(
    ("line", "headers", "words", "advice"),
    [
        (b"_ga=1", (), [], "it may leave once the visitor accepts statistical cookies; try --consent statistical"),
        (
            b"_ga=1",
            (),
            ["none"],
            "it may leave once the visitor accepts statistical cookies; try --consent statistical",
        ),
        (
            b"NID=1",
            GPC,
            [],
            "it may leave once the visitor accepts third-party cookies on this site; try --consent third",
        ),
        (b"_ga=1", EMBEDDED, [], "statistical and third-party cookies; try --consent statistical,third-party"),
        (b"NID=1", EMBEDDED, [], "third-party cookies; try --consent third-party"),
        (b"sid", (), [], "have the app send one name, an = and a value, without a line break"),
        (b"SID=1", (), [], 'if it is the same cookie as "sid", write both names alike'),
    ],
)
def test_what_to_do_is_said_of_a_line_that_does_not_leave(line, headers, words, advice):
    found = explained(line, headers=headers, consent=consent_from(words))
    assert not found.may_leave
    assert advice in " ".join(found.advice)
    assert found.document()["advice"] == list(found.advice)
    under = " ".join(printed(found).partition("What to do\n")[2].split()).lower()
    assert under.startswith(found.advice[0])


def test_nothing_is_to_be_done_about_a_line_that_leaves():
    assert explained(b"sid=1").advice == ()


def test_a_declaration_that_covers_a_name_less_closely_is_near():
    policy = site({"name": "_ga_X", "category": "necessary"}, {"name": "_ga*", "category": "statistical"})
    found = explained(b"_ga_X=1", policy)
    assert (found.match.pattern, found.match.category, found.match.why) == ("_ga_X", "necessary", "the same name")
    assert ("_ga*", "it covers the name, too, but less closely") in [(one.pattern, one.why) for one in found.near]


def test_a_declaration_is_named_with_its_file_and_line_also_one_of_a_base_or_a_preset(tmp_path):
    base, own = tmp_path / "platform.toml", tmp_path / "town.toml"
    base.write_text('[[cookies]]\nname = "_ga*"\ncategory = "statistical"\npurpose = "Counts visits"\n')
    own.write_text(
        'extends = ["preset:django", "platform.toml"]\n[site]\nname = "Town"\n\n'
        '[[cookies]]\nname = "theme"\ncategory = "first-party"\npurpose = "Colours"\n'
    )
    policy, places = Policy.load(own), places_of(own)
    found = [explained(line, policy, places).match.place for line in (b"_ga=1", b"theme=1", b"csrftoken=1")]
    assert found == [f"{base}:1:1", f"{own}:5:1", "preset:django"]
    assert explained(b"cookies_preferences=1", policy, places).match.place == ""  # no file declares it


@pytest.mark.parametrize(
    ("attribute", "counts", "meaning"),
    [
        (b"Max-Age=60", True, "keeps it for 1 minute"),
        (b"Max-Age=1.5", False, "not a whole number"),
        (b"Expires=soon", False, "no date"),
        (b"Expires=Thu, 01 Jan 2099 00:00:00 GMT", True, "Thu, 01 Jan 2099 00:00:00 GMT"),
        (b"Domain=example.org", True, "all hosts below it"),
        (b"Domain=google.com", True, "browsers refuse the line"),
        (b"Domain=", False, "empty"),
        (b"Path=x", False, "does not begin with /"),
        (b"Secure=no", True, "its value does not count"),
        (b"SameSite=Maybe", False, "neither Strict, Lax nor None"),
        (b"Priority=High", False, "by Chromium"),
        (b"Colour=red", False, "no such attribute"),
        (b"Path=/" + b"a" * 1024, False, "over 1024 bytes"),
    ],
)
def test_each_attribute_is_explained(attribute, counts, meaning):
    [read] = explained(b"sid=1; " + attribute).browsers.attributes
    assert read.counts is counts
    assert meaning in read.meaning
    assert len(read.value) < 100


def test_an_attribute_that_another_one_overrules_is_ignored():
    attributes = explained(
        b"sid=1; Expires=Thu, 01 Jan 2099 00:00:00 GMT; Path=/a; Max-Age=9; path=/b"
    ).browsers.attributes
    assert [one.counts for one in attributes] == [False, False, True, True]


@pytest.mark.parametrize(
    ("line", "label", "text"),
    [
        (b"a=1; Max-Age=99999999", "Kept", "for 400 days, though the line says"),
        (b"a=1; Max-Age=99999999999999999999", "Kept", "for ever"),
        (b"a=1; Max-Age=0", "Kept", "not at all"),
        (b"a=1", "Kept", "until the browser ends its session"),
        (b"a=1; Domain=example.org; Path=/p", "Sent to", "example.org and all hosts below it, under /p"),
        (b"a=1", "Sent to", "data.example.org alone (host-only), under /"),
        (b"__Host-a=1; Secure", "Prefix", "Path=/ and no Domain: the line lacks that"),
        (b"__Secure-a=1; Secure", "Prefix", "__Secure- demands Secure: the line has that"),
        (b"a=1", "SameSite", "Chromium takes Lax"),
        (b"a=1; Secure; Partitioned", "Partitioned", "kept apart"),
        (b"a=12345", "Value", "5 bytes"),
    ],
)
def test_what_browsers_make_of_the_whole_line_is_said(line, label, text):
    assert text in dict(explained(line).browsers.facts)[label]


def test_a_line_that_browsers_refuse_is_said_to_be_refused_and_may_leave_all_the_same():
    found = explained(b"sid=1; SameSite=None", scheme="http")
    assert found.may_leave
    text = " ".join(printed(found).split())
    assert text.startswith("Allowed (necessary), but browsers ignore it: SameSite=None without Secure.")
    assert "What to do Have the app mend the line" in text
    assert found.document()["ignored"] == ["SameSite=None without Secure"]
    assert "A browser would ignore this line: SameSite=None without Secure (RFC 6265bis 5.7)." in text


def test_a_line_that_the_middleware_mends_is_not_said_to_be_ignored():
    sid = {"name": "sid", "category": "necessary", "secure": True}
    found = explained(b"sid=1; SameSite=None", site(sid))
    assert (found.ignored, found.advice) == ((), ())
    assert printed(found).startswith("Allowed (necessary): the line leaves, with other attributes.")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b"_fbp=1", "Treated as first-party;"),
        (b"sid", "Treated as first-party;"),
        (b"sid=1", "Category: necessary;"),
    ],
)
def test_the_category_of_what_nobody_declared_does_not_look_declared(line, says):
    assert says in " ".join(printed(explained(line)).split())


@pytest.mark.parametrize(
    ("line", "words", "note"),
    [
        (b"NID=1", ["all"], "Sec-GPC refuses third-party cookies, but a choice on this site goes before it"),
        (b"_ga=1", [], "Sec-GPC refuses third-party cookies only"),
        (b"sid=1", [], "Sec-GPC refuses third-party cookies only"),
    ],
)
def test_what_became_of_a_signal_of_the_browser_is_noted(line, words, note):
    assert explained(line, consent=consent_from(words), headers=GPC).notes == (note,)
    assert explained(b"NID=1", headers=GPC).notes == ()  # the last step says it
    assert explained(line, headers=((b"sec-gpc", b"0"),)).notes == ()


def test_a_policy_that_heeds_no_signal_is_said_to_heed_none():
    policy = site({"name": "a", "category": "third-party"}, signals={"gpc": []})
    assert explained(b"a=1", policy, headers=GPC).notes == ("Sec-GPC changes nothing, for signals.gpc is empty",)


def test_no_value_is_shown():
    found = explained(b"_ga=a-secret; Path=/", consent=Consent.of(["statistical"]))
    assert "a-secret" not in printed(found) + json.dumps(found.document())


def test_a_host_without_a_policy_has_nothing_declared():
    policies = PolicySet([Policy.from_mapping(POLICY)])
    found = explain(policies.for_host("other.example"), b"sid=1", Circumstances(host="other.example"), {})
    assert (found.reason, found.site, found.left) == (Reason.NO_POLICY, "", None)
    assert 'no policy claims the host "other.example"' in found.remedy


def test_a_preferences_cookie_in_the_request_is_said_not_to_be_checked():
    policy = Policy.from_mapping(POLICY)
    cookie = preferences_cookie(policy, SECRET_KEY, "statistical", now=NOW).encode()
    found = explained(b"_ga=1", policy, headers=((b"cookie", cookie),))
    assert found.reason is Reason.UNDECIDED
    assert "cookies_preferences, but it was not checked" in found.notes[0]


def test_a_huge_line_is_explained_in_few_words():
    found = explained(b"a" * 4000 + b"=1" + b"; x=y" * 3000)
    assert found.browsers.other_attributes == 2980
    assert len(printed(found)) < 5000


def test_a_secure_cookie_over_http_is_refused_but_on_this_machine():
    for host, is_ignored in (("data.example.org", True), ("localhost", False), ("127.0.0.1", False)):
        found = explained(b"sid=1; Secure", scheme="http", host=host)
        assert (found.document()["ignored"] == ["Secure, but the scheme is not"]) is is_ignored
        assert ("this machine itself" in dict(found.browsers.facts)["Secure"]) is not is_ignored
