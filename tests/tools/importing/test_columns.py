"""Columns by their titles in four languages, and by what their cells hold."""

import pytest

from cookiewarden.tools.importing.blocks import Table, Words
from cookiewarden.tools.importing.columns import Column, column_of
from cookiewarden.tools.importing.table_columns import titled_columns, told_columns, unread_titles

TITLES = {
    Column.NAME: ["Name", "Cookie", "Cookies", "Cookie name(s)", "Cookie name", "Name of the cookie", "Nom",
                  "Nom du cookie",
                  "Nom(s) du cookie", "Naam", "Naam van de cookie(s)", "Cookienaam", "Naam cookie",
                  "Name(n) des Cookies", "Cookie-Name",
                  "Bezeichnung", "Traceur", "Cookie / Data Key name", "Tracker",
                  "Libellé", "Dénomination", "Benaming", "Kennung", "Cookiebezeichnung"],
    Column.PROVIDER: ["Provider", "Service provider's name", "Provider name", "Vendor", "Set by",
                      "Data Controller", "Platform",
                      "Fournisseur", "Nom du fournisseur", "Fournisseur du service", "Émetteur", "Société",
                      "Aanbieder",
                      "Dienstverlener", "Naam van de aanbieder", "Geplaatst door", "Partij", "Anbieter",
                      "Diensteanbieter",
                      "Name des Anbieters", "Herausgeber", "Gesetzt von", "Service", "Propriétaire", "Origine",
                      "Eigenaar", "Van wie", "Verantwoordelijke", "Uitgever", "Afkomstig van", "Firma", "Who sets it",
                      "Cookie lié au service", "Related service"],
    Column.FUNCTION: ["Function and location", "Fonction et emplacement", "Functie en plaats", "Funktion und Ort",
                      "Function", "Functie"],
    Column.PURPOSE: ["Purpose", "Purposes", "Description", "What it does", "Purpose of the cookie", "Finalité",
                     "Finalités", "Détails", "Objectif",
                     "Description du cookie", "Doel", "Doeleinden", "Omschrijving", "Waarvoor", "Zweck",
                     "Verwendungszweck",
                     "Beschreibung", "Used for", "Usage", "Wat doet deze cookie?", "Nutzen"],
    Column.LIFETIME: ["Lifetime", "Expiry", "Expires", "Expires after", "Duration", "Retention period",
                      "Maximum Storage Duration",
                      "Kept for", "Lifespan", "Cookie lifetime", "Durée", "Durée de conservation",
                      "Durée de vie du cookie",
                      "Expiration", "Bewaartermijn", "Bewaarduur", "Looptijd", "Geldigheidsduur", "Vervalt na",
                      "Vervaldatum",
                      "Speicherdauer", "Laufzeit", "Cookie Laufzeit", "Ablauf", "Gültigkeitsdauer", "Dauer", "Life",
                      "Max. storage duration", "Persistance", "Speicherzeit", "Speicherzeitraum", "Haltbarkeit",
                      "Läuft ab", "Gespeichert für"],
    Column.CATEGORY: ["Category", "Cookie category", "Catégorie", "Categorie", "Kategorie", "Cookie-Kategorie"],
    Column.TYPE: ["Type", "Cookie type", "Type of cookie", "First/third party", "Type de cookie", "Soort", "Typ",
                  "Art", "Cookies used"],
    Column.DOMAIN: ["Domain", "Host", "Cookie Subgroup", "Cookie-Untergruppe", "Domaine", "Domein"],
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
     "https://example.org/cookie", "This cookie keeps you signed in.", "Country",
     "Pays d’origine", "Erkennung", "Wir nutzen", "Title"],
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


def table_of(*rows):
    return Table("", 0, tuple(tuple(map(Words, row)) for row in rows))


def test_of_two_rows_of_titles_the_one_that_says_more_counts():
    table = table_of(["Provider", "Cookie", "Cookie"], ["Provider", "Name", "Purpose"], ["Example", "a_b", "Counts."])
    assert titled_columns(table) == ([Column.PROVIDER, Column.NAME, Column.PURPOSE], 2)


def test_a_column_of_hosts_is_not_one_of_names_if_another_may_be_it():
    table = table_of(["Cookie group", "Cookies", "Expiry"], ["ads.example", "a", "1 day"])
    assert titled_columns(table)[0] == [Column.DOMAIN, Column.NAME, Column.LIFETIME]


def test_a_name_with_dots_stays_a_name_if_no_other_column_may_hold_names():
    table = table_of(["Cookie", "Expiry"], ["connect.sid", "1 day"])
    assert titled_columns(table)[0] == [Column.NAME, Column.LIFETIME]


def test_of_two_columns_titled_as_the_names_the_one_with_names_is_it():
    table = table_of(["Cookie", "Cookie name", "Expiry"], ["Matomo", "_pk_id.*", "1 day"], ["Us", "a_b", "1 day"])
    assert titled_columns(table)[0] == [None, Column.NAME, Column.LIFETIME]


@pytest.mark.parametrize(
    ("title", "cell", "column"),
    [
        ("Host", "Example Museum", Column.PROVIDER),
        ("Host", "ads.example", Column.DOMAIN),
        ("Host", "this site", Column.DOMAIN),
        ("Domain", "All", Column.DOMAIN),
        ("Party", "Example Museum", Column.PROVIDER),
        ("Party", "First party", Column.TYPE),
        ("Storage", "1 year", Column.LIFETIME),
        ("Storage", "session", Column.TYPE),
        ("Storage", "local storage", Column.TYPE),
    ],
)
def test_the_cells_tell_which_of_its_meanings_a_title_has(title, cell, column):
    assert titled_columns(table_of(["Name", "Purpose", title], ["a_b", "Counts.", cell]))[0][2] is column


@pytest.mark.parametrize("header_rows", [0, 1])
def test_below_a_title_that_says_nothing_names_are_names_and_the_other_titles_hold(header_rows):
    rows = ["Category|Purpose|Examples|Duration|Consent", "Analytics|Counts|a_b, _ga|2 years|Required"]
    columns, start = told_columns(table(*rows, header_rows=header_rows))
    assert columns == [Column.CATEGORY, Column.PURPOSE, Column.NAME, Column.LIFETIME, None]
    assert start == 1


def test_marked_cells_are_names_if_another_one_of_their_column_looks_like_a_name():
    def rows(first, second):
        return (Words("Examples"), Words("Duration")), *(
            (Words(name, (name,)), Words("1 day")) for name in (first, second)
        )

    assert told_columns(Table("", 1, rows("side:state", "a_b")))[0] == [Column.NAME, Column.LIFETIME]
    in_second = [tuple(reversed(row)) for row in rows("localStorage", "sessionStorage")]
    assert told_columns(Table("", 1, tuple(in_second)))[0] == []


def test_a_column_that_nobody_reads_is_named_unless_it_is_empty():
    titles = ["Name", "Purpose", "Expiry", "Remarks", "Country", "#"]
    table = table_of(titles, ["a_b", "Counts.", "1 day", "Both", "", "1"])
    assert unread_titles(table, *titled_columns(table)) == ("Remarks",)
