"""The tables of well-known cookies: sorted, without doubles, with a source each, and no row covers another's cookie."""

import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cookiewarden.policy.declaration import Category, Lifetime
from cookiewarden.policy.known_cookies import (
    advertising,
    analytics,
    consent_managers,
    delivery,
    frameworks,
    payments,
    social,
    support,
)
from cookiewarden.policy.known_cookies.lookup import known_cookie, known_cookies
from cookiewarden.policy.known_cookies.of_presets import cookies_of_presets
from cookiewarden.policy.known_cookies.secondary_sources import SecondarySource
from cookiewarden.policy.preset_cookies import cookies_of
from cookiewarden.policy.preset_files import preset_names
from cookiewarden.policy.values import cookie_name
from waiting import SECONDS_TO_WAIT

TABLES = [advertising, analytics, consent_managers, delivery, frameworks, payments, social, support]
ROWS = list(known_cookies())
NAMES = [name for row in ROWS for name in row.names]
each_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.provider}: {row.names[0]}")


@pytest.mark.parametrize("module", TABLES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_the_rows_of_a_table_are_sorted_by_provider_and_name(module):
    order = [(row.provider.lower(), row.names) for row in module.COOKIES]
    assert order == sorted(order)
    assert [row.names for row in module.COOKIES] == [tuple(sorted(row.names)) for row in module.COOKIES]


def test_every_table_is_looked_up():
    assert [row for module in TABLES for row in module.COOKIES] == ROWS


def test_there_are_some_hundreds_of_names_and_none_stands_twice():
    assert len(NAMES) > 400
    assert len(set(NAMES)) == len(NAMES)


@each_row
def test_a_row_holds_what_a_policy_file_may_say_and_a_source(row):
    assert [cookie_name(name) for name in row.names] == list(row.names)
    assert row.lifetime == "" or Lifetime.parse(row.lifetime).text == row.lifetime
    assert row.provider == row.provider.strip() != ""
    address = urlsplit(row.source)
    assert (address.scheme, bool(address.hostname), " " in row.source) == ("https", True, False)


@each_row
def test_a_name_finds_its_own_row_and_a_pattern_covers_no_name_of_another(row):
    for name in row.names:
        assert known_cookie(name.encode()) is row
        assert known_cookie(name.replace("*", "4f1").encode()) is row


@each_row
def test_a_pattern_leaves_short_beginnings_to_others(row):
    for prefix, star, suffix in (name.partition("*") for name in row.names):
        assert not star or len(prefix + suffix) >= 4


def test_no_row_covers_a_cookie_of_a_preset_and_every_one_of_these_is_found():
    for name, cookie in cookies_of_presets(preset_names()):
        found = known_cookie(name.replace("*", "4f1").encode())
        assert (found.names, found.provider, found.source) == (cookie.names, cookie.provider, cookie.source)


def test_presets_that_declare_one_name_agree_about_its_category():
    categories: dict[str, set[Category]] = {}
    for preset in preset_names():
        for declaration in cookies_of(preset):
            for name in declaration.names:
                categories.setdefault(name, set()).add(declaration.category)
    assert [name for name, found in categories.items() if len(found) > 1] == []


@pytest.mark.parametrize(
    ("name", "provider", "category", "lifetime"),
    [
        ("_ga", "Google Analytics", "statistical", "2 years"),
        ("_ga_ABC", "Google Analytics", "statistical", "2 years"),
        ("_gac_UA-1-2", "Google Ads", "third-party", "90 days"),
        ("_fbp", "Meta Pixel", "third-party", "90 days"),
        ("__stripe_mid", "Stripe", "necessary", "1 year"),
        ("cf_clearance", "Cloudflare", "necessary", ""),
        ("AWSALB", "Amazon Web Services", "necessary", "7 days"),
        ("OptanonConsent", "OneTrust", "necessary", "365 days"),
        ("intercom-id-x", "Intercom", "first-party", "9 months"),
        ("_hjSessionUser_123", "Hotjar", "statistical", "365 days"),
        ("_pk_id.1.fff", "Matomo", "statistical", "13 months"),
        ("_BEAMER_USER_ID_x", "Beamer", "first-party", ""),
        ("PHPSESSID", "PHP", "necessary", "session"),
        ("laravel_session", "Laravel", "necessary", ""),
        ("csrftoken", "django or litestar", "necessary", ""),
        ("kndctr_1_consent", "Adobe Experience Cloud", "necessary", "180 days"),
    ],
)
def test_a_well_known_cookie_is_found_by_its_name(name, provider, category, lifetime):
    found = known_cookie(name.encode())
    assert (found.provider, found.category, found.lifetime) == (provider, category, lifetime)


@pytest.mark.parametrize(
    ("pattern", "provider"),
    [
        ("_ga*", "Google Analytics"),
        ("_ga_*", "Google Analytics"),
        ("_BEAMER*", "Beamer"),
        ("_hj*", "Hotjar"),
        ("_pk_*", "Matomo"),
        ("BIGipServer*", "f5"),
        ("_*", None),
        ("*", None),
        ("town*", None),
    ],
)
def test_a_declared_pattern_is_found_if_it_speaks_of_one_provider(pattern, provider):
    assert getattr(known_cookie(pattern.encode()), "provider", None) == provider


@pytest.mark.parametrize(
    "name",
    [
        "",
        "_",
        "session_id",
        "theme",
        "lang",
        "cart",
        "visitor_id",
        "guest_id",
        "_GA",
        "ga",
        "town_session",
        "_town_session",
        "\0",
    ],
)
def test_a_plain_name_belongs_to_nobody(name):
    assert known_cookie(name.encode()) is None


@given(st.binary(max_size=100))
def test_any_name_can_be_looked_up(name):
    found = known_cookie(name)
    assert found is None or found.provider


def test_a_secondary_source_is_told_from_the_page_of_the_maker():
    assert known_cookie(b"_hjid").is_secondary
    assert not known_cookie(b"_ga").is_secondary
    assert {row.source for row in ROWS if row.is_secondary} == set(SecondarySource)


def test_most_names_of_what_a_suggestion_may_ask_about_have_the_page_of_their_maker():
    asked = [row for row in ROWS if row.category is Category.NECESSARY]
    assert sum(len(row.names) for row in asked if not row.is_secondary) > sum(len(row.names) for row in asked) / 2


def test_importing_the_middleware_loads_no_well_known_cookies_and_the_first_lookup_loads_all():
    code = """
import sys
import cookiewarden.wsgi
tables = "advertising analytics consent_managers delivery frameworks payments social support".split()
def loaded():
    return sum(f"cookiewarden.policy.known_cookies.{table}" in sys.modules for table in tables)
print("cookiewarden.policy.known_cookies" in sys.modules)
from cookiewarden.policy.known_cookies.lookup import known_cookie
print(loaded(), known_cookie(b"_fbp").provider, loaded())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=SECONDS_TO_WAIT)
    assert done.stdout.strip() == "False\n0 Meta Pixel 8", done.stderr
