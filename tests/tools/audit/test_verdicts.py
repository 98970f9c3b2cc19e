"""The verdict on each state: what was not seen is never said to be in order."""

from dataclasses import replace

import pytest

from audited_apps import GOOD, POLICY, STATISTICS, unknown
from cookiewarden import Policy
from cookiewarden.tools.audit.audit import audit_of
from cookiewarden.tools.audit.observed import Observed, Page, SeenHost, SeenLine, State
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


def test_pages_that_could_not_be_seen_are_counted_in_the_reason():
    assert judged(seen((200,), (500,))).verdicts[State.NO_CHOICE].reason.startswith("1 of 2 pages")


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


def test_a_state_of_which_a_bound_left_something_out_could_not_be_verified():
    audit = judged(replace(seen((200,)), cut=frozenset({State.NO_CHOICE})))
    assert audit.verdicts[State.NO_CHOICE].verdict is Verdict.NOT_VERIFIED
    assert "bound" in audit.verdicts[State.NO_CHOICE].reason


@pytest.mark.parametrize("policy", [None, NOTHING_TO_ASK])
def test_no_site_that_contacts_hosts_nobody_declared_needs_no_banner(policy):
    hosts = tuple(SeenHost(State.NO_CHOICE, host) for host in ("shop.example", "pixel.example"))
    audits = [judged(replace(seen((200,)), hosts=hosts[:count]), policy) for count in (1, 2)]
    verdicts = [[one.verdict.value for one in audit.verdicts.values()][:2] for audit in audits]
    assert verdicts[0] == ["in order", "no banner needed"]
    assert verdicts[1] == ["could not verify" if policy is None else "in order", "could not verify"]


def test_no_site_that_was_not_seen_needs_no_banner():
    audit = judged(seen((403,)), NOTHING_TO_ASK)
    assert {one.verdict for one in audit.verdicts.values()} == {Verdict.NOT_VERIFIED}


def test_a_violation_outweighs_what_could_not_be_verified():
    assert judged(seen((200,), lines=[STATISTICS])).verdict is Verdict.VIOLATION


def test_a_warning_is_a_violation_only_if_that_is_asked_for():
    lines = ["sid=1; Max-Age=99999999; Secure; HttpOnly; SameSite=Lax"]
    verdicts = [judged(seen((200,), lines=lines), NOTHING_TO_ASK, is_strict=strict).verdict for strict in (False, True)]
    assert verdicts == [Verdict.IN_ORDER, Verdict.VIOLATION]
