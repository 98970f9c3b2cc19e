"""Which tables and entries are taken for those of cookies, by the words around them."""

import pytest

from cookiewarden.tools.importing.html import read_html
from cookiewarden.tools.importing.interpreter import interpret

ROWS = "<tr><td>alpha<td>Counts<td>{}<tr><td>beta<td>Counts<td>{}"


def imported(page):
    return interpret(read_html(page))


def names(page):
    return [name for cookie in imported(page).cookies for name in cookie.names]


@pytest.mark.parametrize(
    "page",
    [
        "<h1>Cookies</h1><h2>Town hall</h2><table><tr><th>Cookie<th>Purpose<th>Remarks{}</table>",
        "<h1>Cookies</h1><h2>Analytics</h2><table><tr><th>Name<th>Purpose<th>Remarks{}</table>",
        "<h1>Cookies</h1><h2>Town hall</h2><table><caption>Analytics<tr><th>Name<th>Purpose<th>Remarks{}</table>",
        "<h1>Cookies</h1><h2>Town hall</h2><table><tr><th>Name<th>Purpose<th>Kept for{}</table>",
    ],
    ids=["title", "heading", "caption", "lifetimes"],
)
def test_a_table_counts_if_words_around_it_or_its_lifetimes_say_that_it_is_about_cookies(page):
    assert names(page.format(ROWS.format("1 year", "session"))) == ["alpha", "beta"]


def test_a_table_about_something_else_is_left_out_and_told():
    rows = ROWS.format("9-12", "14-17")
    page = f"<h1>Cookies</h1><h2>Town hall</h2><table><tr><th>Name<th>Function<th>Hours{rows}</table>"
    found = imported(page)
    assert found.cookies == ()
    assert [note.words for note in found.left_out] == ["alpha", "beta"]


def test_the_name_of_a_service_is_no_name_beside_that_of_its_cookie():
    rows = "".join(
        f"<tr><th>{label}<td>{value}"
        for label, value in {"Name": "Maps", "Purpose": "Shows maps", "Cookie name": "NID"}.items()
    )
    assert names(f"<h1>Cookies</h1><table>{rows}</table>") == ["NID"]


def test_a_line_below_a_heading_about_something_else_is_no_entry():
    assert names("<h1>Cookies</h1><h2>Lessons</h2><ul><li>violin_2: room 4</ul>") == []
    assert names("<h1>Cookies</h1><h2>Lessons</h2><ul><li>_violin: counts lessons</ul>") == ["_violin"]


def test_a_row_without_a_name_does_not_decide_whether_its_table_counts():
    rows = "<tr><td><td>Counts<td>x<tr><td>town_a, town_b<td>Counts<td>x<tr><td>town_c<td>Counts<td>x"
    page = f"<h1>Cookies</h1><h2>Town hall</h2><table><tr><th>Name<th>Purpose<th>Remarks{rows}</table>"
    assert names(page) == ["town_a", "town_b", "town_c"]


def test_code_below_a_heading_about_something_else_is_no_cookie_in_a_document_about_something_else():
    assert names("<h1>Privacy</h1><h2>Rights</h2><ul><li><code>Art_15</code>: access</ul>") == []


@pytest.mark.parametrize("heading", ["Cookies", "Necessary cookies"])
def test_a_column_says_yes_or_no_to_whether_a_cookie_is_necessary(heading):
    rows = "<tr><td>a_b<td>x<td>Yes<tr><td>c_d<td>x<td>No<tr><td>e_f<td>x<td>"
    page = f"<h1>{heading}</h1><table><tr><th>Cookie<th>Purpose<th>{{}}{rows}</table>"
    found = imported(page.format("Is this cookie strictly necessary?"))
    assert [cookie.category.value for cookie in found.cookies] == ["necessary", "first-party", "first-party"]
    assert {cookie.category.value for cookie in imported(page.format("Consent needed?")).cookies} == (
        {"necessary"} if "Necessary" in heading else {"first-party"}
    )


TABLE = "<table><tr><th>Cookie<th>Purpose<tr><td>{}<td>x</table>"


@pytest.mark.parametrize(
    ("paragraph", "category"),
    [
        ("With your consent, we also set these:", "first-party"),
        ("The following cookies are set by our advertisers:", "third-party"),
        ("We set these, too:", "necessary"),
    ],
)
def test_a_paragraph_between_two_tables_may_put_necessary_in_doubt(paragraph, category):
    page = f"<h2>Necessary cookies</h2>{TABLE.format('a_b')}<p>{paragraph}</p>{TABLE.format('c_d')}"
    first, second = imported(page).cookies
    assert (first.category.value, second.category.value) == ("necessary", category)
    assert [note.words for note in second.unclear] == ([] if category == "necessary" else [paragraph])


@pytest.mark.parametrize(
    ("paragraph", "category"),
    [
        ("These cookies are necessary for the website to work.", "necessary"),
        ("These cookies are necessary to show you what you like.", "first-party"),
        ("They keep your language.", "first-party"),
    ],
)
def test_functional_cookies_are_necessary_if_the_next_sentence_says_that_the_site_needs_them(paragraph, category):
    page = f"<h2>Functional cookies</h2><p>{paragraph}</p>{TABLE.format('a_b')}"
    (cookie,) = imported(page).cookies
    assert cookie.category.value == category
    assert bool(cookie.unclear) == (category != "necessary")


@pytest.mark.parametrize(
    "heading",
    ["Necessary data", "Essential services", "Données nécessaires", "Noodzakelijke gegevens", "Notwendige Daten"],
)
@pytest.mark.parametrize("title", ["Privacy", "Christmas cookies"])
def test_what_is_necessary_and_no_cookie_gives_no_necessary_cookies(heading, title):
    rows = "<tr><td>surname<td>Invoices<td>1 year<tr><td>user_id<td>Invoices<td>1 year<tr><td>IBAN<td>x<td>1 year"
    page = f"<title>{title}</title><h2>{heading}</h2><table><tr><th>Name<th>Purpose<th>Retention period{rows}</table>"
    found = imported(page)
    assert [name for cookie in found.cookies for name in cookie.names] == ["user_id", "IBAN"]
    assert "surname" in [note.words for note in found.left_out]
    for cookie in found.cookies:
        assert cookie.category.value == "first-party"
        assert [(note.key, note.words) for note in cookie.unclear] == [("name", heading), ("category", heading)]


def test_a_list_of_what_is_necessary_and_no_cookie_gives_no_necessary_cookies():
    found = imported(
        "<h1>Cookies</h1><h2>Essential data</h2><ul><li><code>user_id</code>: tells you apart (1 year)</ul>"
    )
    assert {cookie.category.value for cookie in found.cookies} == {"first-party"}


@pytest.mark.parametrize(
    "page",
    [
        "<h1>Cookies</h1><h2>Strictly necessary</h2><table><tr><th>Name<th>Purpose{}</table>",
        "<title>Cookies</title><h2>Essential for the site</h2><table><tr><th>Name<th>Purpose{}</table>",
        "<h2>Necessary</h2><table><tr><th>Cookie<th>Purpose{}</table>",
        "<h2>Necessary</h2><table><caption>Our cookies<tr><th>Name<th>Purpose{}</table>",
        "<h2>Necessary</h2><p>These cookies are necessary:</p><table><tr><th>Name<th>Purpose{}</table>",
        "<h2>Notwendige Cookies</h2><h3>Anmeldung</h3><table><tr><th>Name<th>Zweck{}</table>",
        "<h2>Témoins strictement nécessaires</h2><table><tr><th>Nom<th>Finalité{}</table>",
    ],
    ids=["page", "title", "column", "caption", "sentence", "heading", "témoin"],
)
def test_necessary_counts_if_something_says_it_of_cookies(page):
    (cookie,) = imported(page.format("<tr><td>a_b<td>Signs in")).cookies
    assert cookie.category.value == "necessary"
    assert cookie.unclear == ()


@pytest.mark.parametrize(
    "heading", ["Chat (only with consent)", "Facebook Pixel", "Google Analytics", "Other cookies:"]
)
def test_a_heading_below_necessary_may_put_it_in_doubt(heading):
    page = f"<h2>Necessary cookies</h2>{TABLE.format('a_b')}<h3>{heading}</h3>{TABLE.format('c_d')}"
    first, second = imported(page).cookies
    assert (first.category.value, second.category.value != "necessary") == ("necessary", True)
