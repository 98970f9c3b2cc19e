"""Which rules apply: the policy page says so in each format and language, and no page claims what does not hold."""

import json
import re
from html import unescape
from io import BytesIO

import pytest
from pypdf import PdfReader

import cldr
from cookiewarden.policy.profiles import rules_of
from paged import FORM, OWN, Site
from pdf_packages import needs_pdf
from profile_scenarios import profile_of
from profiled import COOKIES, PROFILES, STATED, mapping_of

RULES, REASON = "Rules that apply", "Why it is necessary:"
NO_CONSENT = "Anonymized statistics need no consent under these rules. You can object to them at any time."
CONSENT = "Anonymized statistics need your consent under these rules."
APPEARANCE = "Cookies that only adapt the site to your wishes need no consent under these rules."
NOTE = "Anonymized statistics: they need no consent, and you can object to them."
NOTE_OF_CONSENT = "Anonymized statistics: under the rules that apply, they need your consent."
NOTE_OF_APPEARANCE = "They only adapt the site to your wishes: they need no consent, and you can object to them."
OBJECTING = "Some of these statistics are anonymized, and need no consent."
OBJECTING_TO_APPEARANCE = "Some of these cookies only adapt the site to your wishes, and need no consent."
UNLESS_ANONYMIZED = "They need your consent, unless the statistics are anonymized"
STATEMENTS = [
    "They measure this site only.",
    "They serve only those who run this site.",
    "They serve only to improve this site.",
    "They are not combined with other data.",
    "They are not passed on to others.",
    "The network addresses of visitors are masked before use.",
    "They have little or no effect on privacy.",
    "Their data are kept for 25 months at most.",
]

each_profile = pytest.mark.parametrize("profile", PROFILES)


def text_of(answer):
    """Return the words of an answer, without its markup, as one line."""
    kind = answer.header("content-type").partition(";")[0]
    if kind == "application/pdf":
        words = "".join(page.extract_text() + "\n" for page in PdfReader(BytesIO(answer.body)).pages)
    elif kind == "text/html":
        words = unescape(re.sub("<[^>]*>", "", answer.text.partition("<main")[2]))
    elif kind == "text/markdown":
        words = answer.text.replace("\\", "")
    else:
        words = json.dumps(json.loads(answer.body), ensure_ascii=False)
    return " ".join(words.split())


def bare(text):
    """Return a text without blanks, for a line of a PDF may end anywhere."""
    return "".join(text.split())


SUFFIXES = [pytest.param(".pdf", marks=needs_pdf), "", ".md", ".json"]


@pytest.mark.parametrize("suffix", SUFFIXES)
@each_profile
def test_the_policy_page_says_which_rules_apply_with_their_laws_and_what_needs_consent(profile, suffix):
    text = bare(text_of(Site(policy=mapping_of(profile)).ask(f"/cookies{suffix}")))
    rules = rules_of(profile)
    laws = [f"{source.law}, {source.section}" for source in rules.sources if source.is_shown]
    place = "California" if profile == "us-ca" else cldr.territory(rules.place)
    assert [words for words in (place, *laws, *STATEMENTS, STATED["evidence"]) if bare(words) not in text] == (
        [] if suffix != "" else [STATED["evidence"]]  # a link
    )
    assert (bare(NO_CONSENT) in text) == rules.exempts_statistics
    assert (bare(CONSENT) in text) != rules.exempts_statistics
    assert (bare(APPEARANCE) in text) == rules.exempts_appearance
    hidden = [f"{source.law}, {source.section}" for source in rules.sources if not source.is_shown]
    assert [law for law in hidden if bare(law) in text] == []


@pytest.mark.parametrize("language", ["en", "fr", "nl", "de", "it", "es", "pl", "pt"])
def test_the_place_is_named_in_the_language_of_the_reader_and_the_law_in_its_own(language):
    for profile, law in (("de", "(TDDDG), § 25"), ("nl", "Telecommunicatiewet, artikel 11.7a, lid 3, onder b")):
        text = text_of(Site(policy=mapping_of(profile)).ask(f"/cookies?lang={language}"))
        assert cldr.territory(profile.upper(), language) in text
        assert law in text


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_without_a_profile_and_a_reason_the_page_says_nothing_of_rules(suffix):
    cookies = [{key: value for key, value in cookie.items() if key != "reason"} for cookie in COOKIES]
    stated = Site(policy=mapping_of(cookies=cookies)).ask(f"/cookies{suffix}")
    plain = Site(policy=mapping_of(statistics={}, cookies=cookies)).ask(f"/cookies{suffix}")
    assert stated == plain
    text = bare(text_of(plain))
    assert not any(bare(words) in text for words in (RULES, REASON, "needyourconsentunder", *STATEMENTS))
    if suffix == ".json":
        state = json.loads(plain.body)
        assert state["rules"] is None
        assert all(cookie["reason"] is None for kind in state["categories"] for cookie in kind["cookies"])


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_page_says_only_what_the_site_states(suffix):
    statistics = {"improvement_only": True, "not_shared": True}
    text = bare(text_of(Site(policy=mapping_of("uk", statistics=statistics)).ask(f"/cookies{suffix}")))
    assert [words for words in STATEMENTS if bare(words) in text] == [STATEMENTS[2], STATEMENTS[4]]
    assert "assessment" not in text
    nothing = bare(text_of(Site(policy=mapping_of("eu", statistics={})).ask(f"/cookies{suffix}")))
    assert [words for words in STATEMENTS if bare(words) in nothing] == []
    assert "Whatthissitestates" not in nothing


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(("profiles", "has_own"), [((), False), (("fr",), True)])
def test_the_reason_of_each_necessary_cookie_is_shown(profiles, has_own, suffix):
    text = bare(text_of(Site(policy=mapping_of(*profiles)).ask(f"/cookies{suffix}")))
    assert bare(COOKIES[0]["reason"]) in text
    assert ("couldnotkeepyourchoice" in text) == has_own
    assert suffix == ".json" or text.count(bare(REASON)) == 1 + has_own


def test_a_reason_in_another_language_is_marked_as_such():
    cookies = [{**COOKIES[0], "reason": {"fr": "Sinon, personne ne pourrait se connecter"}}]
    site = Site(policy=mapping_of(cookies=cookies))
    page = site.ask("/cookies?lang=en").text
    assert '<em>Why it is necessary: <span lang="fr">Sinon, personne' in page
    assert "<em>Pourquoi il est nécessaire\u00a0: <span>Sinon, personne" in site.ask("/cookies?lang=fr").text


def test_the_evidence_is_a_link_and_no_address_breaks_out_of_it():
    statistics = STATED | {"evidence": "https://data.example.org/a?b=1&copy;=[2]~'"}
    site = Site(policy=mapping_of("fr", statistics=statistics))
    page = site.ask("/cookies").text
    assert (
        '<a href="https://data.example.org/a?b=1&amp;copy;=[2]~&#39;">The assessment behind these statements</a>'
        in page
    )
    markdown = site.ask("/cookies.md").text
    assert "[The assessment behind these statements](<https://data.example.org/a?b=1&amp;copy;=[2]~'>)" in markdown
    assert json.loads(site.ask("/cookies.json").body)["rules"]["evidence"] == statistics["evidence"]


@pytest.mark.parametrize("path", ["/cookies", "/cookies.md", "/cookies/preferences"])
@each_profile
def test_a_page_says_that_statistics_need_no_consent_only_if_they_do_not(profile, path):
    text, rules = text_of(Site(policy=mapping_of(profile)).ask(path)), rules_of(profile)
    assert (NOTE in text) == (UNLESS_ANONYMIZED in text) == rules.exempts_statistics
    assert (NOTE_OF_CONSENT in text) == ("even if the statistics are anonymized" in text) != rules.exempts_statistics
    assert (NOTE_OF_APPEARANCE in text) == rules.exempts_appearance
    assert ("unless they only adapt the site to your wishes" in text) == rules.exempts_appearance
    if path == "/cookies/preferences":
        assert (OBJECTING in text) == rules.exempts_statistics
        assert (OBJECTING_TO_APPEARANCE in text) == rules.exempts_appearance


def test_without_a_cookie_for_the_appearance_the_explanation_of_first_party_cookies_is_the_published_one():
    cookies = [cookie for cookie in COOKIES if not cookie.get("appearance")]
    assert "unless they only adapt" not in text_of(Site(policy=mapping_of("uk", cookies=cookies)).ask("/cookies"))


@each_profile
def test_the_banner_asks_for_what_needs_consent_and_for_no_more(profile):
    banner = text_of_banner(Site(policy=mapping_of(profile)).ask("/cookies/banner"))
    rules = rules_of(profile)
    assert "Counts visits" in banner
    assert ("Counts ·" in banner or "· Counts " in banner) != rules.exempts_statistics
    assert ("Keeps the colours" in banner) != rules.exempts_appearance


def text_of_banner(answer):
    return " ".join(re.sub("<[^>]*>", " ", answer.text).split()) + " "


def test_each_request_gets_the_pages_of_its_own_profile():
    site = Site(policy=mapping_of("fr", "uk", "de"), profile=profile_of)
    shown = {}
    for place in ("fr", "uk", "de", "broken"):
        answer = site.ask("/cookies.json", headers=[("x-place", place)])
        shown[place] = json.loads(answer.body)["rules"]["profile"]
    assert shown == {"fr": "fr", "uk": "uk", "de": "de", "broken": "de"}


def test_a_choice_on_the_pages_of_a_profile_is_in_force_under_it():
    site = Site(policy=mapping_of("fr", "uk", "de"), profile=profile_of)
    cookie = ("cookie", site.post("choice=accept", [FORM, OWN, ("x-place", "de")]).cookie)
    stale = {}
    for place in ("de", "fr"):
        state = json.loads(site.ask("/cookies/preferences.json", headers=[cookie, ("x-place", place)]).body)
        stale[place] = {kind["category"] for kind in state["categories"] if kind["is_stale"]}
    assert stale == {"de": set(), "fr": {"statistical"}}


@pytest.mark.parametrize("profile", [*PROFILES, None])
def test_the_policy_as_json_is_as_the_openapi_document_says(profile):
    jsonschema = pytest.importorskip("jsonschema_rs")
    site = Site(policy=mapping_of(*filter(None, [profile])))
    document = json.loads(site.ask("/cookies/openapi.json").body)
    schema = document["components"]["schemas"]["Policy"] | {"components": document["components"]}
    state = json.loads(site.ask("/cookies.json").body)
    assert jsonschema.validator_for(schema).is_valid(state)
    assert (state["rules"] or {"profile": None})["profile"] == profile
    del (state["rules"] or state)["place" if profile else "rules"]
    assert not jsonschema.validator_for(schema).is_valid(state)
