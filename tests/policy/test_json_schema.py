"""The JSON Schema accepts each file that the loader accepts, and rejects what can be told from a file alone."""

import json
import tomllib
from dataclasses import fields
from datetime import date
from importlib import resources

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cookiewarden import Policy, PolicyError
from cookiewarden.policy import keys
from cookiewarden.policy.declaration import Category, Declaration, Kind
from cookiewarden.policy.json_schema import SCHEMA_ID, policy_schema
from cookiewarden.policy.preset_files import preset_names
from cookiewarden.policy.signals import SignalOptions
from cookiewarden.policy.site import CategoryTexts, PreferencesOptions, Site
from cookiewarden.policy.statistics import StatisticsFacts
from documents import ROOT
from hypothesis_profiles import examples
from wrong_policies import COOKIE, MISSING, NEVER, WRONG, policy, with_cookie

VALIDATOR = jsonschema_rs.validator_for(policy_schema())
#: What only the loader can tell: it sees the bases, compares two values, counts days, or knows how hosts are encoded.
BEYOND_A_SCHEMA = [
    ("site.name", "missing"),
    ("cookies[1].name", '"a" is already declared at cookies[0]'),
    ("site.hosts", "xn--"),
    ("site.updated", "2021-03-30"),
    ("site.languages", "the same language twice"),
    ("site.language", "one of them: fr, nl"),
    ("preferences.lifetime", "asked again after 13 months at most"),
    ("statistics.evidence", "https"),
    ("preferences.domain", "__Host-"),
    ("cookies", "declared statistical"),
    ("cookies", '"a" is declared statistical'),
]


def as_json(source):
    """Return a policy as JSON has it, with dates as strings; ``None`` if JSON has no such value."""
    try:
        return json.loads(json.dumps(source, default=lambda value: value.isoformat()).encode("ascii"))
    except (AttributeError, TypeError):
        return None


def accepts(source):
    try:
        return VALIDATOR.is_valid(as_json(source))
    except UnicodeEncodeError:  # half a surrogate pair, of which no file in UTF-8 consists
        return False


def loads(source):
    try:
        Policy.from_mapping(source)
    except PolicyError:
        return False
    return True


def test_the_schema_is_one_by_its_own_standard_and_has_a_name_of_its_own():
    jsonschema_rs.meta.validate(policy_schema())
    assert policy_schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert policy_schema()["$id"] == SCHEMA_ID == "urn:cookiewarden:policy:1"


def test_the_package_holds_the_schema_that_the_code_makes():
    # Written by: cookiewarden schema -o src/cookiewarden/policy/policy.schema.json --force
    published = (resources.files("cookiewarden.policy") / "policy.schema.json").read_text("utf-8")
    assert json.loads(published) == policy_schema()


@pytest.mark.parametrize(
    ("table", "kind", "others"),
    [
        (keys.SITE, Site, set()),
        (keys.CATEGORY_TEXTS, CategoryTexts, set()),
        (keys.PREFERENCES, PreferencesOptions, set()),
        (keys.SIGNALS, SignalOptions, set()),
        (keys.STATISTICS, StatisticsFacts, set()),
        # A row has a name or names; the last two follow from where it stands, and from the rules that hold.
        (keys.COOKIES, Declaration, {"name", "is_preset", "is_exempt"}),
    ],
)
def test_each_table_has_the_keys_and_the_defaults_of_what_is_read_from_it(table, kind, others):
    assert set(table) ^ others == {field.name for field in fields(kind)}
    for field in fields(kind):
        key = table.get(field.name)
        if key is not None and key.default is not None:
            assert key.check(key.default) == (
                field.default_factory() if callable(field.default_factory) else field.default
            )


ALL_KEYS = [
    (section, name, key)
    for section, table in {
        "": keys.TOP,
        "categories": keys.CATEGORY_TEXTS,
        **keys.SECTIONS,
        "cookies": keys.COOKIES,
    }.items()
    for name, key in table.items()
]


def with_value(section, name, value):
    """Return a policy in which one key has a value, with what that key needs beside it."""
    if section == "cookies":
        only = keys.ONLY.get(name)
        category = {"category": only.category} if only else {}
        return with_cookie(**{**category, **({"name": MISSING} if name == "names" else {}), name: value})
    if section == "categories":
        return policy(categories={"statistical": {name: value}})
    if not section:
        return policy(**{name: value, **({"extends": "preset:django"} if name in ("remove", "rename") else {})})
    return policy(**{section: {**({"name": "Exampletown"} if section == "site" else {}), name: value}})


@pytest.mark.parametrize(("section", "name", "key"), ALL_KEYS)
def test_each_key_is_explained_in_one_sentence_and_its_example_loads(section, name, key):
    assert key.says[0].isupper()
    assert key.says.endswith(".")
    assert len(key.says) <= 120
    source = with_value(section, name, key.example)
    assert loads(source)
    assert accepts(source)


@pytest.mark.parametrize("wrong", [*NEVER, True], ids=lambda wrong: type(wrong).__name__)
def test_no_key_takes_a_value_that_the_loader_rejects_for_its_type(wrong):
    for section, name, _ in ALL_KEYS:
        source = with_value(section, name, wrong)
        assert accepts(source) == loads(source), (name, wrong)


@pytest.mark.parametrize(("source", "key", "words"), WRONG)
def test_the_schema_rejects_each_mistake_that_can_be_told_from_the_file(source, key, words):
    assert not accepts(source) or key in ("extends", "remove") or (key, words) in BEYOND_A_SCHEMA


def test_only_mistakes_that_the_schema_cannot_tell_are_excused():
    accepted = {(key, words) for source, key, words in WRONG if accepts(source)}
    assert set(BEYOND_A_SCHEMA) <= accepted


def files_of_policies():
    yield from sorted((ROOT / "examples").rglob("cookies.toml"))
    yield from sorted((ROOT / "examples" / "policies").glob("*.toml"))
    folder = resources.files("cookiewarden.policy") / "presets"
    yield from (folder / f"{name.removeprefix('preset:')}.toml" for name in preset_names())


@pytest.mark.parametrize("file", files_of_policies(), ids=lambda file: f"{file.parent.name}-{file.name}")
def test_every_example_and_every_preset_is_accepted(file):
    assert VALIDATOR.is_valid(as_json(tomllib.loads(file.read_text("utf-8"))))


@pytest.mark.parametrize(
    ("row", "is_right"),
    [
        ({"kind": "script", "name": "https://a.org/x?y=1;z"}, True),
        ({"kind": "cookie", "name": "https://a.org/x?y=1;z"}, False),
        ({"name": "https://a.org/x?y=1;z"}, False),
        ({"kind": "script", "name": "a", "path": "/"}, False),
        ({"kind": "pixel", "name": "a", "secure": False}, False),
        ({"kind": "host", "name": "Maps"}, False),
        ({"kind": "host", "name": "Maps", "hosts": []}, False),
        ({"kind": "host", "name": "Maps", "hosts": "a.org"}, True),
        ({"anonymized": False, "category": "necessary"}, True),
        ({"appearance": True, "category": "first-party"}, True),
        ({"same_site": "None", "secure": True}, True),
        ({"same_site": "Lax"}, True),
        ({"reason": "x", "category": "necessary"}, True),
        ({"name": "a,b"}, True),
        ({"name": "a, b"}, False),
        ({"name": "a b"}, True),
        ({"name": "*"}, True),
        ({"lifetime": "1 years"}, True),
        ({"lifetime": "01 day"}, False),
    ],
)
def test_what_a_key_of_a_declaration_asks_of_the_others_is_the_same_in_both(row, is_right):
    source = with_cookie(**row)
    assert (loads(source), accepts(source)) == (is_right, is_right)


@pytest.mark.parametrize(
    "written", ["2026-11-30", "2026-1-5", "٢٠٢٦-11-30", "2026-11- 5", "20261130", "2026-11-30T10:00"]
)
def test_a_date_is_written_with_the_same_digits_in_both(written):
    source = policy(site={"name": "x", "updated": written})
    assert accepts(source) == loads(source)


def test_a_date_of_toml_is_accepted_as_the_string_that_editors_pass_on():
    assert accepts(policy(site={"name": "x", "updated": date(2026, 11, 22)}))


WORDS = st.sampled_from([
    "a", "é", "x y", "_ga*", "*", "\ufeff", "\xa0x", "'q'", "a;b", "a=b", "en", "fr-BE", "FR", "session", "1 day",
    "13 months", "2026-1-5", "a.org", "A.org.", ".a.org", "*.é.org", "[::1]", "a_b.org:8000", "/a b", "https://a.org",
    "Lax", "None", "eu", "us-ca", *Category, *Kind,
])  # fmt: skip
PIECES = [
    "a", "Z", "é", "\xad", "\u3002", "\uff1a", ".", "..", "*", "*.", "-", "_", "[", "]", "::1", ":80", "/", " ", ", ",
    ";", "=", "\t", "\x1f", "\x7f", "\x85", "\u2028", "https://", "?q=%20#", "1", "0", " day", "s", "٣", "2026-", "\n",
]  # fmt: skip
STRINGS = WORDS | st.text(max_size=4) | st.lists(st.sampled_from(PIECES), max_size=6).map("".join)
VALUES = (
    STRINGS | st.booleans() | st.dates() | st.lists(STRINGS, max_size=3) | st.dictionaries(STRINGS, STRINGS, max_size=2)
)
#: For each key, its example and its default, values that other keys take, and any.
LIKELY = {
    section: st.fixed_dictionaries(
        {},
        optional={
            name: st.one_of(*(st.just(value) for value in (key.example, key.default) if value is not None), VALUES)
            for name, key in table.items()
        },
    )
    for section, table in {**keys.SECTIONS, "cookies": keys.COOKIES, "categories": keys.CATEGORY_TEXTS}.items()
}


@st.composite
def likely_policies(draw):
    """Draw a policy of which one table is drawn freely, so that many are valid."""
    section = draw(st.sampled_from(sorted(LIKELY)))
    table = draw(LIKELY[section])
    # Few keys at a time: each may be the wrong one.
    kept = dict(sorted(table.items())[: draw(st.integers(1, 3))])
    if section == "cookies":
        return policy(cookies=[{**COOKIE, **kept}])
    if section == "categories":
        return policy(categories={draw(st.sampled_from([*Category])): kept})
    return policy(**{section: {"name": "x", **kept} if section == "site" else kept})


@given(source=likely_policies())
@examples(1500)
def test_the_schema_accepts_whatever_the_loader_accepts(source):
    if loads(source):
        assert accepts(source), [error.message for error in VALIDATOR.iter_errors(as_json(source))]
