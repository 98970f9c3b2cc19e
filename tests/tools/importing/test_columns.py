"""Columns by their titles in four languages, and by what their cells hold."""

import pytest

from cookiewarden.tools.importing.blocks import Table, Words
from cookiewarden.tools.importing.columns import Column, column_of, titled_columns, told_columns

TITLES = {
    Column.NAME: ["Name", "Cookie", "Cookies", "Cookie name(s)", "Cookie name", "Name of the cookie", "Nom",
                  "Nom du cookie",
                  "Nom(s) du cookie", "Naam", "Naam van de cookie(s)", "Cookienaam", "Naam cookie",
                  "Name(n) des Cookies", "Cookie-Name",
                  "Bezeichnung", "Traceur", "Cookie / Data Key name", "Tracker"],
    Column.PROVIDER: ["Provider", "Service provider's name", "Provider name", "Vendor", "Set by",
                      "Data Controller", "Platform",
                      "Fournisseur", "Nom du fournisseur", "Fournisseur du service", "Émetteur", "Société",
                      "Aanbieder",
                      "Dienstverlener", "Naam van de aanbieder", "Geplaatst door", "Partij", "Anbieter",
                      "Diensteanbieter",
                      "Name des Anbieters", "Herausgeber", "Gesetzt von", "Service"],
    Column.FUNCTION: ["Function and location", "Fonction et emplacement", "Functie en plaats", "Funktion und Ort",
                      "Function", "Functie"],
    Column.PURPOSE: ["Purpose", "Purposes", "Description", "What it does", "Purpose of the cookie", "Finalité",
                     "Finalités", "Objectif",
                     "Description du cookie", "Doel", "Doeleinden", "Omschrijving", "Waarvoor", "Zweck",
                     "Verwendungszweck",
                     "Beschreibung", "Used for", "Usage"],
    Column.LIFETIME: ["Lifetime", "Expiry", "Expires", "Expires after", "Duration", "Retention period",
                      "Maximum Storage Duration",
                      "Kept for", "Lifespan", "Cookie lifetime", "Durée", "Durée de conservation",
                      "Durée de vie du cookie",
                      "Expiration", "Bewaartermijn", "Bewaarduur", "Looptijd", "Geldigheidsduur", "Vervalt na",
                      "Vervaldatum",
                      "Speicherdauer", "Laufzeit", "Cookie Laufzeit", "Ablauf", "Gültigkeitsdauer", "Dauer"],
    Column.CATEGORY: ["Category", "Cookie category", "Catégorie", "Categorie", "Kategorie", "Cookie-Kategorie"],
    Column.TYPE: ["Type", "Cookie type", "Type of cookie", "First/third party", "Type de cookie", "Soort", "Typ",
                  "Art", "Cookies used"],
    Column.DOMAIN: ["Domain", "Host", "Cookie Subgroup", "Domaine", "Domein"],
}  # fmt: skip
TITLE_CASES = [(title, column) for column, titles in TITLES.items() for title in titles]


@pytest.mark.parametrize(("title", "column"), TITLE_CASES)
def test_a_title_says_what_its_column_is_about(title, column):
    assert column_of(title) is column
    assert column_of(title.upper() + ":") is column


@pytest.mark.parametrize(
    "title",
    ["Remarks", "Consent required", "User Privacy & GDPR Rights Portals", "Privacy policy", "", "ID", "_ga",
     "cookie_name", "sessionid",
     "https://example.org/cookie", "This cookie keeps you signed in.", "Country"],
)  # fmt: skip
def test_another_title_says_nothing(title):
    assert column_of(title) is None


def table(*rows: str, header_rows: int = 0) -> Table:
    return Table("", header_rows, tuple(tuple(map(Words.of, row.split("|"))) for row in rows))


def test_the_titles_may_stand_below_a_row_that_spans_the_table():
    columns, start = titled_columns(table("Our cookies|Our cookies", "Name|Purpose", "_ga|Counts visits"))
    assert (columns, start) == ([Column.NAME, Column.PURPOSE], 2)


def test_a_function_is_the_purpose_if_no_column_says_the_purpose():
    assert titled_columns(table("Cookie|Function", "a|b"))[0] == [Column.NAME, Column.PURPOSE]
    assert titled_columns(table("Function|Cookie|Purpose", "a|b|c"))[0][0] is Column.FUNCTION


@pytest.mark.parametrize(
    "rows", [("Country|Name", "France|CNIL"), ("_ga|Google", "_gid|Google"), ("Browser|Link", "Firefox|there")]
)
def test_a_table_of_other_things_has_no_titles(rows):
    assert titled_columns(table(*rows, header_rows=1)) == ([], 0)


def test_without_titles_the_cells_tell():
    columns, start = told_columns(
        table("Google|_ga|2 years|Counts the visits of the site", "Google|_gid|1 day|Counts them, too")
    )
    assert start == 0
    assert columns == [None, Column.NAME, Column.LIFETIME, Column.PURPOSE]


def test_cells_that_do_not_look_like_names_tell_nothing():
    assert told_columns(table("apples|2 years|red", "pears|1 day|green"))[0] == []
    assert told_columns(table())[0] == []
