"""Names in sentences, and categories without a list: what the import does not declare, and still tells."""

import pytest

from cookiewarden.tools.importing.html import read_html
from cookiewarden.tools.importing.markdown import read_markdown
from cookiewarden.tools.importing.mentions import MAX_MENTIONS, headings_without_cookies, mentions_in
from cookiewarden.tools.importing.records import records_of
from cookiewarden.tools.importing.text import read_text
from imports import categories, doubts, imported

COOKIES = "<h1>Cookies</h1>"


def named(document, known=()):
    return [mention.name for mention in mentions_in(document, known)]


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("YouTube dépose les cookies YSC et VISITOR_INFO1_LIVE.", ["YSC", "VISITOR_INFO1_LIVE"]),
        ("<code>YSC</code> (session)", ["YSC"]),
        ("We count with <b>_ga</b>, _ga_&lt;id&gt; and _gid.", ["_ga", "_ga_*", "_gid"]),
        ("The cookie theme remembers dark mode.", ["theme"]),
        ("A cookie named theme keeps it.", ["theme"]),
        ("Le cookie « theme » garde votre choix.", ["theme"]),
        ("Ein Cookie „theme“ merkt es sich.", ["theme"]),
        ("De cookie met de naam theme onthoudt het.", ["theme"]),
        ("It is kept as <code>theme</code>.", ["theme"]),
        ("The cookie policy explains it. The cookie expires then. A cookie is a small file.", []),
        ("Set <code>Secure</code> and <code>document.cookie</code>, or see index.html and en_GB.", []),
        ("Affiche les messages de la ville.", []),
        ("Write to a_b@example.org or see https://example.org/a_b", []),
    ],
)
def test_the_names_in_a_sentence_are_told(sentence, names):
    assert sorted(named(read_html(f"{COOKIES}<p>{sentence}"))) == sorted(names)


def test_a_plain_word_in_backticks_or_before_a_dash_is_told_below_a_heading_about_cookies():
    assert named(read_markdown("# Cookies\n\nWe keep `theme` for a year.")) == ["theme"]
    assert named(read_markdown("# About us\n\nWe wrote `theme` in a year.")) == []
    assert named(read_text("Cookies we use\n\ntheme - dark mode\n")) == ["theme"]


def test_what_is_declared_or_covered_by_a_pattern_is_not_told_again():
    document = read_html(COOKIES + "<p>We set _ga_ABC1, _gid and YSC, and YSC again.")
    assert named(document, ["_ga_*", "_gid"]) == ["YSC"]


def test_the_words_around_a_name_are_its_sentence_and_hold_the_name():
    long = "word " * 100
    document = read_html(f"{COOKIES}<p>First. It sets YSC here. Last.<p>{long}_gid {long}")
    mentions = list(mentions_in(document, []))
    assert mentions[0].words == "It sets YSC here."
    assert "_gid" in mentions[1].words
    assert len(mentions[1].words) <= 160


def test_the_cells_of_other_tables_tell_well_known_names_alone():
    table = "<table><tr><th>Company<th>What<tr><td>Video<td>sets YSC and my_table</table>"
    assert named(read_html(COOKIES + table)) == ["YSC"]


def test_there_is_a_bound_to_the_names_and_the_last_one_says_so():
    document = read_html(COOKIES + "".join(f"<p>c_{number}" for number in range(MAX_MENTIONS + 9)))
    names = named(document)
    assert (len(names), names[-1]) == (MAX_MENTIONS + 1, "")


def without_cookies(markup):
    document = read_html(markup)
    return list(headings_without_cookies(document, list(records_of(document))))


@pytest.mark.parametrize("markup", ["<p>{} YSC", "<p>{}<p>YSC"])
def test_the_end_of_a_long_document_is_not_looked_at_and_that_is_told(markup):
    assert named(read_html(COOKIES + markup.format("word " * 100_000))) == [""]


LIST = "<ul><li>a_b: session, it does.</ul>"


@pytest.mark.parametrize(
    ("markup", "headings"),
    [
        (f"<h2>Necessary</h2>{LIST}<h2>Marketing</h2><p>Our partners show what you may like.", ["Marketing"]),
        (f"<h2>Necessary</h2>{LIST}<h2>Marketing</h2><p>We use no such cookies.", []),
        (f"<h2>Necessary</h2><p>What we need.<h2>The list</h2><h3>Necessary cookies</h3>{LIST}", []),
        (f"<h2>Marketing</h2><h3>Video</h3>{LIST}", []),
        ("<h2>Statistics</h2><p>x<h2>Statistics</h2><p>x", ["Statistics"]),
    ],
)
def test_a_category_of_which_no_cookie_is_listed_is_named(markup, headings):
    assert without_cookies(COOKIES + markup) == headings


def test_a_category_in_a_document_about_other_things_is_not_named():
    assert without_cookies("<h1>About us</h1><h2>Marketing</h2><p>Ann leads it.") == []


def test_a_name_in_a_sentence_is_a_doubt_and_no_declaration():
    found = imported(f"{COOKIES}<h2>Necessary</h2>{LIST}<h2>Cookies tiers</h2><p>YouTube dépose YSC.")
    assert categories(found) == {"a_b": "necessary"}
    assert doubts(found) == {("name", "YouTube dépose YSC."), ("category", "Cookies tiers")}


def test_the_place_of_a_name_in_code_is_only_looked_for_if_it_is_told():
    marks = "".join(f"<code>a{number}</code> " for number in range(2 * MAX_MENTIONS))
    mentions = list(mentions_in(read_html(f"{COOKIES}<p>{marks}"), []))
    assert len(mentions) == MAX_MENTIONS + 1
    assert all(mention.name in mention.words for mention in mentions)


@pytest.mark.parametrize("line", ["Version: QouGYSF_", "Version : a_b", "Versie: a_b"])
def test_the_version_of_a_document_is_no_name(line):
    assert list(mentions_in(read_html(f"{COOKIES}<p>{line}"), [])) == []


@pytest.mark.parametrize("sentence", ["De browser bewaart de cookie een tijd.", "Le cookie une fois placé reste."])
def test_an_article_after_the_word_cookie_is_no_name(sentence):
    assert list(mentions_in(read_html(f"{COOKIES}<p>{sentence}"), [])) == []


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("We use a session cookie Example.Sign.In to know you.", ["Example.Sign.In"]),
        ("We use the cookie ads.example.org to know you, e.g. by cookie. Then it ends.", []),
    ],
)
def test_a_name_with_dots_after_the_word_cookie_is_told_and_a_host_is_not(sentence, names):
    assert named(read_html(f"{COOKIES}<p>{sentence}")) == names


def test_the_cells_of_other_tables_tell_what_is_marked_and_has_the_shape_of_a_name():
    cells = "<td><code>side:state</code><td><code>Secure</code><td><code>ads.example.org</code>"
    assert named(read_html(f"{COOKIES}<table><tr>{cells}</table>")) == ["side:state"]


def test_the_name_of_a_cookie_is_no_heading_of_a_category():
    assert without_cookies(f"{COOKIES}<h2>theme-preference</h2><p>It does.<p>Duration: 1 year") == []
