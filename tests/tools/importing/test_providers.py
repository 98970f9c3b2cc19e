"""Whose cookies a title speaks of, and which titles only may name somebody."""

import pytest

from cookiewarden.tools.importing.providers import is_well_known, provider_in
from imports import imported

TITLES = {
    "Google Analytics cookies": "Google Analytics",
    "Google Analytics 4 (Google LLC)": "Google Analytics 4",
    "Google's cookies": "Google",
    "Cookies de Vimeo": "Vimeo",
    "Cookies d’AT Internet": "AT Internet",
    "Cookies Matomo": "Matomo",
    "Cookies (Hotjar)": "Hotjar",
    "Matomo-Cookies": "Matomo",
    "Cookies von YouTube": "YouTube",
    "Hotjar Ltd. (3)": "Hotjar Ltd",
    "Facebook": "Facebook",
}
NOBODY = ["Survey cookies", "Session cookies", "Our cookies", "Cookies", "Cookies we use", "Cookie Information", "Name",
          "Strictly necessary cookies", "Cookies von Drittanbietern", "Cookies strictement nécessaires", "",
          "Google Maps shows where we are", "HUMAN beings", "X"]  # fmt: skip


@pytest.mark.parametrize(("title", "provider"), TITLES.items())
def test_a_title_names_a_well_known_provider(title, provider):
    assert provider_in([title], ["a_b"]).name.removesuffix(".") in (provider, provider.removesuffix(" 4"))


@pytest.mark.parametrize("title", NOBODY)
def test_a_title_of_another_kind_names_nobody(title):
    assert provider_in([title], ["a_b"]) == ("", "")


@pytest.mark.parametrize("title", ["Cookies de Twitter", "Cookies set by Example Bank", "Cookies van Voorbeeld"])
def test_a_title_that_may_name_somebody_is_told_as_unclear(title):
    assert provider_in([title], ["a_b"]) == ("", title)


def test_the_nearest_title_that_names_anybody_counts():
    assert provider_in(["Name", "Hotjar cookies", "Google"], ["a_b"]).name == "Hotjar"


@pytest.mark.parametrize("title", ["Our own cookies", "First-party cookies", "Cookies of this site", "Eigene Cookies"])
def test_below_a_title_about_the_site_itself_nobody_else_is_the_provider(title):
    assert provider_in([title, "Google Analytics"], ["a_b"]) == ("", "")


def test_a_long_title_is_no_name():
    assert provider_in(["Hotjar " * 20 + "cookies"], ["a_b"]) == ("", "")


def test_the_company_of_a_well_known_cookie_is_sure_and_another_product_of_it_is_not():
    assert provider_in(["Meta Platforms, Inc."], ["_fbp"]).name == "Meta Platforms, Inc."
    assert provider_in(["Google Tag Manager"], ["_ga"]) == ("", "Google Tag Manager")


def test_words_about_cookies_are_no_service():
    assert not is_well_known("CookieConsent")


TABLE = "<table>{}<tr><th>{}<th>Purpose<tr><td>a_b<td>Counts.</table>"
SHAPES = {
    "a caption": TABLE.format("<caption>Hotjar cookies</caption>", "Name"),
    "the title of a column": TABLE.format("", "Hotjar cookies"),
    "a title across columns": TABLE.format("<tr><th colspan=2>Hotjar cookies", "Name"),
    "a row across columns": TABLE.format("", "Name").replace("<tr><td>", "<tr><td colspan=2>Hotjar cookies<tr><td>"),
    "a heading": "<h3>Hotjar</h3>" + TABLE.format("", "Name"),
    "a list with dashes": "<ul><li>a_b – Hotjar – counts – 1 day</ul>",
    "brackets after the name": "<ul><li>a_b (Hotjar): counts, 1 day</ul>",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_provider_is_found_in(shape):
    found = imported("<h1>Cookies</h1><h2>Statistics</h2>" + SHAPES[shape])
    assert [(cookie.names, cookie.provider, cookie.unclear) for cookie in found.cookies] == [(("a_b",), "Hotjar", ())]


def test_a_provider_in_its_own_column_wins():
    table = "<h2>Hotjar cookies</h2><table><tr><th>Name<th>Provider<th>Purpose<tr><td>a_b<td>Example<td>Counts.</table>"
    assert [cookie.provider for cookie in imported(table).cookies] == ["Example"]


def test_a_title_that_may_name_the_provider_is_noted_beside_the_cookie():
    (cookie,) = imported("<h1>Cookies</h1>" + TABLE.format("", "Cookies de Twitter")).cookies
    assert cookie.provider == ""
    assert ("provider", "Cookies de Twitter") in [(note.key, note.words) for note in cookie.unclear]


def test_a_title_in_capitals_names_nobody():
    assert provider_in(["COOKIES POLICY"], ["a_b"]) == ("", "")
