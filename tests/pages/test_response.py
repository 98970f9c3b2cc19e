"""The headers of our responses, through both adapters: what may run, what caches may keep, and the language."""

import re
from html.parser import HTMLParser

import pytest

from choices import value_of
from exchanges import NOW, POLICY, SECRET_KEY
from paged import Site
from pdf_packages import needs_pdf

pytestmark = needs_pdf  # it is one of the pages

SITE = Site()
EMBEDDED = Site(policy={**POLICY, "preferences": {"embedded": True}})


def visitor(*categories, key=SECRET_KEY, policy=POLICY, now=NOW):
    return ("cookie", f"cookies_preferences={value_of(policy, key, *categories, now=now).decode()}")


VERSION_2 = {**POLICY, "site": {**POLICY["site"], "version": "2"}}
#: Cookies with a valid choice, which the pages show.
VALID = {
    "granted": [visitor("statistical")],
    "refused": [visitor()],
    "stale": [visitor("statistical", policy=VERSION_2)],
    "beside a forged one": [("cookie", "cookies_preferences=x"), visitor()],
}
#: Cookies without a valid choice.
INVALID = {
    "none": [],
    "forged": [visitor("statistical", key="another key of sixteen bytes")],
    "over": [visitor("statistical", now=NOW - 20_000_000)],
    "from the future": [visitor("statistical", now=NOW + 86_400)],
    "a stored yes": [("cookie", "cookies_preferences=yes; consent=all")],
    "another cookie": [("cookie", "sid=1")],
}
POLICY_PAGES = {
    "/cookies": {"Cookie", "Accept", "Accept-Language"},
    "/cookies.md": {"Cookie", "Accept-Language"},
    "/cookies.json": {"Cookie", "Accept-Language"},
    "/cookies.pdf": {"Cookie", "Accept-Language"},
}
#: Pages that caches may keep if the visitor has not chosen, and what they vary by.
KEPT = {**POLICY_PAGES, "/cookies/banner": {"Cookie", "Accept-Language"}}
NEVER_KEPT = ["/cookies/preferences", "/cookies/preferences.json"]
FOR_ALL = ["/cookies/openapi.json", "/cookies/style.css", "/cookies/pages.css", "/cookies/script.js"]
ALL = [*KEPT, *NEVER_KEPT, *FOR_ALL]


@pytest.mark.parametrize("path", [*ALL, "/cookies/", "/cookies?lang=fr"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "DELETE", "POST", "PUT"])
def test_every_response_lets_nothing_run_and_forbids_sniffing(path, method):
    answer = SITE.ask(path, method)
    policy = {}
    for directive in answer.header("content-security-policy").split(";"):
        name, *sources = directive.split()
        policy[name] = sources
    assert policy == {
        "default-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
        "style-src": ["'self'"],
    }
    assert answer.header("x-content-type-options") == "nosniff"


@pytest.mark.parametrize("path", [*ALL, "/cookies/", "/cookies?lang=fr"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_a_page_of_a_site_that_others_embed_may_be_framed_and_is_as_strict_otherwise(path, method):
    framed = EMBEDDED.ask(path, method).header("content-security-policy")
    assert f"{framed}; frame-ancestors 'none'" == SITE.ask(path, method).header("content-security-policy")


class _Running(HTMLParser):
    """The elements and attributes of a page that run code or bring a style, except our own script by its address."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        is_ours = tag == "script" and (dict(attrs).get("src") or "").startswith("/cookies/script.js?v=")
        if tag in ("script", "style", "iframe", "img", "base", "object") and not is_ours:
            self.found.append(tag)
        self.found += [name for name, _ in attrs if name.startswith("on") or name == "style"]


@pytest.mark.parametrize("path", ["/cookies", "/cookies/preferences", "/cookies/banner"])
def test_no_page_has_a_script_or_a_style_of_its_own(path):
    assert _Running(SITE.ask(path).text).found == []
    assert _Running("<p onclick=a><script>").found == ["onclick", "script"]
    assert ("<script" in SITE.ask(path).text) == (path == "/cookies/banner")


@pytest.mark.parametrize("choice", VALID)
@pytest.mark.parametrize("path", [*KEPT, *NEVER_KEPT])
def test_a_page_that_shows_a_choice_is_never_stored(path, choice):
    answer = SITE.ask(path, headers=VALID[choice])
    assert (answer.status, answer.list_of("cache-control")) == (200, {"no-store"})
    assert answer.header("etag") is None


@pytest.mark.parametrize("choice", INVALID)
@pytest.mark.parametrize("path", KEPT)
def test_without_a_choice_a_page_may_be_kept_and_must_be_revalidated(path, choice):
    answer = SITE.ask(path, headers=INVALID[choice])
    assert "no-store" not in answer.list_of("cache-control")
    assert {"no-cache"} <= answer.list_of("cache-control")
    assert answer.header("etag") is not None
    assert answer == SITE.ask(path)


@pytest.mark.parametrize("path", NEVER_KEPT)
def test_a_page_to_choose_on_is_never_stored(path):
    answer = SITE.ask(path)
    assert answer.list_of("cache-control") == {"no-store"}
    assert answer.header("etag") is None


@pytest.mark.parametrize("headers", [[], VALID["granted"]])
@pytest.mark.parametrize("path", KEPT)
def test_vary_names_what_a_page_depends_on(path, headers):
    signal = {"Sec-GPC"} if path == "/cookies/banner" and not headers else set()  # a choice leaves no banner
    assert SITE.ask(path, headers=headers).list_of("vary") == KEPT[path] | signal


def test_only_the_address_with_the_version_of_a_style_sheet_is_kept_for_long():
    linked = re.findall('rel="stylesheet" href="(.*?)"', SITE.ask("/cookies").text)
    assert [href.partition("?")[0] for href in linked] == ["/cookies/pages.css", "/cookies/style.css"]
    for href in linked:
        assert {"public", "immutable"} <= SITE.ask(href).list_of("cache-control")
        path = href.partition("?")[0]
        for address in (path, f"{path}?v=1", f"{href}&x=1"):
            assert SITE.ask(address).list_of("cache-control") == {"public", "no-cache"}


@pytest.mark.parametrize("path", [*KEPT, *FOR_ALL])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("form", ["{}", "W/{}", '"x", {}', '{} , W/"y"', ',"a,b",{}', "*"])
def test_a_client_that_has_the_page_gets_a_304(path, method, form):
    got = SITE.ask(path)
    answer = SITE.ask(path, method, [("if-none-match", form.format(got.header("etag")))])
    assert (answer.status, answer.body) == (304, b"")
    # RFC 9110 15.4.5: headers for caches are the same as those of the 200.
    for name in ("etag", "cache-control", "vary", "content-security-policy"):
        assert answer.header(name) == got.header(name)
    assert answer.header("content-type") is None
    assert answer.header("content-length") in (None, got.header("content-length"))


@pytest.mark.parametrize("path", [*KEPT, *FOR_ALL])
@pytest.mark.parametrize("tag", ['"x"', "", '"', "{unquoted}", 'w/"x"', "é"])
def test_a_client_that_has_another_page_gets_this_one(path, tag):
    got = SITE.ask(path)
    tag = tag.format(unquoted=got.header("etag").strip('"'))
    assert SITE.ask(path, headers=[("if-none-match", tag)]) == got


@pytest.mark.parametrize("path", KEPT)
def test_a_client_that_has_the_page_from_before_a_choice_gets_the_new_one(path):
    headers = [("if-none-match", SITE.ask(path).header("etag")), visitor("statistical")]
    assert SITE.ask(path, headers=headers).status == 200
    assert SITE.ask(path, headers=[("if-none-match", "*"), visitor()]).status == 200


def test_two_pages_that_differ_have_different_tags():
    site = Site(policy={**POLICY, "site": {**POLICY["site"], "contact": "privacy@example.org"}})
    for path in POLICY_PAGES:
        answers = SITE.ask(path), SITE.ask(f"{path}?lang=fr"), site.ask(path)
        tags = {answer.header("etag") for answer in answers}
        assert len(tags) == 3


@pytest.mark.parametrize("path", [*KEPT, *NEVER_KEPT])
@pytest.mark.parametrize(
    ("query", "headers", "language"),
    [
        ("", [], "en"),
        ("", [("accept-language", "fr-BE, en;q=0.5")], "fr"),
        ("", [("accept-language", "fr;q=0, nl;q=0.1")], "nl"),
        ("", [("accept-language", "xx")], "en"),
        ("?lang=de", [("accept-language", "fr")], "de"),
        ("?lang=%00", [("accept-language", "fr")], "fr"),
    ],
)
def test_content_language_names_the_language_of_a_page(path, query, headers, language):
    assert SITE.ask(path + query, headers=headers).header("content-language") == language


@pytest.mark.parametrize("path", FOR_ALL)
def test_a_resource_that_is_the_same_for_all_has_no_language(path):
    answer = SITE.ask(path, headers=VALID["granted"])
    assert answer == SITE.ask(path)
    assert answer.header("content-language") is None
    assert answer.header("vary") is None


@pytest.mark.parametrize("path", [*ALL, "/cookies/"])
@pytest.mark.parametrize("query", ["", "?lang=fr", "?choice=accept", "?choice=refuse&category=statistical", "?saved"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_reading_changes_nothing_whatever_the_query(path, query, method):
    for headers in ([], VALID["granted"], [("x-http-method-override", "POST")]):
        answer = SITE.ask(path + query, method, headers, body=b"choice=accept" if not headers else b"")
        assert answer.set_cookies == []
        assert answer.status in (200, 204, 308)


def test_a_request_with_an_empty_host_gets_the_page():
    assert SITE.ask("/cookies", host="").status == 200
