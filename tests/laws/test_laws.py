"""The laws of the package over generated header lists, policies and choices, with ugly bytes (hypothesis)."""

import subprocess
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cookiewarden import Category, Consent, Policy, Reason, consent_of
from cookiewarden.choices.preferences_cookie import PreferencesCookie, check_keys
from cookiewarden.http.set_cookie_line import SERVER_BLANKS, is_deletion, names_of, read_names
from cookiewarden.policy.consent import UNDECIDED
from cookiewarden.policy.lifetimes import rules_of
from cookiewarden.testing import preferences_cookie
from exchanges import (
    NOW,
    POLICY,
    SECRET_KEY,
    SentRequest,
    kept_and_added,
    screened_by,
    set_cookies,
    speaks_to_caches,
    through_asgi,
    through_wsgi,
)
from strategies import CATEGORIES, acts, as_text, choices, consents, headers, lines, pairs, policies, ugly
from waiting import SECONDS_TO_WAIT

ADDABLE = {(b"cache-control", b"private"), (b"vary", b"Cookie")}
RECENT_DELETIONS = [
    (b"Set-Cookie", name + b"=; Expires=Sun, 15 Jun 2025 12:20:00 GMT") for name in (b"_ga", b"sid", b"_fbp", b"_pk_id")
]
PREFERENCES = PreferencesCookie(Policy.from_mapping(POLICY), check_keys(SECRET_KEY))


#: ``hypothesis_profiles`` says how many examples of a law are tried.
law = given


def cookies_of(policy, granted):
    """Return the Cookie headers of a visitor who granted these categories; none before a choice."""
    return () if granted is None else (preferences_cookie(policy, SECRET_KEY, *granted, now=NOW).encode(),)


def is_a_cookie(header):
    return header[0].rstrip(b" \t").lower() == b"set-cookie"


def is_another(header):
    """Return whether a header is not Set-Cookie, and cannot turn into one by its blanks or line breaks."""
    name = header[0].lower()
    return b"set-cookie" not in name and name[:1] not in (b" ", b"\t") and not any(byte in name for byte in b"\r\n\0")


@law(policies(), st.lists(pairs, max_size=6), choices, st.lists(ugly, max_size=3), acts, st.booleans())
def test_1_screening_never_raises(policy, given_headers, granted, cookie_headers, act, is_start):
    screened_by(policy, given_headers, (*cookies_of(policy, granted), *cookie_headers), act, is_start)


@pytest.mark.parametrize("thing", [None, 5, (), (b"a",), b"", "ab", object(), [b"a", b"b", b"c"], {}, {b"a", b"b"}])
@pytest.mark.parametrize("first", [(b"set-cookie", b"_fbp=1"), (b"a", b"1")])
def test_1_what_is_not_a_header_is_left_to_the_server(thing, first):
    left, _ = screened_by(POLICY, [first, thing], act=lambda choice: choice.is_decided)
    assert any(header is thing for header in left)


def test_1_screening_never_raises_even_if_python_forbids_comparing_bytes_with_strings():
    code = """
from cookiewarden.asgi import CookieWardenMiddleware
from cookiewarden.middleware.exchange import Exchange
screener = CookieWardenMiddleware(None, policy={"site": {"name": "Town"}}, secret_key="x" * 16)._screener
for name, line in ((b"a", b"1"), ("a", "1"), ("set-cookie", "_fbp=1"), (b"cache-control", "private"), ("vary", b"*")):
    exchange = Exchange()
    exchange.owner, exchange.judge, exchange.is_used, exchange.cookie_header = screener, None, False, b""
    screener.screen(exchange, {}, [(name, line)])
"""
    done = subprocess.run([sys.executable, "-bb", "-c", code], capture_output=True, text=True, timeout=SECONDS_TO_WAIT)
    assert done.returncode == 0, done.stderr


@law(policies(), headers, choices, acts)
def test_1_a_line_that_browsers_read_differently_is_dropped(policy, given_headers, granted, act):
    left, _ = screened_by(policy, given_headers, cookies_of(policy, granted), act)
    for line in set_cookies(left):
        assert not any(byte in line for byte in b"\r\n\0")
        assert names_of(line) == (line.partition(b";")[0].partition(b"=")[0].strip(b" \t"),)
        assert names_of(line) != (b"",)


@law(policies(), headers, choices, acts, st.booleans())
@example(Policy.from_mapping(POLICY), RECENT_DELETIONS, None, lambda choice: None, True)
def test_2_what_leaves_is_a_subsequence_and_known_additions(policy, given_headers, granted, act, is_start):
    left, has_changed = screened_by(policy, given_headers, cookies_of(policy, granted), act, is_start)
    kept, added = kept_and_added(given_headers, left)
    changed = [one for one, header in zip(left, kept, strict=False) if one is not header]
    for name, line in (one for one in changed if not speaks_to_caches(one)):
        assert name.rstrip(b" \t").lower() == b"set-cookie"
        if not is_within_limits(policy, line) or is_deletion(line, float(NOW)):
            decision = policy.decide(line.removesuffix(b"; Max-Age=0"), now=NOW)
            assert decision.reason is Reason.DELETION
            assert is_deletion(line, float(NOW))
    named = [header for header in added if header not in ADDABLE]
    assert all(
        name == b"set-cookie" and value.startswith(policy.preferences.name.encode() + b"=") for name, value in named
    )
    assert len(named) <= 1
    assert len(set(added)) == len(added)
    assert is_start or added == []
    assert has_changed == (len(kept) < len(given_headers) or bool(added) or bool(changed))
    assert list(filter(is_another, kept)) == list(filter(is_another, given_headers))


def is_within_limits(policy, line):
    """Return whether a line keeps its cookie no longer than is declared."""
    rules = [rules_of(found) for name in names_of(line) if (found := policy.declared.find(name))]
    return all(one is None or one.applied_to(line, float(NOW)) is line for one in rules)


def is_named_for_servers(names):
    """Return whether each name is left if a server strips it; a line without a name is malformed."""
    return all(name.strip(SERVER_BLANKS) for name in names)


@law(policies(), st.lists(lines(), max_size=20), choices)
def test_3_a_necessary_cookie_passes_and_so_does_a_deletion(policy, given_lines, granted):
    def is_fine(line):
        found, is_malformed = read_names(line)
        declared = [policy.declared.find(name) for name in found]
        is_necessary = all(one is not None and one.category is Category.NECESSARY for one in declared)
        is_fine = is_necessary and is_named_for_servers(found)
        return not is_malformed and (is_fine or is_deletion(line, float(NOW)))

    sent = [(b"set-cookie", line) for line in given_lines if is_fine(line)]
    left, has_changed = screened_by(policy, sent, cookies_of(policy, granted))
    assert kept_and_added(sent, left) == (sent, [])
    assert has_changed == (left != sent)


@law(policies(), headers)
def test_4_if_all_is_declared_and_granted_only_headers_for_caches_change(policy, given_headers):
    def is_fine(header):
        if not is_a_cookie(header):
            return is_another(header)
        found, is_malformed = read_names(header[1])
        is_declared = all(policy.declared.find(name) for name in found)
        is_fine = is_declared and is_named_for_servers(found) and is_within_limits(policy, header[1])
        return not is_malformed and is_fine

    sent = [header for header in given_headers if is_fine(header)]
    left, has_changed = screened_by(policy, sent, cookies_of(policy, CATEGORIES))
    kept, added = kept_and_added(sent, left)
    assert kept == sent
    assert added in ([], [(b"cache-control", b"private")])
    assert has_changed == (left != sent)


@law(policies(), headers, choices, st.booleans())
@example(Policy.from_mapping(POLICY), RECENT_DELETIONS, None, False)
def test_5_screening_twice_is_screening_once(policy, given_headers, granted, reads):
    cookies = cookies_of(policy, granted)

    def act(choice):
        return choice.is_decided if reads else None

    left, _ = screened_by(policy, given_headers, cookies, act)
    assert screened_by(policy, left, cookies, act) == (left, False)


@law(policies(), headers, st.sets(st.sampled_from(CATEGORIES)), st.sets(st.sampled_from(CATEGORIES)))
def test_5_granting_more_never_blocks_more(policy, given_headers, granted, more):
    fewer = kept_and_added(given_headers, screened_by(policy, given_headers, cookies_of(policy, granted))[0])[0]
    others = kept_and_added(given_headers, screened_by(policy, given_headers, cookies_of(policy, granted | more))[0])[0]
    remaining = iter(others)
    assert all(any(header is one for one in remaining) for header in fewer)


@law(consents, st.booleans())
def test_6_a_choice_loads_to_what_was_signed(consent, is_fresh):
    reader = PreferencesCookie(Policy.from_mapping(POLICY), check_keys(SECRET_KEY)) if is_fresh else PREFERENCES
    loaded = reader.load([PREFERENCES.dump(consent, consent.chosen_at).encode()], NOW)
    assert (loaded, loaded.versions) == (consent, consent.versions)


@law(consents, st.integers(0, 200), st.integers(0, 200), ugly)
def test_6_a_damaged_choice_loads_to_what_was_signed_or_to_nothing(consent, start, length, raw):
    value = PREFERENCES.dump(consent, consent.chosen_at).encode()
    spoilt = value[:start] + raw + value[start + length :]
    assert PREFERENCES.load([spoilt], NOW) in (consent, UNDECIDED)


@law(st.lists(consents, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_6_of_several_choices_only_what_all_grant_counts_in_any_order(given_consents, random):
    values = [PREFERENCES.dump(consent, consent.chosen_at).encode() for consent in given_consents]
    loaded = PREFERENCES.load(values, NOW)
    assert loaded.granted == frozenset.intersection(*(consent.granted for consent in given_consents))
    assert loaded.refused == frozenset.union(*(consent.refused for consent in given_consents))
    random.shuffle(values)
    assert PREFERENCES.load(values, NOW) == loaded


@law(policies(), as_text, choices, st.sampled_from(["http", "https"]), st.lists(ugly, max_size=2), acts)
def test_7_both_adapters_decide_alike(policy, sent, granted, scheme, cookie_headers, act):
    cookies = [header.decode("latin-1") for header in (*cookies_of(policy, granted), *cookie_headers)]
    request = SentRequest(scheme=scheme, cookies=tuple(cookies))

    def view(carrier):
        act(consent_of(carrier))
        return sent

    assert through_asgi(view, request, policy=policy) == through_wsgi(view, request, policy=policy)


@law(policies(), headers, choices, st.lists(st.tuples(st.booleans(), st.sets(st.sampled_from(CATEGORIES), min_size=1))))
def test_9_the_consent_at_the_time_of_the_response_decides(policy, given_headers, granted, answers):
    """The calls of a view, in order, decide as if the visitor had come with that consent."""
    final = {}
    if granted is not None:
        final = {category: category in granted for category in CATEGORIES}
    for says_yes, categories in answers:
        final |= dict.fromkeys(categories, says_yes)

    def act(choice):
        for says_yes, categories in answers:
            assert (choice.grant if says_yes else choice.withdraw)(*categories)

    consent = Consent(
        granted=frozenset(Category(word) for word, answer in final.items() if answer),
        refused=frozenset(Category(word) for word, answer in final.items() if not answer),
    )
    left, _ = screened_by(policy, given_headers, cookies_of(policy, granted), act)
    kept, added = kept_and_added(given_headers, left)
    expected = [
        line
        for line in set_cookies(given_headers)
        if policy.decide(line, consent, host="data.example.org", now=NOW).allowed
    ]
    assert set_cookies(kept) == expected
    assert len(set_cookies(added)) == bool(answers)
    if answers:
        pair = set_cookies(added)[0].partition(b";")[0]
        again, _ = screened_by(policy, given_headers, (pair,))
        assert set_cookies(kept_and_added(given_headers, again)[0]) == expected


@law(policies(), headers, choices)
def test_report_only_changes_nothing(policy, given_headers, granted):
    assert screened_by(policy, given_headers, cookies_of(policy, granted), report_only=True) == (given_headers, False)
