"""The verdict on each state: what was not seen is never said to be in order."""

from dataclasses import replace

import pytest

from audited_apps import GOOD, POLICY, STATISTICS, unknown
from cookiewarden import Policy
from cookiewarden.tools.audit.audit import audit_of
from cookiewarden.tools.audit.observed import Observed, Page, SeenHost, SeenLine, State
from cookiewarden.tools.audit.published import policy_of_page
from cookiewarden.tools.audit.verdicts import Verdict

URL = "https://shop.example/"
NOTHING_TO_ASK = Policy.from_mapping(
    {"site": {"name": "Shop"}, "cookies": [{"name": "sid", "category": "necessary", "purpose": "Signs you in"}]}
)


def seen(*pages, states=(State.NO_CHOICE,), lines=()):
    """Return what was observed: these statuses and problems of pages, before any choice."""
    opened = tuple(Page(State.NO_CHOICE, f"{URL}{number}", *page) for number, page in enumerate(pages))
    raw = tuple(SeenLine(State.NO_CHOICE, URL, line.encode(), 0.0) for line in lines)
    return Observed("shop", frozenset(states), opened, raw)


def judged(observed, policy=POLICY, **options):
    return audit_of(observed, policy, unknown, **options)


@pytest.mark.parametrize(
    ("pages", "verdict"),
    [
        ([(200,)], Verdict.IN_ORDER),
        ([(403,)], Verdict.NOT_VERIFIED),
        ([(None,)], Verdict.NOT_VERIFIED),
        ([(200, "answers with a challenge")], Verdict.NOT_VERIFIED),
        ([(200,), (500,)], Verdict.IN_ORDER),
        ([(200,), (500,), (403,)], Verdict.NOT_VERIFIED),
        ([(200,), (200,), (403,)], Verdict.IN_ORDER),
        ([(200,), (200, "ends too early"), (None,)], Verdict.NOT_VERIFIED),
        ([(200,), (404,), (404,), (410,)], Verdict.IN_ORDER),
        ([(404,), (404,)], Verdict.NOT_VERIFIED),
        ([(302,), (302,), (200,), (500,), (500,)], Verdict.NOT_VERIFIED),
        ([(302,)], Verdict.NOT_VERIFIED),
        ([(302,), (500,)], Verdict.NOT_VERIFIED),
        ([(302,), (200,)], Verdict.IN_ORDER),
        ([(304,)], Verdict.IN_ORDER),
    ],
)
def test_a_state_is_in_order_only_if_a_page_was_seen(pages, verdict):
    assert judged(seen(*pages)).verdicts[State.NO_CHOICE].verdict is verdict


def test_a_violation_is_one_even_on_a_page_that_refuses():
    audit = judged(seen((403,), lines=[STATISTICS]))
    assert audit.verdicts[State.NO_CHOICE].verdict is Verdict.VIOLATION


def test_a_violation_says_what_was_not_seen_besides():
    reasons = [
        judged(seen(*pages, lines=[STATISTICS])).verdicts[State.NO_CHOICE].reason
        for pages in ([(200,)], [(500,)], [(200,), (500,)])
    ]
    assert reasons == [
        "",
        "https://shop.example/0 answers with 500.",
        "1 of 2 pages could not be looked at: https://shop.example/1 answers with 500.",
    ]


def test_pages_that_could_not_be_seen_are_counted_in_the_reason_and_one_is_named():
    reason = judged(seen((302,), (200,), (200,), (403,), (404,))).verdicts[State.NO_CHOICE].reason
    assert reason == "2 of 4 pages could not be looked at. The first: https://shop.example/3 answers with 403."


def test_a_state_that_was_not_reached_says_why_if_that_is_known():
    observed = replace(seen((200,)), reasons={State.REFUSED: "The choice was not made: the site answers with 403."})
    verdicts = judged(observed).verdicts
    assert verdicts[State.REFUSED].reason == "The choice was not made: the site answers with 403."
    assert verdicts[State.ACCEPTED].reason == "The audit did not reach the site in this state; its notes say why."


@pytest.mark.parametrize(
    ("policy", "lines", "verdict"),
    [
        (NOTHING_TO_ASK, [GOOD], Verdict.NO_BANNER),
        (NOTHING_TO_ASK, ["unknown=1"], Verdict.NOT_VERIFIED),
        (POLICY, [GOOD], Verdict.NOT_VERIFIED),
        (None, [], Verdict.NO_BANNER),
        (None, ["gone=; Max-Age=0"], Verdict.NO_BANNER),
        (None, [GOOD], Verdict.NOT_VERIFIED),
    ],
)
def test_no_banner_is_needed_if_nothing_needs_consent(policy, lines, verdict):
    assert judged(seen((200,), lines=lines), policy).verdicts[State.REFUSED].verdict is verdict


def test_a_state_of_which_something_was_left_out_could_not_be_verified():
    audit = judged(replace(seen((200,)), cut=frozenset({State.NO_CHOICE})))
    assert audit.verdicts[State.NO_CHOICE].verdict is Verdict.NOT_VERIFIED
    assert "the notes say which" in audit.verdicts[State.NO_CHOICE].reason


@pytest.mark.parametrize("policy", [None, NOTHING_TO_ASK])
def test_no_site_that_contacts_hosts_nobody_declared_needs_no_banner(policy):
    hosts = tuple(SeenHost(State.NO_CHOICE, host) for host in ("shop.example", "pixel.example"))
    audits = [judged(replace(seen((200,)), hosts=hosts[:count]), policy) for count in (1, 2)]
    verdicts = [[one.verdict.value for one in audit.verdicts.values()][:2] for audit in audits]
    assert verdicts[0] == ["in order", "no banner needed"]
    assert verdicts[1] == ["could not verify" if policy is None else "in order", "could not verify"]


@pytest.mark.parametrize(
    ("url", "host", "is_own"),
    [
        (URL, "cdn.shop.example", True),
        ("https://www.shop.example/", "cdn.www.shop.example", True),
        ("https://www.gov.example/", "council.gov.example", False),
        ("https://www.gov.example/", "gov.example", False),
        (URL, "cdn.shop.example:8443", True),
        (URL, "notshop.example", False),
        ("https://app.shop.example/", "cdn.shop.example", False),
    ],
)
@pytest.mark.parametrize("is_published", [False, True])
def test_hosts_below_that_of_the_site_are_its_own_unless_the_policy_says_which_are(url, host, is_own, is_published):
    observed = Observed(
        "shop",
        frozenset({State.NO_CHOICE}),
        (Page(State.NO_CHOICE, url, 200),),
        hosts=(SeenHost(State.NO_CHOICE, host),),
    )
    published = b'{"name": "Shop", "categories": []}'
    policy = policy_of_page(published) if is_published else None
    audit = judged(observed, policy)
    assert [one.finding.rule.code for one in audit.findings] == (["CW211"] if is_published and not is_own else [])
    in_order = is_own or is_published
    assert (audit.verdicts[State.NO_CHOICE].verdict is Verdict.IN_ORDER) == in_order
    named = Policy.from_mapping({"site": {"name": "Shop", "hosts": ["shop.example"]}})
    codes = [one.finding.rule.code for one in judged(observed, named).findings]
    assert codes == ([] if host == "shop.example" else ["CW211"])


@pytest.mark.parametrize(
    ("target", "redirecting", "is_own"),
    [
        ("https://shop.example/", [], True),
        ("https://www.shop.example/", ["https://shop.example/"], True),
        ("https://www.shop.example/", [], False),
    ],
)
def test_what_is_below_the_host_without_www_is_own_if_that_host_is_seen_to_be_of_the_site(target, redirecting, is_own):
    pages = [Page(State.NO_CHOICE, "https://www.shop.example/", 200)]
    pages += [Page(State.NO_CHOICE, url, 301) for url in redirecting]
    hosts = (SeenHost(State.NO_CHOICE, "cdn.shop.example"),)
    observed = Observed(target, frozenset({State.NO_CHOICE}), tuple(pages), hosts=hosts)
    assert (judged(observed, None).verdicts[State.NO_CHOICE].verdict is Verdict.IN_ORDER) == is_own


def test_without_a_policy_scripts_that_did_not_run_leave_open_what_the_site_sets():
    observed = replace(seen((200,)), has_scripts=True)
    verdicts = judged(observed, None).verdicts
    assert {one.verdict for one in verdicts.values()} == {Verdict.NOT_VERIFIED}
    remedy = "The pages hold scripts, which did not run; look with --browser, or give a policy with --policy."
    assert verdicts[State.NO_CHOICE].reason == remedy
    assert [one.verdict for one in judged(observed, NOTHING_TO_ASK).verdicts.values()] == [
        Verdict.IN_ORDER,
        *[Verdict.NO_BANNER] * 3,
    ]


def test_no_site_that_was_not_seen_needs_no_banner():
    audit = judged(seen((403,)), NOTHING_TO_ASK)
    assert {one.verdict for one in audit.verdicts.values()} == {Verdict.NOT_VERIFIED}


def test_a_violation_outweighs_what_could_not_be_verified():
    assert judged(seen((200,), lines=[STATISTICS])).verdict is Verdict.VIOLATION


def test_a_warning_is_a_violation_only_if_that_is_asked_for():
    lines = ["sid=1; Max-Age=99999999; Secure; HttpOnly; SameSite=Lax"]
    verdicts = [judged(seen((200,), lines=lines), NOTHING_TO_ASK, is_strict=strict).verdict for strict in (False, True)]
    assert verdicts == [Verdict.IN_ORDER, Verdict.VIOLATION]
