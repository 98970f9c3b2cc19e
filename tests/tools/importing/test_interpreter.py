"""Whole documents of many shapes: which cookies they declare, as what, and what is told as unclear."""

import pytest

from cookiewarden.policy.declaration import Category, Kind
from cookiewarden.tools.importing.interpreter import MAX_COOKIES
from imports import categories, doubts, imported, lifetimes

NECESSARY = "<h2>Necessary cookies</h2>"
ROW = "<table><tr><th>Name<th>Purpose<th>Expiry<tr><td>{}<td>It does.<td>1 year</table>"

SHAPES = {
    "a table": NECESSARY + ROW.format("a_b"),
    "titles in plain cells": NECESSARY + ROW.format("a_b").replace("<th>", "<td>"),
    "titles below a row that spans": NECESSARY
    + ROW.format("a_b").replace("<table>", "<table><tr><td colspan=3>Our cookies"),
    "a caption": ROW.format("a_b").replace("<table>", "<table><caption>Necessary cookies"),
    "a row that is a heading": ROW.format("a_b").replace("<tr><td>", "<tr><td colspan=3>Necessary cookies<tr><td>"),
    "a row of one cell that is a heading": ROW.format("a_b").replace("<tr><td>", "<tr><td>Necessary<td><td><tr><td>"),
    "a column for the category": "<table><tr><th>Name<th>Category<th>Purpose<th>Expiry<tr>"
    "<td>a_b<td>Necessary<td>It does.<td>1 year</table>",
    "a category that spans rows": "<table><tr><th>Category<th>Name<th>Purpose<th>Expiry"
    "<tr><td rowspan=2>Necessary<td>c<td>x<td>1 year"
    "<tr><td>a_b<td>It does.<td>1 year</table>",
    "a category in the type": "<table><tr><th>Name<th>Type<th>Purpose<th>Expiry<tr><td>a_b"
    "<td>Necessary<td>It does.<td>1 year</table>",
    "a category in the title": "<table><tr><th>Necessary cookies<th>Purpose<th>Expiry"
    "<tr><td>a_b<td>It does.<td>1 year</table>",
    "a heading further up": NECESSARY + "<h3>Our shop</h3>" + ROW.format("a_b"),
    "a short paragraph": "<h2>Cookies</h2><p>Necessary (1)</p><p>They are needed.</p>" + ROW.format("a_b"),
    "a summary": "<details><summary>Necessary cookies</summary>" + ROW.format("a_b") + "</details>",
    "a sentence before it": "<h2>Cookies</h2><p>The following cookies are necessary:</p>" + ROW.format("a_b"),
    "labels": NECESSARY + "<table><tr><th>Name<td>a_b<tr><th>Purpose<td>It does.<tr><th>Expiry<td>1 year</table>",
    "labels under a name": NECESSARY + "<h3>a_b</h3><table><tr><th>Purpose<td>It does.<tr><th>Expiry<td>1 year</table>",
    "a table on its side": NECESSARY + "<table><tr><th>Name<td>a_b<td>c<tr><th>Purpose<td>It does."
    "<td>x<tr><th>Expiry<td>1 year<td>1 day</table>",
    "no titles": NECESSARY + "<table><tr><td>a_b<td>It does what it should do.<td>1 year"
    "<tr><td>c_d<td>It does more of that.<td>1 day</table>",
    "a definition": NECESSARY + "<dl><dt>a_b<dd>1 year, it does.</dl>",
    "a definition with labels": NECESSARY + "<dl><dt>a_b<dd>Purpose: It does.<dd>Expiry: 1 year</dl>",
    "definitions of labels": NECESSARY + "<dl><dt>Name<dd>a_b<dt>Purpose<dd>It does.<dt>Expiry<dd>1 year</dl>",
    "an item": NECESSARY + "<ul><li>a_b – 1 year – it does</ul>",
    "an item with brackets": NECESSARY + "<ul><li><code>a_b</code> (1 year): it does</ul>",
    "an item with a sentence": NECESSARY + "<ul><li>a_b: It does. It expires after 1 year.</ul>",
    "an item with items": NECESSARY + "<ul><li>a_b<ul><li>Purpose: It does.<li>Expiry: 1 year</ul></ul>",
    "items of labels": NECESSARY + "<ul><li><div>Cookie</div><div>a_b</div><li>"
    "<div>Duration</div><div>1 year</div></ul>",
    "paragraphs of labels": NECESSARY + "<p>Name: a_b<p>Purpose: It does.<p>Expiry: 1 year",
    "lines of labels": NECESSARY + "<p><b>Name:</b> a_b<br><b>Purpose:</b> It does.<br><b>Expiry:</b> 1 year",
    "a heading that names it": NECESSARY + "<h4>Cookie: a_b</h4><p>Purpose: It does.<p>Expiry: 1 year",
    "headings of labels": NECESSARY + "<h5>Name</h5><div>a_b</div><h5>Expiration</h5><div>1 "
    "year</div><h5>Function</h5><div>It does.</div>",
    "a layout table": "<table><tr><td><a>Home</a><td>" + NECESSARY + ROW.format("a_b") + "</table>",
    "cards": NECESSARY + "<div>a_b</div><div>It does.</div><div>Expiry: 1 year</div><div>Type: HTTP</div>",
    "a lifetime in the description": NECESSARY + "<table><tr><th>Cookie<th>Description"
    "<tr><td>a_b<td>It does. Expiry: 1 year.</table>",
    "labels in the description": NECESSARY + "<table><tr><th>Cookie<th>Description"
    "<tr><td>a_b<td>It does.<br>Provider: Example<br>Expiry: 1 year</table>",
    "two rows of titles": NECESSARY + "<table><tr><th rowspan=2>Provider<th colspan=3>Cookie<tr><th>Name<th>Purpose"
    "<th>Expiry<tr><td>Example<td>a_b<td>It does.<td>1 year</table>",
    "roles": NECESSARY + "<div role=table><div role=row><span role=columnheader>Name"
    "</span><span role=columnheader>Expiry</span></div>"
    "<div role=row><span role=cell>a_b</span><span role=cell>1 year</span></div></div>",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_cookie_is_found_in_every_shape(shape):
    found = imported(f"<html lang=en><h1>Cookies</h1>{SHAPES[shape]}")
    assert categories(found)["a_b"] == "necessary"
    assert lifetimes(found)["a_b"] == "1 year"
    assert set(categories(found)) <= {"a_b", "c", "c_d"}


LANGUAGES = {
    "en": (
        "Strictly necessary cookies",
        "Analytics cookies",
        "Advertising cookies",
        "Name",
        "Purpose",
        "Duration",
        "2 years",
    ),
    "fr": (
        "Cookies strictement nécessaires",
        "Mesure d’audience",
        "Cookies publicitaires",
        "Nom",
        "Finalité",
        "Durée de vie",
        "deux ans",
    ),
    "nl": (
        "Noodzakelijke cookies",
        "Analytische cookies",
        "Marketingcookies",
        "Naam",
        "Doel",
        "Bewaartermijn",
        "2 jaar",
    ),
    "de": ("Notwendige Cookies", "Statistik", "Werbung", "Name", "Zweck", "Speicherdauer", "zwei Jahre"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_document_reads_alike_in_four_languages(language):
    necessary, statistical, marketing, *titles, lifetime = LANGUAGES[language]
    head = "".join(f"<th>{title}" for title in titles)
    tables = [f"<h2>{heading}</h2><table><tr>{head}<tr><td>{name}<td>x<td>{lifetime}</table>"
              for heading, name in ((necessary, "sid"), (statistical, "count"), (marketing, "ad"))]  # fmt: skip
    found = imported(f"<html lang={language}><h1>Cookies</h1>{''.join(tables)}")
    assert categories(found) == {"sid": "necessary", "count": "statistical", "ad": "third-party"}
    assert set(lifetimes(found).values()) == {"2 years"}
    assert doubts(found) == set()


NO_COOKIES = {
    "prose": "<h1>Cookie policy</h1><p>We use cookies. A cookie is a small file, kept "
    "for 2 years.<ul><li>Chrome: settings<li>Firefox – 2 clicks</ul>",
    "questions": "<h1>Cookies</h1><dl><dt>What is a cookie?<dd>A file.<dt>Controller<dd>The town, for 2 years.</dl>",
    "other tables": "<h1>Cookies</h1><table><tr><th>Country<th>Name<tr><td>France<td>CNIL</table>"
    "<table><tr><td>Browser<td>Link<tr><td>Firefox<td>there</table>",
    "rights": "<h1>Cookies</h1><h2>Your rights</h2><ul><li>access: 30 days<li>delete – 1 month – ask us</ul>",
    "processors": "<h1>Cookie policy</h1><h2>Who gets your data</h2><table><tr><th>Name<th>Purpose<th>Retention period"
    "<tr><td>Mailer<td>Sends our letters<td>2 years</table>",
    "words for names": "<h1>Cookies</h1><table><tr><th>Cookie<th>Purpose<tr><td>See list<td>x"
    "<tr><td>Various<td>y<tr><td>Google Analytics<td>z</table>",
    "a heading that is a word": "<h1>Cookie</h1><p>A cookie is a small piece of data."
    "<h4>Name</h4><p>The name of a person is data.",
}


@pytest.mark.parametrize("kind", NO_COOKIES)
def test_nothing_is_invented(kind):
    assert categories(imported(NO_COOKIES[kind])) == {}


@pytest.mark.parametrize(
    "lead",
    [
        "Most cookies on this site are strictly necessary; some help us improve.", "Some cookies are necessary.",
        "Certains cookies sont nécessaires.", "Sommige cookies zijn noodzakelijk.", "Einige Cookies sind notwendig.",
    ],
)  # fmt: skip
def test_a_sentence_about_some_cookies_makes_none_of_them_necessary(lead):
    found = imported(f"<h1>Cookies</h1><p>{lead}<table><tr><th>Cookie<th>Purpose<tr><td>a_b<td>x</table>")
    assert categories(found) == {"a_b": "first-party"}
    assert ("category", "") in doubts(found)


@pytest.mark.parametrize(
    "rooms",
    [
        "<table><tr><th>Name<th>Purpose<th>Time<tr><td>reading_room<td>Reading<td>8 hours</table>",
        "<ul><li>reading_room (8 hours): for reading</ul>",
    ],
)
@pytest.mark.parametrize(("heading", "is_doubted"), [("Opening hours", True), ("Cookies of the shop", False)])
def test_a_name_below_a_heading_about_other_things_is_doubted(rooms, heading, is_doubted):
    found = imported(f"<h1>Cookies of Exampletown</h1><h2>{heading}</h2>{rooms}")
    assert (("name", heading) in doubts(found)) is is_doubted


def test_a_well_known_name_below_the_heading_of_its_service_is_not_doubted():
    found = imported("<h1>Cookies</h1><h2>Google</h2><table><tr><th>Name<th>Purpose<tr><td>_ga<td>Counts</table>")
    assert {key for key, _ in doubts(found)} == {"category"}


@pytest.mark.parametrize(
    ("said", "purpose"),
    [
        ("(Pinterest, 1 year)", "Pinterest"),
        ("counts (Hotjar, 1 year)", "counts (Hotjar)"),
        ("keeps your basket. Duration: 1 year.", "keeps your basket."),
        ("keeps (some of) it, 1 year", "keeps (some of) it"),
    ],
)
def test_a_purpose_from_which_a_lifetime_is_taken_stays_whole(said, purpose):
    (cookie,) = imported(f"<h1>Cookies</h1><ul><li>a_b: {said}</ul>").cookies
    assert (cookie.lifetime, cookie.purpose) == ("1 year", purpose)


def test_what_stands_in_a_column_of_names_and_is_none_is_told():
    found = imported(NO_COOKIES["words for names"])
    assert doubts(found) == {("name", "See list"), ("name", "Various"), ("name", "Google Analytics")}


TOLD = "<table><tr><th>Name<th>Provider<th>Purpose<tr><td>a_b<td>{}<td>x</table>"


@pytest.mark.parametrize(
    ("heading", "provider", "category", "words"),
    [
        ("Cookies", "", "first-party", ""),
        ("Cookies", "This website", "first-party", ""),
        ("Cookies", "Exampletown", "first-party", ""),
        ("Cookies", "Google", "third-party", ""),
        ("Other cookies", "Google", "third-party", "Other cookies"),
        ("Non-essential cookies", "", "first-party", "Non-essential cookies"),
        ("Statistics and marketing", "", "third-party", "Statistics and marketing"),
        ("Functional cookies", "", "first-party", "Functional cookies"),
    ],
)
def test_a_category_that_is_not_told_waits_for_consent_and_says_so(heading, provider, category, words):
    found = imported(f"<h1>Cookie policy of Exampletown</h1><h2>{heading}</h2>{TOLD.format(provider)}")
    assert categories(found) == {"a_b": category}
    assert doubts(found) == {("category", words)}


CSV = "Name,Category,Purpose,Duration\n{},Statistics,It counts.,\nfirst,Statistics,x,\nthing,Statistics,y,\n"


def test_a_table_with_a_well_known_name_is_one_about_cookies():
    assert categories(imported(CSV.format("_ga"), "csv")) == dict.fromkeys(["_ga", "first", "thing"], "statistical")


def test_a_table_that_may_be_about_anything_says_how_to_make_it_one_about_cookies():
    found = imported(CSV.format("second"), "csv")
    assert categories(found) == {}
    assert {note.reason for note in found.left_out} == {
        "nothing says that it is a cookie; if it is one, call the column Cookie"
    }
    assert len(categories(imported(CSV.format("second").replace("Name", "Cookie"), "csv"))) == 3


def test_the_usual_category_of_a_well_known_cookie_is_a_hint_and_no_fact():
    found = imported("<h1>Cookies</h1>" + ROW.format("_ga"))
    assert categories(found) == {"_ga": "first-party"}
    assert "Google Analytics is usually statistical" in found.cookies[0].unclear[0].reason


def test_functional_cookies_need_consent_if_the_document_has_necessary_ones_too():
    found = imported(NECESSARY + ROW.format("a_b") + "<h2>Functional cookies</h2>" + ROW.format("c_d"))
    assert categories(found) == {"a_b": "necessary", "c_d": "first-party"}
    assert found.cookies[1].is_asked


@pytest.mark.parametrize("heading", ["Security", "Sécurité", "Beveiliging", "Sicherheit", "Security cookies"])
def test_cookies_for_security_need_consent_until_the_reader_says_that_they_are_necessary(heading):
    found = imported(f"<h1>Cookies</h1><h2>{heading}</h2>" + ROW.format("_ga"))
    assert categories(found) == {"_ga": "first-party"}
    assert doubts(found) == {("category", heading)}
    assert found.cookies[0].is_asked


@pytest.mark.parametrize(("name", "is_told"), [("_ga", True), ("_fbp", True), ("sessionid", False), ("a_b", False)])
def test_a_well_known_cookie_that_is_usually_refused_is_unclear_under_necessary(name, is_told):
    found = imported("<h1>Cookies</h1><h2>Strictly necessary</h2>" + ROW.format(name))
    assert categories(found) == {name: "necessary"}
    assert doubts(found) == ({("category", "Strictly necessary")} if is_told else set())


def test_a_domain_of_another_site_makes_a_cookie_third_party():
    rows = "<tr><td>a<td>.data.example.org<tr><td>b<td>example.org<tr><td>c<td>ads.example"
    found = imported(f"<h1>Cookies</h1><table><tr><th>Cookie<th>Domain{rows}</table>", host="data.example.org")
    assert categories(found) == {"a": "first-party", "b": "first-party", "c": "third-party"}


@pytest.mark.parametrize("title", ["Type", "Provider"])
def test_a_third_party_with_its_domain_in_brackets_is_both(title):
    rows = f"<tr><th>Cookie<th>{title}<th>Purpose<tr><td>a_b<td>Third party (ads.example)<td>x"
    (cookie,) = imported(f"<h1>Cookies</h1><table>{rows}</table>", host="data.example.org").cookies
    assert (cookie.category.value, cookie.domain) == ("third-party", "ads.example")


def test_a_lifetime_for_each_name_goes_to_that_name():
    found = imported(NECESSARY + "<table><tr><th>Name<th>Expiry<tr><td>a_b, c_d<td>1 day, 2 years</table>")
    assert lifetimes(found) == {"a_b": "1 day", "c_d": "2 years"}


def test_several_lifetimes_of_one_name_become_the_longest_and_say_so():
    found = imported(NECESSARY + "<table><tr><th>Name<th>Expiry<tr><td>a_b<td>1 day, or 2 years</table>")
    assert lifetimes(found) == {"a_b": "2 years"}
    assert ("lifetime", "1 day, or 2 years") in doubts(found)


def test_a_name_that_stands_twice_is_declared_once_under_the_stricter_category():
    found = imported(
        NECESSARY + ROW.format("a_b") + "<h2>Marketing</h2>" + ROW.format("a_b").replace("1 year", "2 years")
    )
    assert categories(found) == {"a_b": "third-party"}
    assert doubts(found) == {("category", "third-party"), ("lifetime", "2 years")}


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("HTML Local Storage", Kind.LOCAL_STORAGE),
        ("Stockage local", Kind.LOCAL_STORAGE),
        ("Lokale opslag", Kind.LOCAL_STORAGE),
        ("Session storage", Kind.SESSION_STORAGE),
        ("IndexedDB", Kind.INDEXED_DB),
        ("Pixel Tracker", Kind.PIXEL),
        ("HTTP Cookie", Kind.COOKIE),
    ],
)
def test_the_kind_of_storage_is_what_its_column_says(words, kind):
    found = imported(NECESSARY + f"<table><tr><th>Name<th>Type<th>Domain<tr><td>a_b<td>{words}<td>example.org</table>")
    assert found.cookies[0].kind is kind


def test_the_cookie_with_the_choice_stays_necessary_so_that_the_policy_loads():
    found = imported("<h2>Preference cookies</h2>" + ROW.format("cookies_preferences"))
    assert categories(found) == {"cookies_preferences": "necessary"}
    assert doubts(found) == {("category", "first-party")}


def test_anonymized_statistics_are_a_question_and_no_fact():
    found = imported("<h2>Statistics cookies</h2>" + ROW.format("a_b").replace("It does.", "Anonymized statistics"))
    assert doubts(found) == {("anonymized", "Anonymized statistics")}


VENDORS = """\
ID,Platform,Category,Cookie / Data Key name,Domain,Description,Retention period,Data Controller,User Privacy & GDPR Rights Portals,Wildcard match
1,Example Consent,Functional,consent_ticket,ads.example (3rd party),Shares the choice across domains / websites,1 year,Example,https://ads.example/en/cookie-declaration/,0
2,Example Count,Analytics,_count_,count.example (3rd party) or the website,Counts,2 years,Example,https://count.example,1
3,Example Fonts,Personalization,,fonts.example (3rd party),Fonts,,Example,,0
4,Example Guard,Security,__guard,,Guards forms,session,Example,,0
5,Example Ads,Marketing,AD_ID,ads.example,Advertises,13 months,Example,,0
"""  # noqa: E501 - a line of the file for each row


def test_a_list_of_vendors_suggests_and_proves_nothing_necessary():
    found = imported(VENDORS, "csv")
    assert found.is_vendor_list
    assert categories(found) == {
        "consent_ticket": "third-party",
        "_count_*": "statistical",
        "__guard": "third-party",
        "AD_ID": "third-party",
    }
    assert [cookie.names[0] for cookie in found.cookies if cookie.is_asked] == ["consent_ticket", "__guard"]
    assert all(cookie.category is not Category.NECESSARY for cookie in found.cookies)
    assert len(found.left_out) == 1


def test_there_is_a_bound_to_the_declarations_of_a_document():
    found = imported("Name,Purpose\n" + "".join(f"c_{number},x\n" for number in range(MAX_COOKIES + 7)), "csv")
    assert (len(found.cookies), found.uncounted) == (MAX_COOKIES, 7)


@pytest.mark.parametrize("name", ["MoodleSession", "cookielawinfo-checkbox-necessary", "AppAuth"])
def test_a_word_that_ends_like_a_name_is_one_in_a_list_with_lifetimes(name):
    item = f"<ul><li>{name}: keeps it (1 year)<li>YouTube: shows videos (1 year)</ul>"
    assert set(categories(imported(f"<h1>Cookies</h1>{NECESSARY}{item}"))) == {name}


def test_a_sentence_about_lifetimes_in_a_description_is_no_lifetime():
    table = "<table><tr><th>Cookie<th>Description<tr><td>a_b<td>Kept for logs of 1 year. See: 2 days.</table>"
    assert lifetimes(imported(f"<h1>Cookies</h1>{table}")) == {"a_b": ""}


def test_the_provider_and_the_lifetime_leave_the_description_that_they_stand_in():
    cell = "Counts.<br>Provider: Example Ltd.<br>Expiry: 1 day<br>Provider: Other<br>Contact: a person"
    (cookie,) = imported(f"<h1>Cookies</h1><table><tr><th>Cookie<th>Description<tr><td>a_b<td>{cell}</table>").cookies
    assert (cookie.provider, cookie.lifetime) == ("Example Ltd", "1 day")
    assert cookie.purpose == "Counts. Provider: Other Contact: a person"


def test_a_heading_that_says_measurement_in_french_is_about_statistics():
    assert categories(imported("<h1>Cookies</h1><h3>Mesure</h3><ul><li>a_b : 1 an</ul>", language="fr")) == {
        "a_b": "statistical"
    }


REFUSED = {
    "paragraphs": "<p>Name: {}<p>Purpose: {}<p>Expiry: {}",
    "definitions": "<dl><dt>Name<dd>{}<dt>Purpose<dd>{}<dt>Expiry<dd>{}</dl>",
    "lines": "<p>Name: {}<br>Purpose: {}<br>Expiry: {}",
}


@pytest.mark.parametrize("shape", REFUSED)
def test_what_is_said_of_a_refused_name_is_said_of_no_other(shape):
    blocks = [("a_b", "A.", "2 years"), ('my "odd" name', "B.", "1 minute"), ("c_d", "C.", "1000 days")]
    found = imported(NECESSARY + "".join(REFUSED[shape].format(*block) for block in blocks))
    told = [(cookie.names, cookie.purpose, cookie.lifetime) for cookie in found.cookies]
    assert told == [(("a_b",), "A.", "2 years"), (("c_d",), "C.", "1000 days")]
    assert [note.words for note in found.left_out] == ['my "odd" name']


@pytest.mark.parametrize(
    "sentence", ["Lasts 2 weeks.", "It remains for 2 weeks.", "Dure 2 semaines.", "Dauert 2 Wochen.", "Blijft 2 weken."]
)
def test_an_item_may_end_with_a_sentence_on_how_long_it_lasts(sentence):
    found = imported(NECESSARY + f"<ul><li><code>a_b</code> – keeps you signed in. {sentence}</ul>")
    assert lifetimes(found)["a_b"] == "2 weeks"


@pytest.mark.parametrize(("title", "cell"), [("Duration (days)", "730"), ("Durée (jours)", "730")])
def test_the_unit_of_a_lifetime_may_stand_in_the_title_of_its_column(title, cell):
    assert lifetimes(imported(f"Name,Purpose,{title}\n_ga,Counts,{cell}\n", "csv")) == {"_ga": "730 days"}


def test_as_many_lifetimes_as_names_are_one_for_each():
    row = "<tr><td>_ga, _gid et _gat<td>Compte<td>2 ans, 24 heures et 1 minute"
    found = imported(f"<h2>Cookies</h2><table><tr><th>Nom<th>But<th>Expiration{row}</table>")
    assert lifetimes(found) == {"_ga": "2 years", "_gid": "24 hours", "_gat": "1 minute"}
    assert not any(key == "lifetime" for key, _ in doubts(found))


@pytest.mark.parametrize("list_", ["<ul><li>trainee: helps, 6 months</ul>", "<p>trainee</p><p>Duration: 6 months</p>"])
def test_a_list_of_other_things_holds_no_cookie_if_the_document_has_no_word_for_them(list_):
    assert categories(imported(f"<h1>Jobs</h1><h2>Marketing</h2>{list_}")) == {}


def test_a_word_as_any_other_is_told_as_unclear_if_only_its_place_in_a_list_makes_it_a_name():
    markup = "<h1>Cookies</h1><h2>Analytics</h2><ul><li>pages: 26 months<li>_ga: 2 years</ul><p>Name: visits<p>Use: x"
    unclear = {cookie.names[0]: [note.key for note in cookie.unclear] for cookie in imported(markup).cookies}
    assert unclear == {"pages": ["name", "purpose"], "_ga": ["purpose"], "visits": []}


def test_the_name_of_a_service_in_the_place_of_a_name_is_told_and_not_declared():
    found = imported(NECESSARY + ROW.format("Matomo<tr><td>matomo_sessid<td>It does.<td>1 day"))
    assert categories(found) == {"matomo_sessid": "necessary"}
    assert ("name", "Matomo") in doubts(found)


BLOCK = "<dt>Name<dd>{}<dt>Purpose<dd>{}"


@pytest.mark.parametrize("odd", ['my odd "name" here', 'a_"property"'])
def test_a_name_that_is_refused_ends_the_block_before_it_and_keeps_its_own(odd):
    blocks = BLOCK.format("a_b", "First.") + BLOCK.format(odd, "Second.") + "<dt>Name<dd>c_d<dt>Expiry<dd>1 day"
    found = imported(f"<h1>Cookies</h1>{NECESSARY}<dl>{blocks}</dl>")
    assert [(cookie.names, cookie.purpose, cookie.lifetime) for cookie in found.cookies] == [
        (("a_b",), "First.", ""),
        (("c_d",), "", "1 day"),
    ]
    assert [note.words for note in found.left_out] == [odd]


@pytest.mark.parametrize("service", ["Example", "Example Maps"])
def test_a_name_before_the_name_of_the_cookie_is_that_of_the_service(service):
    block = BLOCK.format(service, "Shows maps.") + "<dt>Cookie name<dd>a_b<dt>Cookie expiry<dd>1 day"
    (cookie,) = imported(f"<h1>Cookies</h1>{NECESSARY}<dl>{block}</dl>").cookies
    assert (cookie.names, cookie.purpose, cookie.lifetime) == (("a_b",), "Shows maps.", "1 day")


def test_a_contact_with_a_name_is_told_nowhere():
    found = imported(f"<h1>Cookies</h1>{NECESSARY}{ROW.format('a_b')}<h2>Contact</h2><p>Name: Ann Example<p>Type: all")
    assert found.left_out == ()


def test_labels_in_bold_on_the_lines_of_one_paragraph_are_read_each():
    text = "# Cookies\n\n## Necessary cookies\n\n" + "\n\n".join(
        f"**Cookie name:** {name}\n**Purpose:** It does.\n**Duration:** 1 day" for name in ("a_b", 'c_"d"', "plain")
    )
    found = imported(text, "md")
    assert [(cookie.names, cookie.purpose, cookie.lifetime) for cookie in found.cookies] == [
        (("a_b",), "It does.", "1 day"),
        (("plain",), "It does.", "1 day"),
    ]
    assert [note.words for note in found.left_out] == ['c_"d"']


def test_the_host_of_another_site_is_a_hint_at_the_provider():
    row = "<tr><td>{}<td>{}<td>It does.<td>1 day"
    rows = row.format("a_b", "museum.example") + row.format("c_d", ".ads.example")
    table = f"<table><tr><th>Name<th>Host<th>Purpose<th>Expiry{rows}</table>"
    own, other = imported(f"<h1>Cookies of Beispiel</h1>{table}", host="museum.example").cookies
    assert (own.provider, other.provider) == ("", "ads.example")
    assert [note.words for note in other.unclear if note.key == "provider"] == ["ads.example"]


def test_the_columns_that_are_not_read_are_named_once():
    table = "<table><tr><th>Name<th>Purpose<th>Remarks<tr><td>{}<td>It does.<td>Ask Ann.</table>"
    found = imported(NECESSARY + table.format("a_b") + table.format("c_d"))
    assert found.unread_columns == ("Remarks",)


CARD = "<h4>{}</h4><p>It does.</p><p>Duration: 1 day</p>"


def test_a_heading_that_may_be_a_word_is_told_as_unclear_and_one_that_is_like_a_name_is_not():
    found = imported(f"<h2>Our cookies</h2><h3>Necessary cookies</h3>{CARD.format('sign-in')}{CARD.format('a_b')}")
    assert categories(found) == {"sign-in": "necessary", "a_b": "necessary"}
    assert doubts(found) == {("name", "sign-in")}


def test_the_heading_of_a_card_ends_the_heading_of_its_level_before_it():
    headings = "<h2>Our cookies</h2><h4>Vimeo</h4><p>Shows necessary videos.</p>"
    (cookie,) = imported(headings + CARD.format("a_b")).cookies
    assert (cookie.provider, cookie.category.value) == ("", "first-party")


@pytest.mark.parametrize(
    ("heading", "told"), [("Our cookies", {("name", "basket"), ("name", "Log in")}), ("Films", set())]
)
def test_what_may_be_names_in_a_table_about_cookies_is_told_if_no_title_says_so(heading, told):
    table = (
        "<table><tr><th>Title<th>Purpose<th>Duration<tr><td>basket<td>x<td>1 day<tr><td>Log in<td>y<td>1 hour</table>"
    )
    found = imported(f"<h1>Cookies</h1><h2>{heading}</h2>{table}")
    assert (found.cookies, doubts(found)) == ((), told)


WORD_CARDS = {
    "heading": "<h3>sid</h3><ul><li>Purpose: signs in<li>Provider: Piano<li>Lifetime: 1 hour</ul>",
    "paragraphs": "<h3>sid</h3><p>Purpose: signs in</p><p>Lifetime: 1 hour</p>",
    "nested": "<ul><li>a_b<li>sid<ul><li>Purpose: signs in<li>Lifetime: 1 hour</ul></ul>",
    "bold": "<ul><li>a_b<li><b>sid</b><ul><li>Purpose: signs in<li>Lifetime: 1 hour</ul></ul>",
}


@pytest.mark.parametrize("card", WORD_CARDS.values(), ids=WORD_CARDS)
def test_a_plain_word_with_labels_below_it_is_a_name_with_a_doubt(card):
    found = imported("<h2>Analytics cookies</h2>" + card)
    sid = found.cookies[-1]
    assert (sid.names, sid.purpose, sid.lifetime) == (("sid",), "signs in", "1 hour")
    assert [(note.key, note.words) for note in sid.unclear] == [("name", "sid")]
    assert all(not cookie.lifetime for cookie in found.cookies[:-1])


def test_a_plain_word_in_a_list_of_cookies_is_told():
    found = imported("<h2>Analytics cookies</h2><ul><li>a_b<li>sid<li>PHPSESSID</ul>")
    assert set(categories(found)) == {"a_b", "PHPSESSID"}
    assert [note.words for note in found.left_out] == ["sid"]


def test_labels_without_a_name_are_told():
    labels = "<ul><li>Purpose: signs in<li>Lifetime: 1 hour</ul>"
    found = imported(f"<h2>Necessary cookies</h2><h3>The sid cookie</h3>{labels}<h3>a_b</h3>{labels}")
    assert set(categories(found)) == {"a_b"}
    assert [note.words for note in found.left_out] == ["signs in | 1 hour"]


def test_what_is_said_of_a_refused_item_is_said_of_no_other():
    found = imported("<h2>Necessary cookies</h2><ul><li>a_b<li>Session<ul><li>Lifetime: 1 hour</ul></ul>")
    assert lifetimes(found) == {"a_b": ""}


@pytest.mark.parametrize(
    ("said", "purpose", "lifetime"),
    [
        ("keeps the cart (duration: 14 days)", "keeps the cart", "14 days"),
        ("merkt sich den Warenkorb (Speicherdauer: 14 Tage)", "merkt sich den Warenkorb", "14 days"),
        ("keeps the cart for 2 days", "keeps the cart for 2 days", "2 days"),
        ("garde le panier pendant 2 jours", "garde le panier pendant 2 jours", "2 days"),
        ("onthoudt de taal gedurende 1 jaar", "onthoudt de taal gedurende 1 jaar", "1 year"),
        ("merkt sich die Wahl für 2 Tage", "merkt sich die Wahl für 2 Tage", "2 days"),
        ("keeps a place for visitors", "keeps a place for visitors", ""),
    ],
)
def test_the_purpose_and_the_lifetime_of_an_item_are_both_read(said, purpose, lifetime):
    (cookie,) = imported(f"<h2>Necessary cookies</h2><ul><li><strong>n_a</strong> – {said}</ul>").cookies
    assert (cookie.purpose, cookie.lifetime) == (purpose, lifetime)
