"""What a document says of the site: dates and languages of four kinds, host, name, introduction."""

from datetime import date

import pytest

from cookiewarden.tools.importing.facts import facts_of
from cookiewarden.tools.importing.html import read_html
from cookiewarden.tools.importing.update_dates import is_date_line, read_date

DAY = date(2021, 3, 30)


@pytest.mark.parametrize(
    "sentence",
    ["Last update: 2021-03-30", "Last updated on March 30, 2021", "Last updated: 30 March 2021",
     "Updated 30th March 2021",
     "Date of last update: 30/03/2021", "This policy was last reviewed "
                                        "on 30 March 2021.", "Dernière mise à jour : 30 mars 2021",
     "Mis à jour le 30/03/2021", "Date de dernière mise à jour : 30 mars 2021", "Laatst bijgewerkt op 30 maart 2021",
     "Laatste update: 30-03-2021", "Laatst gewijzigd: 30 maart 2021", "Letzte Aktualisierung: 30. März 2021",
     "Stand: 30.03.2021", "Version of 30 March 2021", "Version du 30 mars 2021", "Fassung vom 30. März 2021",
     "Versie van 30 maart 2021",
     "Zuletzt aktualisiert am 30. März 2021", "Letzte Änderung: 30.3.2021",
     "Effective date: 30 March 2021", "Effective: March 30th, 2021", "This policy is effective from 30 March 2021.",
     "Page actualisée le 30/03/2021", "En vigueur depuis le 30 mars 2021",
     "This policy was last amended on 30 March 2021",
     "Die Richtlinie wurde zuletzt am 30. März 2021 aktualisiert", "Versie 30 maart 2021", "Last modified 2021/03/30",
     "Gültig ab 30. März 2021", "Deze verklaring is van kracht sinds 30 maart 2021."],
)  # fmt: skip
def test_the_date_of_the_last_update_is_found(sentence):
    assert facts_of(read_html(f"<h1>Cookies</h1><p>Since 1999-01-01.<p>{sentence}")).updated == DAY
    assert is_date_line(sentence)


def test_the_date_of_an_update_counts_before_that_of_a_review():
    sentences = ["Last reviewed on 5 May 2025.", "Effective date: 1 May 2025", "Last updated on 30 March 2021."]
    for text in (" ".join(sentences), "<p>".join(sentences)):
        assert facts_of(read_html(f"<h1>Cookies</h1><p>{text}")).updated == DAY


@pytest.mark.parametrize(
    "sentence",
    ["La loi en vigueur depuis le 25 mai 2018 le demande.",
     "The law of 5 June 2012, in force since 1 July 2012, asks us.",
     "Effective measures of 5 May 2021", "La loi du 6 janvier 1978 modifiée le 6 août 2004", "Version 2.1.2024"],
)  # fmt: skip
def test_the_date_of_a_law_or_a_version_is_not_taken(sentence):
    facts = facts_of(read_html(f"<h1>Cookies</h1><p>{sentence}"))
    assert (facts.updated, facts.unclear_date) == (None, "")


@pytest.mark.parametrize(
    "before",
    ["The cookie is updated every 30 minutes.", "This page is updated every 30 minutes.",
     "This page was last changed for version 2.", "We stand by our promise of 1 May 2019.",
     "The latest changes of the law are of 1 May 2019.", "The list of our partners is updated.",
     "This policy was last updated for the law of 2018.", "İİİİİİİİİİİİİİİİİİİİİİİİİİİİ"],
)  # fmt: skip
@pytest.mark.parametrize("mark", [" ", "<p>"])
def test_prose_about_changes_does_not_hide_the_date_of_the_last_update(before, mark):
    facts = facts_of(read_html(f"<h1>Cookies</h1><p>{before}{mark}Last updated: 30 March 2021"))
    assert (facts.updated, facts.unclear_date) == (DAY, "")


@pytest.mark.parametrize(
    "sentence",
    ["We stand by our promise of 1 May 2019.", "The latest changes of the law are of 1 May 2019.",
     "The cookie is updated every 30 minutes.", "Our list is updated at least every 12 months.",
     "The law was updated on 1 May 2019."],
)  # fmt: skip
def test_prose_about_changes_of_something_else_has_no_date_of_an_update(sentence):
    facts = facts_of(read_html(f"<h1>Cookies</h1><p>{sentence}"))
    assert (facts.updated, facts.unclear_date) == (None, "")


@pytest.mark.parametrize(
    "text",
    ["We use few cookies. Updated 30 March 2021.", "Our policy (stand: 30.03.2021)", "Cookies – Stand 30.03.2021"],
)
def test_a_bare_word_for_an_update_counts_where_a_phrase_begins(text):
    assert facts_of(read_html(f"<h1>Cookies</h1><p>{text}")).updated == DAY


@pytest.mark.parametrize("line", ["Last update: March 2021", "Last update: 4/1/21", "Last update: 2021-02-30"])
def test_the_line_of_a_date_that_is_not_plain_is_none_of_the_introduction(line):
    facts = facts_of(read_html(f"<h1>Cookies</h1><p>{line}<p>We use only a few cookies."))
    assert facts.introduction == "We use only a few cookies."


def test_a_sentence_about_updates_belongs_to_the_introduction():
    sentence = "Our list of cookies on this page is updated at least every 12 months."
    assert facts_of(read_html(f"<h1>Cookies</h1><p>{sentence}")).introduction == sentence


def test_the_date_may_stand_in_the_next_block():
    assert facts_of(read_html("<h1>Cookies</h1><dl><dt>Last update:<dd>30 March 2021</dl>")).updated == DAY


@pytest.mark.parametrize(
    "words", ["Last updated: 03/04/2021", "Last update: March 2021", "Last update: 4/1/21", "Last update: 2021-02-30"]
)
def test_a_date_that_is_not_plain_is_told_as_unclear(words):
    facts = facts_of(read_html(f"<html lang=en><h1>Cookies</h1><p>{words}"))
    assert facts.updated is None
    assert facts.unclear_date == words


def test_a_date_with_slashes_is_plain_where_the_day_stands_first():
    assert read_date("03/04/2021", "fr") == (date(2021, 4, 3), False)
    assert read_date("03/04/2021", "en")[1]


def test_a_date_of_something_else_is_not_taken():
    assert facts_of(read_html("<h1>Cookies</h1><p>Founded on 2021-03-30.")).updated is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("We use cookies for the website that you visit.", "en"),
        ("Nous utilisons des cookies pour le site que vous visitez.", "fr"),
        ("Wij gebruiken cookies voor de website die u bezoekt.", "nl"),
        ("Wir verwenden Cookies für die Seite, die Sie besuchen.", "de"),
        ("_ga", "en"),
    ],
)
def test_the_language_is_that_of_the_words(text, language):
    assert facts_of(read_html(f"<p>{text}")).language == language


def test_the_language_that_the_document_names_counts_more():
    assert facts_of(read_html("<html lang=nl-BE><p>We use the cookies for you.")).language == "nl-be"
    assert facts_of(read_html('<html lang="!!"><p>We use the cookies for you.')).language == "en"


@pytest.mark.parametrize(
    ("markup", "host"),
    [
        ("<h2>What cookies are used on the &lt;https://data.example.org&gt; platform", "data.example.org"),
        ("<h2>What cookies are used on the data.example.org platform", "data.example.org"),
        ("<h1>Cookies</h1><p>This website (www.shop.example) uses cookies.", "www.shop.example"),
        ("<h1>Cookies</h1><p>This policy applies to www.shop.example.", "www.shop.example"),
        ("<h1>Cookies</h1><p>La présente politique s’applique au www.shop.example.", "www.shop.example"),
        ("<h1>Cookies</h1><p>Write to privacy@example.org about this site.", ""),
        ("<h1>Cookies</h1><p>Both sites, a.example and b.example, use cookies.", ""),
        ("<h1>Cookies</h1><p>The site sets cookies in cookies.php and index.html", ""),
        ("<h1>Cookies</h1><p>See allaboutcookies.org for more.", ""),
        ("<h1>Cookies</h1><p>More on the website www.allaboutcookies.org.", ""),
        ("<h1>Cookies</h1><p>Weitere Informationen auf der Webseite www.cookies.example.", ""),
        ("<h1>Cookies</h1><p>Read more on our website www.shop.example.", "www.shop.example"),
        ("<h1>Cookies</h1><p>Example Ltd (shop.example) uses cookies.", "shop.example"),
        ("<h1>Cookies</h1><p>How we use cookies at shop.example.", "shop.example"),
        ("<h1>Cookies</h1><p>Example Ltd operates shop.example.", "shop.example"),
        ("<link rel=canonical href='https://www.shop.example/c'><h1>Cookies on a.example</h1>", "www.shop.example"),
        ("<meta property=og:url content='https://shop.example/c'><h1>Cookies</h1>", "shop.example"),
        ("<base href='https://shop.example/'><h1>Cookies</h1>", "shop.example"),
        ("<link rel=canonical href='/cookies'><base href='//x'><h1>Cookies on shop.example</h1>", "shop.example"),
    ],
)
def test_the_host_is_the_one_that_the_document_speaks_of(markup, host):
    assert facts_of(read_html(markup)).host == host


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Cookie policy of Exampletown", "Exampletown"),
        ("Cookies policy", ""),
        ("Cookie policy | Exampletown", "Exampletown"),
        ("Exampletown – Cookie policy", "Exampletown"),
        ("Politique de cookies | Ville d'Exemple", "Ville d'Exemple"),
        ("Politique relative aux cookies du site Exempleville", "Exempleville"),
        ("Cookiebeleid van Voorbeeldstad", "Voorbeeldstad"),
        ("Cookie-Richtlinie der Website Beispielstadt", "Beispielstadt"),
        ("Cookie policy of the Zorkon Museum", "Zorkon Museum"),
        ("Politique de cookies de la Librairie des Quais", "Librairie des Quais"),
        ("Details about cookies on Apply for a permit", "Apply for a permit"),
        ("Cookieverklaring Gemeente Voorbeeldstad", "Gemeente Voorbeeldstad"),
        ("Cookies op voorbeeld.example", "voorbeeld.example"),
        ("Cookie policy of Example Ltd.", "Example Ltd."),
        ("Cookie-Richtlinie (EU)", ""),
        ("What is a cookie?", ""),
        ("Cookies we use", ""),
    ],
)
def test_the_name_is_what_the_title_has_beside_the_usual_words(title, name):
    assert facts_of(read_html(f"<h1>{title}</h1>")).name == name


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Stadt Neuburg", "Stadt Neuburg"),
        ("Cookies", ""),
        ("Datenschutzerklärung", ""),
        ("All that you ever wanted to know", ""),
    ],
)
def test_a_short_title_of_the_document_may_be_the_name(title, name):
    facts = facts_of(read_html(f"<title>{title}</title><h1>Cookies</h1>"))
    assert (facts.name, facts.unclear_name) == (name, name)


@pytest.mark.parametrize(
    ("markup", "name"),
    [
        ("<meta property=og:site_name content='Example Museum'><h1>Cookies</h1>", "Example Museum"),
        ('<h1>Cookies</h1><p>This policy explains how Example Ltd. ("Example") uses cookies.', "Example Ltd."),
        ("<h1>Cookies</h1><p>Example Shop (shop.example) uses cookies.", "Example Shop"),
        ("<h1>Cookies</h1><p>Example Town, https://town.example/cookies", "Example Town"),
        ("<h1>Cookies</h1><p>This policy explains how we use cookies.", ""),
        ("<h1>Cookies</h1><p>Google Analytics uses cookies.", ""),
    ],
)
def test_the_name_may_stand_in_the_head_or_in_a_sentence(markup, name):
    assert facts_of(read_html(markup)).name == name


@pytest.mark.parametrize(
    "line",
    [
        "Version of 1 May 2026",
        "Exampletown, 1 May 2026",
        "Contact us: dpo@example.org",
        "Your current state: Deny.",
        "A cookie is a small file.",
        "On this page",
    ],
)
def test_a_line_with_a_date_or_an_address_is_no_introduction(line):
    facts = facts_of(read_html(f"<h1>Cookies policy</h1><p>{line}<p>One sentence of it.<h2>A</h2>"))
    assert facts.introduction == "One sentence of it."


def test_the_contents_and_facts_of_a_page_are_no_introduction():
    facts = "<dl><dt>Contact<dd>x@example.org</dl><ul><li>What is a cookie?</ul>"
    markup = f"<h1>Cookies policy</h1>{facts}<p>One sentence of it."
    assert facts_of(read_html(markup)).introduction == "One sentence of it."


def test_the_introduction_stands_between_the_title_and_the_next_heading():
    markup = (
        "<nav>Home</nav><h1>Cookies policy</h1><a>Download as PDF</a><p>Last update: 2021-03-30"
        "<p>One sentence of it.<p>Another sentence of it.<h2>A</h2><p>No more of it."
    )
    assert facts_of(read_html(markup)).introduction == "One sentence of it.\n\nAnother sentence of it."
