"""What a site calls a kind of cookies: its own title and explanation are shown, and the published title beside them."""

import json
import re
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from cookiewarden import Policy, PolicySet, wsgi
from cookiewarden.middleware.embeds import frame_of
from cookiewarden.testing import preferences_cookie
from exchanges import NOW, SECRET_KEY, SentRequest, Wrapped
from paged import Site
from pdf_packages import needs_pdf
from policy_files import COOKIE, File

FOLDER = Path(__file__).parents[2] / "examples" / "policies"
TEXTS = {
    "statistical": {
        "title": {"en": "Analytics", "fr": "Mesure d'audience"},
        "explanation": {"en": "They count <b>visits</b>.", "fr": "Ils comptent les visites."},
    },
    "third-party": {"title": {"en": "Media & maps"}},
}
POLICY = {
    "site": {"name": "Exampletown"},
    "categories": TEXTS,
    "cookies": [COOKIE, {"name": "NID", "category": "third-party", "purpose": "Shows maps"}],
}
SITE = Site(policy=POLICY)


def headings_of(answer):
    """Return the headings of the kinds of cookies: those of the third level."""
    if "<html" in answer.text:
        return [unescape(re.sub("<[^>]*>", "", one)) for one in re.findall(r"<h3[^>]*>(.*?)</h3>", answer.text)]
    return [one.replace("\\", "") for one in re.findall("^### (.*)", answer.text, re.MULTILINE)]


def published(language):
    """Return the titles of the kinds of a site that has none of its own."""
    site = Site(policy={**POLICY, "categories": {}})
    return headings_of(site.ask(f"/cookies?lang={language}"))[:4]


@pytest.mark.parametrize("path", ["/cookies", "/cookies.md"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_policy_page_shows_the_published_title_beside_that_of_the_site(path, language):
    necessary, statistical, first_party, third_party = published(language)
    analytics = TEXTS["statistical"]["title"][language]
    assert headings_of(SITE.ask(f"{path}?lang={language}")) == 2 * [
        necessary,
        f"{analytics} ({statistical})",
        first_party,
        f"Media & maps ({third_party})",
    ]


@needs_pdf
def test_the_pdf_shows_the_published_title_beside_that_of_the_site():
    text = "\n".join(page.extract_text() for page in PdfReader(BytesIO(SITE.ask("/cookies.pdf").body)).pages)
    assert text.count("Analytics (Statistical cookies)") == 2
    assert "They count <b>visits</b>." in text


@pytest.mark.parametrize(("language", "words"), TEXTS["statistical"]["explanation"].items())
def test_every_page_explains_a_kind_in_the_words_of_the_site(language, words):
    for path in ("/cookies", "/cookies/preferences"):
        text = unescape(SITE.ask(f"{path}?lang={language}").text)
        assert f">{words}</p>" in text
        assert "<b>visits" not in SITE.ask(f"{path}?lang={language}").text
    assert words in SITE.ask(f"/cookies.md?lang={language}").text.replace("\\", "")


@pytest.mark.parametrize("path", ["/cookies/banner", "/cookies/preferences"])
def test_who_asks_uses_the_title_of_the_site_alone(path):
    text = unescape(SITE.ask(path).text)
    assert "Analytics" in text
    assert "Media & maps" in text
    assert "Statistical cookies" not in text
    assert "Third-party cookies" not in text


def test_a_placeholder_names_the_kind_as_the_site_does():
    shown = []
    app = Wrapped(wsgi, policy=POLICY)
    app.ask(
        SentRequest(),
        lambda carrier: shown.append(frame_of(carrier, "third-party", "https://maps.example", title="Map")) or [],
    )
    assert "Media &amp; maps" in shown[0]


def test_a_text_in_another_language_than_the_page_is_marked():
    page = SITE.ask("/cookies?lang=fr").text
    assert '<span lang="en">Media &amp; maps</span>' in page
    assert "<span>Mesure d&#39;audience</span>" in page
    german = SITE.ask("/cookies?lang=de").text
    assert '<p lang="en">They count &lt;b&gt;visits&lt;/b&gt;.</p>' in german


@pytest.mark.parametrize("title", ["Statistical cookies", "statistical cookies ", "STATISTICAL COOKIES"])
def test_the_published_title_is_not_shown_beside_itself(title):
    site = Site(policy={**POLICY, "categories": {"statistical": {"title": title}}})
    assert headings_of(site.ask("/cookies"))[1].strip() == title.strip()


def test_the_api_has_both_titles():
    for path in ("/cookies.json", "/cookies/preferences.json"):
        kinds = json.loads(SITE.ask(path).body)["categories"]
        assert [(kind["title"], kind["published"]) for kind in kinds] == [
            ("Necessary cookies", None),
            ("Analytics", "Statistical cookies"),
            ("First-party cookies", None),
            ("Media & maps", "Third-party cookies"),
        ]
        assert kinds[1]["explanation"] == "They count <b>visits</b>."


@pytest.mark.parametrize("path", ["/cookies", "/cookies.md", "/cookies.json"])
def test_control_characters_become_blanks(path):
    texts = {"statistical": {"title": "Ana\x00ly\x1btics\x85", "explanation": "They\x07 count."}}
    text = Site(policy={**POLICY, "categories": texts}).ask(path).text
    assert "Ana ly tics" in text
    assert re.findall("[\x00-\x08\x0b-\x1f\x7f-\x9f]", text) == []


def test_a_new_title_is_shown_after_a_reload_and_asks_nobody_again(tmp_path):
    file = File(tmp_path / "cookies.json")
    site = Site(policy=file.path)
    headers = [("cookie", preferences_cookie(file.path, SECRET_KEY, "statistical", now=NOW))]
    for title in ("Analytics", "Measures", None):
        texts = {} if title is None else {"categories": {"statistical": {"title": title}}}
        file.write(**texts)
        assert site.wsgi.reload()
        assert site.asgi.reload()
        kind = json.loads(site.ask("/cookies/preferences.json", headers=headers).body)["categories"][1]
        assert (kind["title"], kind["granted"], kind["is_stale"]) == (title or "Statistical cookies", True, False)


def test_the_title_of_a_base_holds_for_the_sites_that_extend_it(tmp_path):
    (tmp_path / "base.toml").write_text('[categories.statistical]\ntitle = "Analytics"\n')
    for name in ("one", "two"):
        own = '[categories.statistical]\nexplanation = "Ours."\n' if name == "two" else ""
        (tmp_path / f"{name}.toml").write_text(
            f'extends = "base.toml"\n[site]\nname = "{name}"\nhosts = ["{name}.example"]\n{own}'
        )
    policies = PolicySet.load(tmp_path)
    assert [
        str(policies.for_host(f"{name}.example").category_texts["statistical"].title) for name in ("one", "two")
    ] == ["Analytics"] * 2
    kind = json.loads(Site(policy=policies).ask("/cookies.json", host="two.example").body)["categories"][1]
    assert (kind["title"], kind["explanation"]) == ("Analytics", "Ours.")


def test_the_published_policies_can_name_the_kinds_and_restrict_the_languages_in_their_base(tmp_path):
    for path in FOLDER.glob("*.toml"):
        text = path.read_text("utf-8")
        if path.name == "platform.toml":
            text = text.replace('languages = ["en", "fr", "nl", "de"]', 'languages = ["en", "fr", "nl"]')
            text += '\n[categories.statistical]\ntitle.en = "Analytics"\ntitle.fr = "Mesure d\'audience"\n'
        (tmp_path / path.name).write_text(text, "utf-8")
    before, after = PolicySet.load(FOLDER), PolicySet.load(tmp_path)
    assert [policy.digests for policy in after.policies] == [policy.digests for policy in before.policies]
    site = Site(policy=after)
    for policy in after.policies:
        for language, title in (
            ("en", "Analytics"),
            ("fr", "Mesure d'audience"),
            ("nl", "Analytics"),
            ("de", "Analytics"),
        ):
            answer = site.ask(f"/cookies?lang={language}", host=policy.site.hosts[0])
            assert answer.header("content-language") == ("en" if language == "de" else language)
            assert headings_of(answer)[1].startswith(f"{title} (")


def test_a_policy_says_what_it_calls_the_kinds():
    assert "title=Text(by_language={'en': 'Media & maps'}" in repr(Policy.from_mapping(POLICY))
