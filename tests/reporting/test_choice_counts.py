"""The counts of choices: banners shown, what visitors chose, and what they withdrew, by site and source."""

import json
import threading
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cookiewarden import ChoiceEvent, ChoiceKey, Counts, Policy, PolicySet, asgi, banner_of, consent_of, wsgi
from cookiewarden.policy.consent import UNDECIDED, Consent
from cookiewarden.policy.declaration import CONSENT_CATEGORIES
from cookiewarden.reporting import choice_counts
from cookiewarden.reporting.choice_counts import ChoiceCounter
from exchanges import POLICY, SentRequest, Wrapped
from paged import FORM, JSON, OWN, Site
from scenarios import SET_OF_POLICIES, VERSIONED, chosen

SITE = "data.example.org"
MODULES = pytest.mark.parametrize("module", [asgi, wsgi])
NECESSARY = {**POLICY, "cookies": [cookie for cookie in POLICY["cookies"] if cookie["category"] == "necessary"]}
ANONYMIZED = {**POLICY, "cookies": [cookie for cookie in POLICY["cookies"] if cookie.get("anonymized")]}


def nothing(carrier):
    return ()


def choosing(act):
    """Return a view in which the visitor chooses."""

    def view(carrier):
        act(consent_of(carrier))
        return ()

    return view


def showing(*times, **options):
    """Return a view whose page holds the banner, so many times."""

    def view(carrier):
        for _ in times or [1]:
            banner_of(carrier, **options)
        return ()

    return view


def posted(body, *before):
    """Return a form of the preferences page, by a visitor who granted something before."""
    cookies = (chosen(*before),) if before else ()
    return SentRequest(path="/cookies/preferences", method="POST", headers=(FORM,), cookies=cookies), nothing, body


def put(body, *before):
    """Return a choice through the API."""
    cookies = (chosen(*before),) if before else ()
    return SentRequest(path="/cookies/preferences.json", method="PUT", headers=(JSON,), cookies=cookies), nothing, body


def viewed(act, *before):
    """Return a choice in a view."""
    return SentRequest(cookies=(chosen(*before),) if before else ()), choosing(act), b""


def events(counts):
    """Return the counts of choices by event and source. Check that they are all of one site."""
    assert {key.site for key in counts.choices} <= {SITE}
    return {(key.event.value, key.source): count for key, count in counts.choices.items()}


ALL = ("statistical", "first-party", "third-party")
CHOICES = {
    "accepted on the page": (posted(b"choice=accept"), {("accepted", "page"): 1}),
    "refused on the page": (posted(b"choice=refuse"), {("refused", "page"): 1}),
    "some on the page": (posted(b"choice=save&category=statistical"), {("partial", "page"): 1}),
    "one at a placeholder, the others open": (posted(b"choice=grant&category=third-party"), {("partial", "page"): 1}),
    "the last one at a placeholder": (
        posted(b"choice=grant&category=third-party", "statistical", "first-party"), {("accepted", "page"): 1},
    ),
    "withdrawn on the page": (
        posted(b"choice=refuse", *ALL), {("refused", "page"): 1, ("withdrawn", "page"): 1},
    ),
    "withdrawn in part on the page": (
        posted(b"choice=save&category=statistical", *ALL), {("partial", "page"): 1, ("withdrawn", "page"): 1},
    ),
    "granted more on the page": (posted(b"choice=accept", "statistical"), {("accepted", "page"): 1}),
    "an older version accepted": (
        posted(b"choice=accept&versions=statistical:AAAAAAAA first-party:AAAAAAAA third-party:AAAAAAAA"),
        {("accepted", "page"): 1},
    ),
    "accepted by the API": (
        put(b'{"granted": ["statistical", "first-party", "third-party"]}'), {("accepted", "api"): 1},
    ),
    "refused by the API": (put(b'{"granted": []}'), {("refused", "api"): 1}),
    "withdrawn by the API": (
        put(b'{"granted": ["statistical"]}', *ALL), {("partial", "api"): 1, ("withdrawn", "api"): 1},
    ),
    "accepted in a view": (viewed(lambda choice: choice.grant(*ALL)), {("accepted", "view"): 1}),
    "some in a view": (viewed(lambda choice: choice.grant("statistical")), {("partial", "view"): 1}),
    "one refused in a view, the others open": (
        viewed(lambda choice: choice.withdraw("statistical")), {("partial", "view"): 1},
    ),
    "withdrawn in a view": (
        viewed(lambda choice: choice.withdraw(), "statistical"), {("refused", "view"): 1, ("withdrawn", "view"): 1},
    ),
    "several times in one view": (
        viewed(lambda choice: choice.withdraw() and choice.grant(*ALL)), {("accepted", "view"): 1},
    ),
    "a stale grant withdrawn": (
        (
            SentRequest(cookies=(chosen("statistical", policy=VERSIONED),)),
            choosing(lambda choice: choice.withdraw("statistical")),
            b"",
        ),
        {("refused", "view"): 1, ("withdrawn", "view"): 1},
    ),
    "a form that cannot be read": (posted(b"choice=perhaps"), {}),
    "a visit without a choice": ((SentRequest(cookies=(chosen("statistical"),)), nothing, b""), {}),
}  # fmt: skip


@MODULES
@pytest.mark.parametrize(("asked", "expected"), CHOICES.values(), ids=CHOICES)
def test_each_choice_is_counted_by_what_it_was_and_how_it_was_made(module, asked, expected):
    app = Wrapped(module)
    app.ask(*asked)
    assert events(app.counts()) == expected


# What the site declares decides what all is.
DECLARED = {
    "statistics alone, granted by the API": (
        {**POLICY, "cookies": POLICY["cookies"][2:3]}, put(b'{"granted": ["statistical"]}'), "accepted",
    ),
    "statistics alone, with a category that is not declared": (
        {**POLICY, "cookies": POLICY["cookies"][2:3]}, put(b'{"granted": ["third-party"]}'), "partial",
    ),
    "anonymized statistics, objected to": (ANONYMIZED, posted(b"choice=refuse"), "refused"),
    "anonymized statistics, granted": (ANONYMIZED, posted(b"choice=accept"), "accepted"),
    "anonymized statistics objected to, and the rest granted": (
        {**POLICY, "cookies": POLICY["cookies"][3:]},
        posted(b"choice=save&category=first-party&category=third-party"),
        "partial",
    ),
    "nothing, and a view grants a script": (NECESSARY, viewed(lambda choice: choice.grant("third-party")), "accepted"),
    "nothing, and a view refuses all": (NECESSARY, viewed(lambda choice: choice.withdraw()), "refused"),
}  # fmt: skip


@MODULES
@pytest.mark.parametrize(("policy", "asked", "event"), DECLARED.values(), ids=DECLARED)
def test_all_is_what_the_site_asks_about(module, policy, asked, event):
    app = Wrapped(module, policy=policy)
    app.ask(*asked)
    assert [key.event for key in app.counts().choices] == [event]


BANNER = SentRequest(path="/cookies/banner")
SHOWN = {
    "in a page": ((SentRequest(), showing()), {}, 1),
    "in a page in its own language": ((SentRequest(), showing(language="fr")), {}, 1),
    "twice in one page": ((SentRequest(), showing(1, 2)), {}, 1),
    "by itself": ((BANNER,), {}, 1),
    "by itself, under report_only": ((BANNER,), {"report_only": True}, 1),
    "by itself, at another path": ((SentRequest(path="/legal/banner"),), {"pages": "/legal"}, 1),
    "not to a visitor who chose": ((SentRequest(cookies=(chosen("statistical"),)), showing()), {}, 0),
    "nor by itself": ((SentRequest(path="/cookies/banner", cookies=(chosen("statistical"),)),), {}, 0),
    "again to a visitor whose grant is stale": (
        (SentRequest(cookies=(chosen(*ALL, policy=VERSIONED),)), showing()), {}, 1,
    ),
    "not without cookies that need consent": ((SentRequest(), showing()), {"policy": NECESSARY}, 0),
    "not without pages": ((SentRequest(), showing()), {"pages": None}, 0),
    "not if no consent is needed": ((BANNER,), {"consent_needed": lambda carrier: False}, 0),
    "not on a host without a policy": ((SentRequest("x.example"), showing()), {"policy": SET_OF_POLICIES}, 0),
    "not by its head alone": ((SentRequest(path="/cookies/banner", method="HEAD"),), {}, 0),
    "not by its options": ((SentRequest(path="/cookies/banner", method="OPTIONS"),), {}, 0),
    "not by a method that it does not have": ((SentRequest(path="/cookies/banner", method="POST"),), {}, 0),
    "not by a redirect to it": ((SentRequest(path="/cookies/banner/"),), {}, 0),
    "not by another page": ((SentRequest(path="/cookies"),), {}, 0),
    "not by a page without it": ((SentRequest(), nothing), {}, 0),
}  # fmt: skip


@MODULES
@pytest.mark.parametrize(("asked", "options", "count"), SHOWN.values(), ids=SHOWN)
def test_a_banner_is_counted_once_for_each_response_that_holds_it(module, asked, options, count):
    app = Wrapped(module, **options)
    app.ask(*asked)
    assert events(app.counts()) == ({("shown", "banner"): count} if count else {})
    app.ask(*asked)
    assert events(app.counts()) == ({("shown", "banner"): 2 * count} if count else {})


def test_a_banner_that_the_browser_kept_is_not_counted_again():
    site = Site()
    tag = site.ask("/cookies/banner").header("etag")
    assert site.ask("/cookies/banner", headers=[("if-none-match", tag)]).status == 304
    assert [events(app.counts()) for app in (site.asgi, site.wsgi)] == [{("shown", "banner"): 1}] * 2


def test_a_choice_from_elsewhere_is_not_counted():
    site = Site()
    assert site.post("choice=accept", (FORM, ("sec-fetch-site", "cross-site"))).status == 403
    assert site.post("choice=accept", (FORM, OWN)).status == 303
    assert [events(app.counts()) for app in (site.asgi, site.wsgi)] == [{("accepted", "page"): 1}] * 2


@MODULES
def test_each_site_is_counted_by_itself(module):
    sites = [{**POLICY, "site": {"name": name, "hosts": [name]}} for name in ("town.example", "park.example")]
    app = Wrapped(module, policy=PolicySet(map(Policy.from_mapping, sites)))
    for host in ("town.example", "park.example", "park.example"):
        app.ask(SentRequest(host), showing())
    app.ask(
        SentRequest("park.example", path="/cookies/preferences", method="POST", headers=(FORM,)), body=b"choice=accept"
    )
    assert app.counts().choices == {
        ChoiceKey("town.example", ChoiceEvent.SHOWN, "banner"): 1,
        ChoiceKey("park.example", ChoiceEvent.SHOWN, "banner"): 2,
        ChoiceKey("park.example", ChoiceEvent.ACCEPTED, "page"): 1,
    }


@MODULES
def test_what_was_counted_stays_when_the_policy_is_loaded_anew(module):
    app = Wrapped(module)
    app.ask(SentRequest(), showing())
    assert app.reload(VERSIONED)
    app.ask(SentRequest(), showing())
    assert events(app.counts()) == {("shown", "banner"): 2}


@MODULES
def test_a_choice_is_counted_although_its_callback_fails(module):
    app = Wrapped(module, on_choice=lambda record: 1 / 0)
    app.ask(*posted(b"choice=accept"))
    assert events(app.counts()) == {("accepted", "page"): 1}


def test_the_callback_of_a_choice_finds_it_counted():
    found = []
    app = Wrapped(wsgi, on_choice=lambda record: found.append(events(app.counts())))
    app.ask(*posted(b"choice=accept"))
    assert found == [{("accepted", "page"): 1}]


KEYS = st.builds(ChoiceKey, st.text(max_size=3), st.sampled_from(ChoiceEvent), st.sampled_from(["banner", "page"]))
COUNTS = st.builds(
    Counts, st.just(0.0), st.just(1.0), st.just({}), st.just({}), choices=st.dictionaries(KEYS, st.integers(1, 99))
)


@given(COUNTS, COUNTS)
def test_counts_of_two_processes_add_up_and_survive_json(one, other):
    both = one + other
    assert both == other + one
    assert both.choices == Counter(one.choices) + Counter(other.choices)
    assert Counts.from_json(one.to_json()) == one


def test_json_of_an_older_version_holds_no_choices():
    old = json.loads(Counts(0.0, 1.0, {}, {}, {ChoiceKey(SITE, ChoiceEvent.SHOWN, "banner"): 1}).to_json())
    del old["choices"]
    assert Counts.from_json(json.dumps(old)) == Counts(0.0, 1.0, {}, {})


@pytest.mark.parametrize(
    "choices", [None, 1, [1], [["s", "shown", "banner"]], [["s", "seen", "banner", 1]], [["s", "shown", "banner", -1]]]
)
def test_what_are_not_counts_of_choices_is_an_error(choices):
    text = json.dumps({**json.loads(Counts(0.0, 1.0, {}, {}).to_json()), "choices": choices})
    with pytest.raises(ValueError, match="these are not counts"):
        Counts.from_json(text)


POLICIES = [Policy.from_mapping(one) for one in (POLICY, NECESSARY, ANONYMIZED)]
ANSWERS = st.dictionaries(st.sampled_from(CONSENT_CATEGORIES), st.booleans())


@given(st.sampled_from(POLICIES), ANSWERS, ANSWERS.filter(bool))
def test_each_choice_is_one_of_three_and_is_withdrawn_only_if_it_refuses_what_was_granted(policy, before, answers):
    def consent(given):
        granted, refused = ({one for one, is_granted in given.items() if is_granted is word} for word in (True, False))
        return UNDECIDED.with_answers(granted, refused, 0.0)

    old, new = consent(before), consent(answers)
    counter = ChoiceCounter()
    counter.add_choice(policy, old, new, "page")
    counted = Counter({key.event.value: count for key, count in counter.snapshot().items()})
    assert counted.pop("withdrawn", 0) == any(before.get(one) and answers.get(one) is False for one in answers)
    assert counted.total() == 1
    [event] = counted
    assert event != "accepted" or any(answers.values())
    assert event != "refused" or not any(answers.values())


def test_no_event_is_lost_between_threads():
    counter, policy = ChoiceCounter(), POLICIES[0]
    accepted = Consent.of(CONSENT_CATEGORIES)

    def hammer():
        for _ in range(2000):
            counter.add_banner(SITE)
            counter.add_choice(policy, UNDECIDED, accepted, "page")
            counter.snapshot()

    threads = [threading.Thread(target=hammer) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counter.snapshot() == {
        ChoiceKey(SITE, ChoiceEvent.SHOWN, "banner"): 16_000,
        ChoiceKey(SITE, ChoiceEvent.ACCEPTED, "page"): 16_000,
    }


def test_the_memory_is_bounded_and_the_sum_stays_exact(monkeypatch):
    monkeypatch.setattr(choice_counts, "_MAX_KEYS", 3)
    counter = ChoiceCounter()
    sites = [{**POLICY, "site": {"name": f"Site {number}"}} for number in range(9)]
    for site in sites:
        policy = Policy.from_mapping(site)
        for _ in range(2):
            counter.add_banner(policy.site.id)
            counter.add_choice(policy, UNDECIDED, Consent.of([]), "api")
    counted = counter.snapshot()
    assert len(counted) == 2 * (3 + 1)
    assert sum(counted.values()) == 2 * 9 * 2
    assert counted[ChoiceKey("Site 0", ChoiceEvent.SHOWN, "banner")] == 2
    assert counted[ChoiceKey("", ChoiceEvent.SHOWN, "banner")] == 2 * 6
    assert counted[ChoiceKey("", ChoiceEvent.REFUSED, "api")] == 2 * 6


def test_nothing_that_is_counted_says_who_chose():
    app = Wrapped(wsgi)
    personal = (FORM, ("user-agent", "Agent/7"), ("x-forwarded-for", "192.0.2.7"))
    app.ask(SentRequest(path="/cookies/preferences", method="POST", headers=personal), body=b"choice=accept")
    [key] = app.counts().choices
    assert tuple(key) == (SITE, "accepted", "page")
