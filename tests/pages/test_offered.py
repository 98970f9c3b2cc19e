"""The languages that a site offers: no page, banner or link speaks another, and each has a catalog."""

import json
import logging
import re

import pytest

from cookiewarden import OptionError, Policy, PolicyError, PolicySet, asgi, wsgi
from cookiewarden.middleware.embeds import banner_of
from cookiewarden.testing import preferences_cookie
from exchanges import NOW, SECRET_KEY, SentRequest, Wrapped
from paged import Site
from policy_files import COOKIE, File

CATALOG = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Accept all"\nmsgstr "ZZ"\n'
PATHS = ["/cookies", "/cookies.md", "/cookies.json", "/cookies/preferences", "/cookies/preferences.json"]


def policy(*languages, **site):
    return {"site": {"name": "Exampletown", "languages": list(languages), **site}, "cookies": [COOKIE]}


BELGIAN = Site(policy=policy("fr", "nl"), language_cookie="town_language")


@pytest.mark.parametrize("path", [*PATHS, "/cookies/banner"])
@pytest.mark.parametrize(
    ("query", "headers", "language"),
    [
        ("", [], "fr"),
        ("", [("accept-language", "nl-BE, fr;q=0.5")], "nl"),
        ("?lang=nl", [("accept-language", "fr")], "nl"),
        ("", [("cookie", "town_language=nl"), ("accept-language", "fr")], "nl"),
        # Ours, but not of this site: what the visitor wants next counts.
        ("", [("accept-language", "de, en;q=0.9, nl;q=0.1")], "nl"),
        ("", [("accept-language", "de, en;q=0.9, *")], "fr"),
        ("?lang=de", [("accept-language", "nl")], "nl"),
        ("?lang=en", [], "fr"),
        ("?lang=de", [("cookie", "town_language=nl"), ("accept-language", "fr")], "nl"),
        ("", [("cookie", "town_language=en"), ("accept-language", "en")], "fr"),
    ],
)
def test_every_wish_of_a_visitor_is_answered_in_a_language_of_the_site(path, query, headers, language):
    answer = BELGIAN.ask(path + query, headers=headers)
    assert answer.header("content-language") == language
    if path.endswith(".json"):
        assert json.loads(answer.body)["language"] == language


@pytest.mark.parametrize("path", ["/cookies", "/cookies/preferences"])
@pytest.mark.parametrize(
    ("languages", "offered"),
    [
        (["fr", "nl"], ["fr", "nl"]),
        (["nl", "fr", "en"], ["nl", "fr", "en"]),
        (["de"], ["de"]),
        # Two regions of one language share its catalog.
        (["fr-BE", "fr-CH", "nl-BE"], ["fr", "nl"]),
    ],
)
def test_a_page_links_to_the_languages_of_the_site_in_its_order(path, languages, offered):
    site = Site(policy=policy(*languages))
    # A list of one language would lead nowhere.
    linked = offered if len(offered) > 1 else []
    assert re.findall(r'<a href="[^"]*\?lang=([\w-]+)" lang="\1"', site.ask(path).text) == linked
    assert site.ask(path).header("content-language") == offered[0]
    described = json.loads(site.ask("/cookies/openapi.json").body)["paths"]["/cookies.json"]["get"]["parameters"]
    assert f"The language of the texts: {', '.join(offered)}." in described[0]["description"]


def test_the_default_language_need_not_be_the_first_on_the_list():
    site = Site(policy=policy("fr", "nl", language="nl"))
    assert site.ask().header("content-language") == "nl"
    assert site.ask(headers=[("accept-language", "fr")]).header("content-language") == "fr"


def test_each_site_of_a_set_offers_its_own_languages():
    policies = [policy("fr", hosts=["fr.example"]), policy("nl", "de", hosts=["nl.example"])]
    every = {"site": {"name": "X", "hosts": ["*"]}, "cookies": [COOKIE]}
    site = Site(policy=PolicySet(map(Policy.from_mapping, [*policies, every])))
    asked = [("accept-language", "de, fr;q=0.5")]
    shown = [
        site.ask(host=host, headers=asked).header("content-language") for host in ("fr.example", "nl.example", "x")
    ]
    assert shown == ["fr", "de", "de"]


@pytest.mark.parametrize("module", [asgi, wsgi])
@pytest.mark.parametrize(
    ("language", "expected", "is_varying"),
    [("fr", "fr", False), ("fr-CA", "fr", False), ("de", "nl", True), ("en", "nl", True), (None, "nl", True)],
)
def test_a_page_in_another_language_gets_the_banner_that_the_request_asks_for(module, language, expected, is_varying):
    shown = []
    app = Wrapped(module, policy=policy("fr", "nl"))
    request = SentRequest(headers=(("accept-language", "nl"),))
    headers = app.ask(request, lambda carrier: shown.append(banner_of(carrier, language=language)) or [])
    assert re.search(r'lang="(..)"', shown[0])[1] == expected
    assert any(b"Accept-Language" in value for name, value in headers if name == b"vary") == is_varying


def test_the_record_of_a_choice_names_a_language_of_the_site():
    records = []
    site = Site(policy=policy("fr", "nl"), on_choice=records.append)
    site.post("choice=accept", target="/cookies/preferences?lang=de")
    assert {record.language for record in records} == {"fr"}


def test_a_language_of_the_sites_own_catalog_can_be_offered(tmp_path):
    (tmp_path / "sv.po").write_text(CATALOG)
    site = Site(policy=policy("sv", "fr"), templates=tmp_path)
    assert ">ZZ</button>" in site.ask("/cookies/preferences").text
    assert site.ask(headers=[("accept-language", "en, sv-FI;q=0.1")]).header("content-language") == "sv"


def test_a_catalog_of_a_region_serves_the_site_that_names_the_region(tmp_path):
    (tmp_path / "fr-BE.po").write_text(CATALOG)
    asked = [("accept-language", "fr")]
    for languages, language in ((["fr-BE", "nl"], "fr-be"), (["fr", "nl"], "fr"), (["fr-CA", "nl"], "fr")):
        site = Site(policy=policy(*languages), templates=tmp_path)
        assert site.ask(headers=asked).header("content-language") == language


@pytest.mark.parametrize("module", [asgi, wsgi])
def test_a_language_without_a_catalog_stops_the_start(module, tmp_path):
    file = File(tmp_path / "town.json", site={"name": "X", "languages": ["fr", "sv", "xx"]})
    with pytest.raises(PolicyError) as raised:
        Wrapped(module, policy=file.path)
    problems = raised.value.problems
    assert [(one.file, one.key, one.message) for one in problems] == [
        ("town.json", "site.languages", 'there is no catalog for "sv"'),
        ("town.json", "site.languages", 'there is no catalog for "xx"'),
    ]
    assert "write sv.po into the folder of the option templates; there are catalogs for en, de, " in problems[0].remedy


def test_without_pages_no_catalog_is_needed():
    Wrapped(wsgi, policy=policy("sv"), pages=None)


def test_a_fault_of_the_templates_is_named_with_the_language_that_lacks_a_catalog(tmp_path):
    (tmp_path / "banner.html").write_text("")
    with pytest.raises(PolicyError) as raised:
        Wrapped(wsgi, policy=policy("sv"), templates=tmp_path)
    problems = [str(problem) for problem in raised.value.problems]
    assert problems[0].startswith('policy: site.languages: there is no catalog for "sv"')
    assert all(problem.startswith("options: templates: banner.html: ") for problem in problems[1:])
    assert len(problems) > 1
    with pytest.raises(OptionError, match=r"banner\.html"):
        Wrapped(wsgi, policy=policy("fr"), templates=tmp_path)


def test_a_reload_with_a_language_without_a_catalog_changes_nothing(tmp_path, caplog):
    file = File(tmp_path / "town.json", site={"name": "X", "languages": ["fr"]})
    site = Site(policy=file.path)
    file.write(site={"name": "X", "languages": ["sv"]})
    assert site.wsgi.reload() is site.asgi.reload() is False
    [message, _] = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert "the previous one stays in force" in message
    assert 'town.json: site.languages: there is no catalog for "sv"; take it out, or write sv.po' in message
    assert site.ask().header("content-language") == "fr"
    file.write(site={"name": "X", "languages": ["nl", "de"]})
    assert site.wsgi.reload() is site.asgi.reload() is True
    assert site.ask(headers=[("accept-language", "fr")]).header("content-language") == "nl"


def test_a_choice_outlives_a_change_of_the_languages(tmp_path):
    file = File(tmp_path / "town.json", site={"name": "X", "id": "x", "language": "fr"})
    cookie = preferences_cookie(file.path, SECRET_KEY, "statistical", now=NOW)
    file.write(site={"name": "X", "id": "x", "language": "fr", "languages": ["nl", "fr"]})
    asked = Site(policy=file.path).ask("/cookies/preferences.json", headers=[("cookie", cookie)])
    kind = json.loads(asked.body)["categories"][1]
    assert (kind["granted"], kind["is_stale"]) == (True, False)
