"""Lifetimes in words of four languages: what they come to, and what is told as unclear."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cookiewarden.policy.declaration import Lifetime
from cookiewarden.tools.importing.lifetimes import is_lifetime, read_lifetime, read_lifetimes, with_unit

CLEAR = {
    "13 months": ["13 months", "13 mois", "13 maanden", "13 Monate", "13 Monaten", "thirteen months", "treize mois",
                  "dertien maanden", "dreizehn Monate", "jusqu'à 13 mois", "jusqu’à 13 mois maximum",
                  "up to 13 months",
                  "maximaal 13 maanden", "bis zu 13 Monate", "max. 13 months", "13 months after your last visit"],
    "1 year": ["1 year", "a year", "one year", "1 an", "un an", "1 année", "1 jaar", "een jaar", "één jaar",
    "1 Jahr", "ein Jahr",
               "eines Jahres", "1 yr", "1 year (12:00)", "1-year", "1 JAHR"],
    "2 years": ["2 years", "two years", "2 ans", "deux ans", "2 jaar", "twee jaar", "2 Jahre", "zwei Jahre",
    "2 Jahren", "2yrs", "2Y"],
    "30 minutes": ["30 minutes", "30 min", "30 mins", "30 minuten", "30 Minuten", "trente minutes",
    "dertig minuten", "half an hour",
                   "0.5 hours", "0,5 Stunden"],
    "24 hours": ["24 hours", "24h", "24 heures", "24 uur", "24 Stunden", "24 hrs", "24 Std"],
    "1 day": ["1 day", "a day", "1 jour", "un jour", "1 dag", "een dag", "1 Tag", "einen Tag", "1d"],
    "90 days": ["90 days", "90 jours", "90 dagen", "90 Tage", "90 Tagen", "ninety days", "quatre-vingt-dix jours"],
    "6 months": ["6 months", "six months", "6 mois", "zes maanden", "sechs Monate", "half a year",
    "ein halbes Jahr", "een half jaar"],
    "18 months": ["1.5 years", "1,5 Jahre", "1,5 jaar", "one and a half years", "anderthalb Jahre",
    "anderhalf jaar", "un an et demi",
                  "1 year and 6 months", "18 mois"],
    "389 days": ["1 year 24 days", "1 an et 24 jours", "1 jaar en 24 dagen", "1 Jahr und 24 Tage", "1 year, 24 days"],
    "399 days": ["1 year 1 month 4 days", "1 jaar 1 maand 4 dagen", "1 an, 1 mois et 4 jours"],
    "1 second": ["1 second", "1 seconde", "1 Sekunde", "one sec"],
    "2 weeks": ["2 weeks", "2 semaines", "twee weken", "zwei Wochen"],
    "1000 days": ["1,000 days", "1.000 Tage", "1000 jours"],
    "session": ["session", "Session", "Session cookie", "end of session", "at the end of the session",
    "when you close your browser",
                "until the browser is closed", "browser session", "fin de session", "durée de la session",
                "à la fermeture du navigateur",
                "jusqu’à la fermeture du navigateur", "sessie", "einde van de sessie",
                "bij het sluiten van de browser",
                "tot u de browser sluit", "Sitzung", "Sitzungsende", "Ende der Sitzung",
                "bis Sie den Browser schließen",
                "beim Schließen des Browsers", "durée de la visite", "duration of the visit"],
}  # fmt: skip
CASES = [(words, text) for text, all_words in CLEAR.items() for words in all_words]


@pytest.mark.parametrize(("words", "text"), CASES)
def test_words_for_a_lifetime_are_read_without_a_doubt(words, text):
    assert read_lifetime(words) == (text, "")


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("6 - 12 months", "12 months"),
        ("1 to 2 years", "2 years"),
        ("between 30 minutes and 2 years", "2 years"),
        ("30 minuten of 2 jaar", "2 years"),
        ("Session (30 minutes)", "30 minutes"),
    ],
)
def test_of_several_lifetimes_the_longest_is_read_and_the_doubt_told(words, text):
    found = read_lifetime(words)
    assert found.text == text
    assert found.unclear


@pytest.mark.parametrize(
    "words",
    ["persistent", "until deleted", "unbegrenzt", "permanent", "onbeperkt", "illimitée", "a few seconds",
     "31/12/2037", "variable",
     "see the policy of the provider", "2037-12-31", "0 days", "never", "1 a", "12"],
)  # fmt: skip
def test_what_is_not_a_length_of_time_is_told(words):
    assert read_lifetime(words) == ("", "it is not a length of time")


@pytest.mark.parametrize(
    "words", ["", " ", "-", "–", "n/a", "N.A.", "none", "geen", "keine", "aucune", "not stated", "non précisée", "?"]
)
def test_a_cell_without_a_lifetime_is_no_doubt(words):
    assert read_lifetime(words) == ("", "")


def test_each_line_or_part_of_a_cell_is_a_lifetime():
    assert [one.text for one in read_lifetimes("2 years\nsession", 2)] == ["2 years", "session"]
    assert [one.text for one in read_lifetimes("1 jour / 13 mois", 2)] == ["1 day", "13 months"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("2 years", True),
        ("up to 13 months", True),
        ("tot u de browser sluit", True),
        ("tot u het tabblad sluit", True),
        ("bis Sie den Browser schließen", True),
        ("expires at the end of the session", True),
        ("Counts visits for 2 years", False),
        ("2 clicks", False),
        ("Google Analytics", False),
        ("session of the visitor in the shop", False),
    ],
)
def test_words_are_a_lifetime_only_if_they_say_nothing_else(words, expected):
    assert is_lifetime(words) is expected


@given(st.text(max_size=60) | st.from_regex(r"([0-9]{1,12} ?(year|mois|dagen|Std|min|j)s?[ ,/-]{0,3}){1,5}"))
def test_whatever_is_read_is_a_lifetime_of_a_policy_file(words):
    found = read_lifetime(words)
    assert not found.text or Lifetime.parse(found.text)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("Two (2) years", "2 years"),
        ("a fortnight", "2 weeks"),
        ("een kwartier", "15 minutes"),
        ("1 000 jours", "1000 days"),
        ("6 maanden (180 dagen)", "6 months"),
        ("12 months (1 year)", "12 months"),
        ("1 mois et demi", "45 days"),
        ("two and a half years", "30 months"),
        ("twee en een half jaar", "30 months"),
        ("zweieinhalb Jahre", "30 months"),
        ("no more than 13 months", "13 months"),
        ("pas plus de 13 mois", "13 months"),
        ("Until the tab is closed", "session"),
        ("tot u het tabblad sluit", "session"),
        ("jusqu’à la fermeture de l’onglet", "session"),
        ("bis Sie den Tab schließen", "session"),
    ],
)
def test_other_ways_to_say_a_lifetime_are_read_without_a_doubt(words, text):
    assert read_lifetime(words) == (text, "")


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("between 1 and 2 years", "2 years"),
        ("entre 6 et 12 mois", "12 months"),
        ("tussen 1 en 2 jaar", "2 years"),
        ("zwischen 1 und 2 Jahren", "2 years"),
        ("one to two weeks", "2 weeks"),
        ("2 years and 24 hours", "2 years"),
    ],
)
def test_of_two_bounds_the_greater_is_read_and_the_doubt_told(words, text):
    assert read_lifetime(words) == (text, "the longest of several")


@pytest.mark.parametrize(
    "words",
    ["at least 1 year", "more than 1 year", "less than a year", "about 1 year", "approximately one year",
     "au moins 1 an",
     "moins d’un an", "environ un an", "minstens 1 jaar", "minder dan 1 jaar", "ongeveer 1 jaar", "mindestens 1 Jahr",
     "weniger als 1 Jahr", "ca. 1 Jahr", "etwa 1 Jahr", "> 1 year", "every 1 year"],
)  # fmt: skip
def test_a_length_that_is_not_exact_is_told(words):
    assert read_lifetime(words) == ("1 year", "it is not exact")


@pytest.mark.parametrize(("words", "text"), [("6 m", "6 months"), ("1 J.", "1 year")])
def test_a_letter_that_stands_for_two_units_is_told(words, text):
    assert read_lifetime(words) == (text, "the letter stands for two units")


def test_a_session_and_what_lasts_longer_is_no_session():
    assert read_lifetime("Session / Persistent") == ("", "it names the session, and what is longer")


def test_the_last_of_several_lifetimes_may_stand_after_and():
    found = read_lifetimes("2 ans, 24 heures et 1 minute", 3)
    assert [tuple(one) for one in found] == [("2 years", ""), ("24 hours", ""), ("1 minute", "")]
    assert read_lifetimes("2 ans et 24 heures", 3) == []


def test_lengths_that_may_be_one_or_several_are_told_as_unclear():
    assert read_lifetimes("1 year and 1 month", 2) == [("13 months", "it may be one for each name")] * 2


@pytest.mark.parametrize(
    ("cell", "title", "expected"),
    [
        ("730", "Duration (days)", "730 days"),
        ("13", "Durée (mois)", "13 months"),
        ("1,5", "Dauer in Jahren", "1,5 years"),
        ("session", "Duration (days)", "session"),
        ("730", "Duration", "730"),
    ],
)
def test_a_number_has_the_unit_of_its_title(cell, title, expected):
    assert with_unit(cell, title) == expected
