"""The languages of the pages: every catalog has every message, and every page is in one language."""

import re
from datetime import UTC, datetime
from functools import cache
from html.parser import HTMLParser
from itertools import zip_longest
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

import cldr
import cookiewarden.pages
from cookiewarden import Policy
from cookiewarden.policy.declaration import Kind
from cookiewarden.policy.profiles import rules_of
from cookiewarden.testing import preferences_cookie
from exchanges import NOW, SECRET_KEY
from language_site import POLICY, RULED, UPDATED, client
from pdf_packages import needs_pdf

pytestmark = needs_pdf  # it is one of the pages

PAGES = Path(cookiewarden.pages.__file__).parent
CATALOGS = sorted((PAGES / "locale").glob("*.po"))
KEYWORDS = {"_": None, "say": None, "gettext": None, "ngettext": (1, 2)}
HEADER = ["Language", "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Plural-Forms"]
PLACEHOLDER = re.compile(r"%\(\w+\)s")
BARE = {"site": {"name": "ZZ site"}, "cookies": POLICY["cookies"][:2]}
ANONYMOUS = {**POLICY, "site": {"name": "ZZ site"}}
OLDER = {**POLICY, "site": {**POLICY["site"], "version": "1"}}
COUNTS = {"statistical": 2, "first-party": 5, "third-party": 22}
COUNTED = {
    **POLICY,
    "cookies": [
        POLICY["cookies"][1],
        *({"name": f"zz{n}-{kind}", "category": kind, "purpose": "ZZ"} for kind in COUNTS for n in range(COUNTS[kind])),
    ],
}
OTHERS = {
    "site": {"name": "ZZ site"},
    "cookies": [
        {"name": f"zz-{kind}", "kind": kind, "category": "third-party", "purpose": "ZZ", "hosts": ["zz.example"]}
        for kind in Kind
        if kind is not Kind.COOKIE
    ],
}


@cache
def messages():
    """Return every message of the sources, in order; one with a plural is a pair."""
    found = {}
    for path in [*sorted(PAGES.rglob("*.py")), *sorted(PAGES.glob("templates/*.*"))]:
        method, options = ("python", {}) if path.suffix == ".py" else (babel_extract, {"silent": "false"})
        for _, message, _, _ in extract_from_file(method, path, keywords=KEYWORDS, options=options):
            found[tuple(message) if isinstance(message, list) else message] = None
    return list(found)


def forms(text):
    return (text,) if isinstance(text, str) else tuple(text)


def catalog_of(path):
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


def faults_of(path):
    """Return what is missing, wrong or obsolete in a catalog."""
    catalog = catalog_of(path)
    translated = {message.id: message for message in catalog if message.id}
    faults = [f"obsolete: {message}" for message in [*catalog.obsolete, *(translated.keys() - set(messages()))]]
    for message in messages():
        entry = translated.get(message)
        if entry is None:
            faults.append(f"missing: {message}")
        elif entry.fuzzy:
            faults.append(f"fuzzy: {message}")
        elif not all(forms(entry.string)):
            faults.append(f"empty: {message}")
        elif any(
            sorted(PLACEHOLDER.findall(form)) != sorted(PLACEHOLDER.findall(forms(message)[0]))
            for form in forms(entry.string)
        ):
            faults.append(f"placeholders: {message}")
    return faults


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.stem)
def test_every_message_is_translated_in_every_catalog(path):
    assert faults_of(path) == []


@pytest.mark.parametrize(
    ("message", "change", "fault"),
    [
        ("Accept all", lambda entry: "", "missing: Accept all"),
        ("Accept all", lambda entry: entry.replace("Tout accepter", ""), "empty: Accept all"),
        ("Accept all", lambda entry: f"#, fuzzy\n{entry}", "fuzzy: Accept all"),
        ("Accept all", lambda entry: f'{entry}\n\n#~ msgid "Gone"\n#~ msgstr "Parti"', "obsolete: Gone"),
        ("Accept all", lambda entry: f'{entry}\n\nmsgid "Unknown"\nmsgstr "Inconnu"', "obsolete: Unknown"),
        ("Accept all", lambda entry: entry.replace("Tout", "%(all)s"), "placeholders: Accept all"),
        ("You chose on %(day)s.", lambda entry: entry.replace("le %(day)s", "un jour"), "placeholders: You chose on"),
        ("%(num)s cookie", lambda entry: re.sub(r'\[1\] ".*"', '[1] ""', entry), "empty: ('%(num)s cookie'"),
    ],
)
def test_each_fault_of_a_catalog_is_found(tmp_path, message, change, fault):
    entries = (PAGES / "locale" / "fr.po").read_text("utf-8").split("\n\n")
    entries = [change(entry) if f'msgid "{message}"\n' in entry else entry for entry in entries]
    (tmp_path / "fr.po").write_text("\n\n".join(entries), "utf-8")
    (found,) = faults_of(tmp_path / "fr.po")
    assert found.startswith(fault)


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.stem)
def test_a_catalog_has_the_order_of_the_sources_and_no_line_person_or_date(path):
    entries = [message for message in catalog_of(path) if message.id]
    assert [message.id for message in entries] == messages()
    assert {line for message in entries for _, line in message.locations} == {None}
    header = path.read_text("utf-8").partition("\n\n")[0]
    assert re.findall('^"([A-Za-z-]+):', header, re.MULTILINE) == HEADER


class Texts(HTMLParser):
    """The texts of a page, also those in attributes, each with the language that the markup gives it."""

    def __init__(self, page):
        super().__init__()
        self.languages = [""]
        self.texts = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        language = given.get("lang", self.languages[-1])
        self.texts += [(language, given[name]) for name in ("aria-label", "data-label", "title") if name in given]
        if tag not in ("meta", "link", "input"):
            self.languages.append(language)

    def handle_endtag(self, tag):
        self.languages.pop()

    def handle_data(self, data):
        if data.strip() and self.lasttag != "script":  # what our script reads is no text of the page
            self.texts.append((self.languages[-1], " ".join(data.split())))


def laws_of(profile):
    """Return the laws that the cookie policy page names for a profile, as they name themselves."""
    return [f"{one.law}, {one.section}" for one in rules_of(profile).sources if one.is_shown]


def answers_in(tag, **options):
    """Yield every page of ours in a language, in every state that it can show."""
    usual = client(**options)
    for policy in (None, POLICY, OLDER):
        cookie = preferences_cookie(policy, SECRET_KEY, "statistical", now=NOW) if policy else ""
        headers = {"Accept-Language": tag, "Cookie": cookie}
        for path in ("", ".md", ".json", "/preferences.json", "/banner"):
            yield usual.get(f"/cookies{path}", headers=headers)
        for query in ("", "?saved", "?next=/"):
            yield usual.get(f"/cookies/preferences{query}", headers=headers)
        yield usual.get("/", headers=headers)
    accepted = preferences_cookie(POLICY, SECRET_KEY, "third-party", now=NOW)
    for path, cookie in (("banner", ""), ("preferences", ""), ("preferences", accepted)):
        yield usual.get(f"/cookies/{path}", headers={"Accept-Language": tag, "Cookie": cookie, "Sec-GPC": "1"})
    for site in ("same-origin", "cross-site"):
        headers = {"Accept-Language": tag, "Sec-Fetch-Site": site}
        yield usual.post("/cookies/preferences", data={"choice": "?"}, headers=headers)
    yield client(COUNTED, **options).get("/cookies/preferences", headers={"Accept-Language": tag})
    for path in ("", ".md", "/preferences", "/banner"):
        yield client(OTHERS, **options).get(f"/cookies{path}", headers={"Accept-Language": tag})
    yield client(BARE, **options).get("/cookies", headers={"Accept-Language": tag})
    yield client(BARE, **options).get("/cookies/preferences", headers={"Accept-Language": tag})
    yield client(ANONYMOUS, **options).get("/cookies/banner", headers={"Accept-Language": tag})
    for policy in RULED.values():
        for path in ("", ".md", ".json", "/preferences"):
            yield client(policy, **options).get(f"/cookies{path}", headers={"Accept-Language": tag})


def texts_of(response, tag):
    """Return the texts of a response that are marked with that language, or with none."""
    if response.mimetype != "text/html":
        return [response.text.replace("\\", "")]
    return [text for language, text in Texts(response.text).texts if language in ("", tag)]


def pattern_of(message):
    """Return a pattern that matches a message with its placeholders filled in, a count with a number."""
    counted = (".+".join(map(re.escape, PLACEHOLDER.split(part))) for part in message.split("%(num)s"))
    return re.compile(rf"(?<!\w){r'[0-9]+'.join(counted)}(?!\w)")


@pytest.mark.parametrize("tag", [path.stem for path in CATALOGS])
def test_no_page_in_another_language_shows_an_english_message(tag):
    laws = re.compile("|".join(re.escape(law) for profile in RULED for law in laws_of(profile)))
    seen = [laws.sub("", text) for response in answers_in(tag) for text in texts_of(response, tag)]
    pairs = [
        (original, form)
        for message in catalog_of(PAGES / "locale" / f"{tag}.po")
        for original, form in zip_longest(forms(message.id), forms(message.string), fillvalue=forms(message.id)[-1])
        if original != form and re.search("[a-z]", PLACEHOLDER.sub("", original))
    ]
    assert [(words, text) for words, _ in pairs for text in seen if pattern_of(words).search(text)] == []
    shown = [pattern_of(" ".join(form.split())) for _, form in pairs]
    assert [pattern.pattern for pattern in shown if not any(map(pattern.search, seen))] == []


def test_the_space_before_a_colon_follows_the_language():
    pages = {tag: client().get("/cookies", headers={"Accept-Language": tag}).text for tag in ("fr", "de")}
    assert "<dt>Contact\u00a0:</dt>" in pages["fr"]
    assert "<dt>Kontakt:</dt>" in pages["de"]


def test_every_text_of_a_page_comes_from_a_catalog(tmp_path):
    catalog = Catalog(locale="eo")
    for message in messages():
        marked = tuple(f"⟦{form}⟧" for form in forms(message))
        catalog.add(message, marked if isinstance(message, tuple) else marked[0])
    with (tmp_path / "eo.po").open("wb") as file:
        write_po(file, catalog)
    bare = set()
    for response in answers_in("eo", templates=tmp_path):
        if response.mimetype == "text/html":
            text, is_marked = "\n".join(texts_of(response, "eo")), 1
            while is_marked:
                text, is_marked = re.subn("⟦[^⟦⟧]*⟧", "", text)
            bare |= {line.strip(" -:()") for line in text.split("\n")}
    names = {cookie["name"] for policy in (POLICY, COUNTED, OTHERS) for cookie in policy["cookies"]}
    names |= {"theme", *(cldr.territory(rules_of(profile).place, "eo") for profile in ("uk", "de"))}
    names |= {law.strip(" -:()") for profile in RULED for law in laws_of(profile)}
    times = {cldr.day(UPDATED, "eo"), *(cldr.length(text, "eo") for text in ("13 months", "6 months", "1 day"))}
    derived_versions = {Policy.from_mapping(policy).version for policy in (BARE, OTHERS)}
    assert bare == names | times | derived_versions | {"ZZ", "ZZ site", "2", cldr.own_name("eo"), ""}


@pytest.mark.parametrize(
    ("tag", "counts"),
    [
        ("en", ["1 cookie", "2 cookies"]),
        ("fr", ["1 cookie", "2 cookies"]),
        ("nl", ["1 cookie", "2 cookies"]),
        ("de", ["1 Cookie", "2 Cookies"]),
        ("it", ["1 cookie", "2 cookie"]),
        ("es", ["1 cookie", "2 cookies"]),
        ("pl", ["1 plik cookie", "2 pliki cookie"]),
        ("pt", ["1 cookie", "2 cookies"]),
    ],
)
def test_dates_lifetimes_counts_and_names_of_languages_are_in_the_language(tag, counts):
    days = [cldr.day(day, tag) for day in (UPDATED, datetime.fromtimestamp(NOW, UTC))]
    parts = [*days, cldr.length("13 months", tag), cldr.length("1 day", tag), *counts]
    shown = " ".join(text for response in answers_in(tag) for text in texts_of(response, tag))
    assert [part for part in parts if part not in shown] == []
    page = client().get("/cookies", headers={"Accept-Language": tag}).text
    named = [(other, cldr.own_name(other)) for other in ("en", "de", "es", "fr", "it", "nl", "pl", "pt")]
    assert re.findall('hreflang="(..)".*>(.+)</a>', page) == named


@pytest.mark.parametrize("accepted", ["en", "en-GB", "en-US", "ga, en-AU;q=0.5", ""])
def test_english_dates_are_those_of_most_of_the_world(accepted):
    site = {**POLICY["site"], "updated": "2026-11-29"}
    page = client({**POLICY, "site": site}).get("/cookies", headers={"Accept-Language": accepted}).text
    assert "29 November 2026" in page
    assert '<html lang="en" ' in page
    assert ">English</a>" in page


@pytest.mark.parametrize(
    ("accepted", "shown", "tag"),
    [("en-US", "November 29, 2026", "en-us"), ("en-GB", "29 November 2026", "en"), ("en", "29 November 2026", "en")],
)
def test_a_site_with_a_catalog_for_the_united_states_has_american_dates(tmp_path, accepted, shown, tag):
    (tmp_path / "en-US.po").write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n')
    policy = {**POLICY, "site": {**POLICY["site"], "updated": "2026-11-29"}}
    page = client(policy, templates=tmp_path).get("/cookies", headers={"Accept-Language": accepted}).text
    assert shown in page
    assert f'<html lang="{tag}" ' in page
    assert re.findall('hreflang="(en[^"]*)".*>(.+)</a>', page) == [("en", "English"), ("en-us", cldr.own_name("en-us"))]
    assert "What is a cookie?" in page


def test_a_site_that_changes_english_words_keeps_the_english_dates(tmp_path):
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    (tmp_path / "en.po").write_text(head + 'msgid "What is a cookie?"\nmsgstr "Cookies, explained"\n')
    page = client(templates=tmp_path).get("/cookies").text
    assert "Cookies, explained" in page
    assert "30 March 2021" in page


@pytest.mark.parametrize(
    ("tag", "used"),
    [
        ("en", [1, 1, 1, 0]),
        ("fr", [1, 1, 1, 0]),
        ("nl", [1, 1, 1, 0]),
        ("de", [1, 1, 1, 0]),
        ("it", [1, 1, 1, 0]),
        ("es", [1, 1, 1, 0]),
        ("pl", [1, 2, 1, 0]),
        ("pt", [1, 1, 1, 0]),
    ],
)
def test_the_counts_of_cookies_follow_the_plural_rule_of_the_language(tag, used):
    message = ("%(num)s cookie", "%(num)s cookies")
    words = message if tag == "en" else catalog_of(PAGES / "locale" / f"{tag}.po").get(message).string
    page = client(COUNTED).get("/cookies/preferences", headers={"Accept-Language": tag}).text
    texts = [text for _, text in Texts(page).texts]
    counts = [words[form] % {"num": number} for number, form in zip((*COUNTS.values(), 1), used, strict=True)]
    assert [text for text in texts if text in counts] == counts


@pytest.mark.parametrize(
    ("tag", "accept", "reject", "updated", "download"),
    [
        ("fr", "Tout accepter", "Tout refuser", "Dernière mise à jour", "Télécharger en PDF"),
        ("nl", "Alles accepteren", "Alles weigeren", "Laatst bijgewerkt", "Downloaden als PDF"),
        ("de", "Alle akzeptieren", "Alle ablehnen", "Letzte Aktualisierung", "Als PDF herunterladen"),
        ("it", "Accetta tutti", "Rifiuta tutti", "Ultimo aggiornamento", "Scarica in PDF"),
        ("es", "Aceptar todas", "Rechazar todas", "Última actualización", "Descargar en PDF"),
        ("pl", "Akceptuj wszystkie", "Odrzuć wszystkie", "Ostatnia aktualizacja", "Pobierz jako PDF"),
        ("pt", "Aceitar tudo", "Rejeitar tudo", "Última atualização", "Transferir em PDF"),
    ],
)
def test_the_pages_have_the_labels_that_audit_tools_look_for(tag, accept, reject, updated, download):
    headers = {"Accept-Language": tag}
    for path in ("/cookies/banner", "/cookies/preferences"):
        page = client().get(path, headers=headers).text
        assert f'value="accept">{accept}</button>' in page
        assert f'value="refuse">{reject}</button>' in page
    page = client().get("/cookies", headers=headers).text
    assert f"<dt>{updated}" in page
    assert f">{download}</a>" in page


@pytest.mark.parametrize(("query", "links"), [("", "/cookies"), ("?lang=fr", "/cookies?lang=fr")])
def test_the_links_of_the_banner_alone_keep_a_language_that_its_address_names(query, links):
    assert f'<a href="{links}">' in client(ANONYMOUS).get(f"/cookies/banner{query}").text
