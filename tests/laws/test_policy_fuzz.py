"""Any bytes and any tables give results of the documented types, or the documented exceptions."""

import copy
import json
import math
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cookiewarden import Category, Consent, Decision, Policy, PolicyError, Reason
from cookiewarden.choices.preferences_cookie import PreferencesCookie, check_keys
from cookiewarden.http.cookie import cookie_values
from cookiewarden.http.set_cookie import Refusal, parse_set_cookie
from cookiewarden.http.set_cookie_line import names_of
from cookiewarden.policy.checking import check_files
from cookiewarden.policy.declaration import Kind
from cookiewarden.policy.file import read_policy
from cookiewarden.testing import preferences_cookie
from hypothesis_profiles import examples
from profiled import PROFILES, STATED
from well_known import well_known

NOW = 1_700_000_000.0
KEY = "a key of sixteen bytes or more"
CATEGORIES = ["necessary", "statistical", "first-party", "third-party"]
POLICY = Policy.from_mapping(
    {
        "site": {"name": "Exampletown"},
        "cookies": [
            {"name": name, "category": category, "purpose": "p"}
            for name, category in zip(["sid", "_ga*", "theme", "*_x"], CATEGORIES, strict=True)
        ],
    }
)

# Pieces of lines. What they make up is nearly a valid line.
PIECES = (
    b'sid|_ga|theme|__Host-|=|=|=|;|;|;| |\t|,|"|\\|1|0|-1|+|Max-Age|max-age=0|Expires=|Thu, 01 Jan 1970 00:00:00 GMT|'
    b"Fri, 01-Jan-2100 00:00:00 GMT|Dec, |Domain=|example.org|.|127.0.0.1|[::1]|Path=|/|Secure|HttpOnly|SameSite=None|"
    b"Partitioned|\r|\n|\0|\x0b|\x7f|\x85|\xa0|\xff|\xc3\xa9|Set-Cookie:|" + b"x" * 1025
).split(b"|")
UGLY = st.lists(st.sampled_from(PIECES), max_size=14).map(b"".join)
LINES = st.binary(max_size=80) | UGLY | UGLY.map(lambda line: line.decode("latin-1")) | st.text(max_size=30)
ODD_HOSTS = ["", "example.org", "WWW.Example.org:80", "127.0.0.1", "[::1]", "é.org", "[", "%"]
HOSTS = st.text(max_size=12) | st.sampled_from(ODD_HOSTS)
CHOICES = st.sets(st.sampled_from(CATEGORIES))


@given(line=LINES, host=HOSTS, scheme=st.text(max_size=6), path=st.text(max_size=8), now=st.floats(-1e10, 1e11))
@examples(1500)
def test_any_line_can_be_read_and_every_attribute_has_its_type(line, host, scheme, path, now):
    cookie = parse_set_cookie(line, host=host, scheme=scheme, path=path, now=now)
    assert cookie.names
    assert all(isinstance(name, bytes) and name == name.strip(b" \t") for name in cookie.names)
    assert len(set(cookie.names)) == len(cookie.names)
    assert cookie.names == names_of(cookie.line)
    assert cookie.name in cookie.line or cookie.is_malformed
    assert isinstance(cookie.value, bytes)
    assert isinstance(cookie.domain, str)
    assert isinstance(cookie.cookie_path, bytes)
    assert cookie.cookie_path.startswith(b"/")
    assert cookie.expiry is None or (isinstance(cookie.expiry, float) and not math.isnan(cookie.expiry))
    assert cookie.same_site in (None, "Strict", "Lax", "None")
    flags = ("secure", "http_only", "partitioned", "host_only", "is_malformed", "is_deletion")
    assert all(isinstance(getattr(cookie, flag), bool) for flag in flags)
    assert all(isinstance(refusal, Refusal) and all(refusal) for refusal in cookie.refusals)
    assert isinstance(repr(cookie), str)


@given(line=UGLY)
@examples(1500)
def test_a_deletion_expires_by_the_standard_and_is_not_malformed(line):
    cookie = parse_set_cookie(line, now=NOW)
    if cookie.is_deletion:
        assert cookie.expiry is not None
        assert cookie.expiry <= NOW - 86_400
        assert not cookie.is_malformed


@given(
    line=LINES,
    granted=st.none() | CHOICES | st.builds(Consent.of, CHOICES),
    host=HOSTS,
    scheme=st.text(max_size=6),
    path=st.text(max_size=8),
)
@examples(1500)
def test_any_line_gets_a_decision(line, granted, host, scheme, path):
    decision = POLICY.decide(line, granted, host=host, scheme=scheme, path=path, now=NOW)
    assert isinstance(decision, Decision)
    assert isinstance(decision.reason, Reason)
    assert isinstance(decision.category, Category)
    assert decision.allowed == (decision.reason in ("deletion", "necessary", "anonymized", "consented"))
    assert decision.declared == (decision.declaration is not None)
    assert decision.names == parse_set_cookie(line).names
    # Only the line decides, not where it was set; and granting more never blocks more.
    assert decision.reason == POLICY.decide(line, granted, now=NOW).reason
    if decision.allowed:
        assert POLICY.decide(line, CATEGORIES, now=NOW).allowed


@given(header=st.binary(max_size=60) | UGLY, name=st.binary(min_size=1, max_size=4) | st.just(b"sid"))
def test_any_cookie_header_gives_a_list_of_values(header, name):
    values = cookie_values(header, name)
    assert all(isinstance(value, bytes) and value in header for value in values)


PREFERENCES = PreferencesCookie(POLICY, check_keys(KEY))
SIGNED = preferences_cookie(POLICY, KEY, "statistical", now=NOW).partition("=")[2].encode()
CHOSEN = PREFERENCES.load([SIGNED], NOW)


def damaged(parts):
    at, raw, length = parts
    return SIGNED[:at] + raw + SIGNED[at + length :]


DAMAGE = st.tuples(st.integers(0, len(SIGNED)), st.binary(max_size=3), st.integers(0, 4)).map(damaged)


@given(values=st.lists(st.binary(max_size=40) | DAMAGE | st.just(b"." * 2000), max_size=6))
@examples(1000)
@example(values=[b"." * 1024])
@example(values=[b"\xff.\xff"])
@example(values=[SIGNED.replace(b".", b"\xa0.")])
def test_any_bytes_load_to_what_was_signed_or_to_nothing(values):
    loaded = PREFERENCES.load(values, NOW)
    assert loaded == (CHOSEN if SIGNED in values and len(set(values)) <= 16 else Consent())


WORDS = st.sampled_from(
    [*CATEGORIES, *["", "a", "_ga*", "**", "*", "en", "1 day", "session", "a.org", "*.a.org", "/", "3", "é", "\ud800"]]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=5) | st.dates()
FIELDS = ["name", "names", "category", "purpose", "anonymized", "lifetime", "path", "domain", "provider", "kind"]
SECTIONS = [
    "extends",
    "remove",
    "rename",
    "site",
    "preferences",
    "cookies",
    "hosts",
    "id",
    "language",
    "languages",
    "categories",
    "title",
    "explanation",
    "version",
    "updated",
    "en",
]
KEYS = st.text(max_size=3) | st.sampled_from(FIELDS + SECTIONS)
TABLES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=12
)
KINDS = WORDS | st.sampled_from([*Kind]) | TABLES
COOKIE = st.fixed_dictionaries(
    {"name": WORDS, "category": st.sampled_from(CATEGORIES), "purpose": WORDS},
    optional={"anonymized": st.booleans(), "appearance": st.booleans(), "kind": KINDS}
    | dict.fromkeys(["provider", "reason", "hosts"], TABLES)
    | dict.fromkeys(["lifetime", "path", "domain"], WORDS),
)
SITE = st.fixed_dictionaries(
    {"name": st.just("x")},
    optional={
        "hosts": TABLES,
        "id": WORDS,
        "language": WORDS,
        "languages": st.lists(WORDS, max_size=2),
        "profile": WORDS | st.lists(st.sampled_from(PROFILES), max_size=3),
    },
)
LIKELY = st.fixed_dictionaries(
    {"site": SITE},
    optional={
        "cookies": st.lists(COOKIE, max_size=3),
        "preferences": st.dictionaries(KEYS, WORDS, max_size=2),
        "categories": st.dictionaries(WORDS, TABLES | st.dictionaries(KEYS, WORDS, max_size=2), max_size=2),
        "statistics": st.dictionaries(st.sampled_from(list(STATED)), TABLES, max_size=2) | st.just(STATED),
        "remove": st.lists(WORDS, max_size=1),
        "rename": st.dictionaries(WORDS, WORDS, max_size=1),
    },
)


def check(make):
    """Make a policy or catch its ``PolicyError``, and check that the policy or the error is complete."""
    policy, problems = None, ()
    try:
        policy = make()
    except PolicyError as error:
        problems = error.problems
    assert bool(policy) != bool(problems)
    assert all(problem.file and problem.message and problem.remedy for problem in problems)
    if policy:
        names = [(declaration.kind, name) for declaration in policy.declarations for name in declaration.names]
        assert ("cookie", policy.preferences.name) in names
        assert len(set(names)) == len(names)
        assert isinstance(policy.decide("a=1", now=NOW), Decision)
        # A policy that loads can be used: a choice can be signed for the site, and its cookie passes.
        line = PreferencesCookie(policy, check_keys(KEY)).set_cookie(CHOSEN, NOW, secure=True)
        assert policy.decide(line, now=NOW).reason is Reason.NECESSARY


@given(mapping=st.dictionaries(KEYS, TABLES, max_size=5) | LIKELY)
@examples(500)
def test_any_mapping_gives_a_policy_or_a_policy_error_and_is_not_changed(mapping):
    before = copy.deepcopy(mapping)
    check(lambda: Policy.from_mapping(mapping))
    assert repr(mapping) == repr(before)


@given(mapping=LIKELY)
@examples(300)
def test_a_mapping_and_the_same_json_file_have_the_same_outcome(tmp_path_factory, mapping):
    path = tmp_path_factory.getbasetemp() / "fuzz.json"
    try:
        path.write_text(json.dumps(mapping))
    except TypeError:  # a date, which JSON does not have
        return
    outcomes = []
    for source in (mapping, path):
        try:
            document = read_policy(source)
            outcomes.append((document.site, document.preferences, document.declarations, document.category_texts))
        except PolicyError as error:
            outcomes.append([(problem.key, problem.remedy) for problem in error.problems])
    assert outcomes[0] == outcomes[1]


@given(mapping=LIKELY)
@examples(300)
def test_any_policy_is_checked_and_is_an_error_if_it_cannot_be_loaded(tmp_path_factory, mapping):
    path = tmp_path_factory.getbasetemp() / "checked.json"
    try:
        path.write_text(json.dumps(mapping))
    except TypeError:  # a date, which JSON does not have
        return
    findings = check_files([path], date(2026, 12, 1), PROFILES, well_known).findings
    assert all(finding.problem.message and finding.problem.remedy for finding in findings)
    problems = ()
    try:
        Policy.load(path)
    except PolicyError as error:
        problems = error.problems
    unloaded = {finding.problem.message for finding in findings if finding.rule.code == "CW001"}
    assert unloaded == {problem.message for problem in problems}


TOML = [
    "[site]\nname = 'x'\n",
    "[[cookies]]\n",
    "name = 'a'\n",
    "category = 'statistical'\n",
    "purpose = 'p'\n",
    "[",
    "'",
]
LINKS = [
    "hosts = ['a']\n",
    "extends = 'fuzz.toml'\n",
    "extends = '.'\n",
    "extends = ''\n",
    "x = 1\n",
    "\0",
    "\ufeff",
    "#",
]
JSON = [
    '{"site": ',
    '{"name": "x"}',
    "}",
    ", ",
    '"cookies": []',
    "null",
    "NaN",
    "1e999",
    '"\\ud800"',
    "[" * 2000,
    "]",
    "\0",
]
FRAGMENTS = st.sampled_from(TOML + LINKS + JSON)
CONTENTS = st.binary(max_size=60) | st.lists(FRAGMENTS, max_size=7).map(lambda parts: "".join(parts).encode())


@pytest.mark.parametrize("suffix", ["toml", "json"])
@given(content=CONTENTS)
@examples(400)
def test_any_file_gives_a_policy_or_a_policy_error(tmp_path_factory, suffix, content):
    path = tmp_path_factory.getbasetemp() / f"fuzz.{suffix}"
    path.write_bytes(content)
    check(lambda: Policy.load(path))
