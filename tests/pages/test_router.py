"""The paths, methods, formats and mount points of the pages, through both adapters."""

import json
import re
from html.parser import HTMLParser

import pytest

from cookiewarden import PolicySet
from cookiewarden.policy.policy import Policy
from exchanges import POLICY, drive, http_scope
from paged import OWN, Site
from pdf_packages import needs_pdf

pytestmark = needs_pdf  # it is one of the pages

SITE = Site()
HTML, MARKDOWN = "text/html; charset=utf-8", "text/markdown; charset=utf-8"
JSON, PDF, CSS = "application/json", "application/pdf", "text/css; charset=utf-8"
READ = {"GET", "HEAD", "OPTIONS"}
PAGES = {
    "/cookies": (HTML, READ),
    "/cookies.md": (MARKDOWN, READ),
    "/cookies.json": (JSON, READ),
    "/cookies.pdf": (PDF, READ),
    "/cookies/preferences": (HTML, READ | {"POST"}),
    "/cookies/preferences.json": (JSON, READ | {"PUT"}),
    "/cookies/banner": (HTML, READ),
    "/cookies/openapi.json": (JSON, READ),
    "/cookies/style.css": (CSS, READ),
    "/cookies/pages.css": (CSS, READ),
    "/cookies/script.js": ("text/javascript; charset=utf-8", READ),
}
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "QUERY", "get", "BREW"]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_its_media_type_and_its_length(path):
    answer = SITE.ask(path)
    assert answer.status == 200
    assert answer.header("content-type") == PAGES[path][0]
    assert int(answer.header("content-length")) == len(answer.body) > 0
    assert answer.set_cookies == []


@pytest.mark.parametrize("path", PAGES)
def test_head_gets_the_same_headers_and_no_body(path):
    got, head = SITE.ask(path), SITE.ask(path, "HEAD")
    assert (head.status, head.headers) == (got.status, got.headers)
    assert head.body == b""


@pytest.mark.parametrize("path", PAGES)
def test_options_lists_the_allowed_methods(path):
    answer = SITE.ask(path, "OPTIONS")
    assert (answer.status, answer.body, answer.list_of("allow")) == (204, b"", PAGES[path][1])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("path", PAGES)
def test_another_method_gets_a_405_that_lists_the_allowed_methods(path, method):
    answer = SITE.ask(path, method, [OWN])
    if method in PAGES[path][1]:
        assert answer.status != 405
    else:
        assert (answer.status, answer.list_of("allow")) == (405, PAGES[path][1])
    assert answer.set_cookies == []


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, HTML),
        ("", HTML),
        ("*/*", HTML),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8", HTML),
        ("text/*", HTML),
        ("application/pdf", PDF),
        ("text/markdown", MARKDOWN),
        ("application/json", JSON),
        ("Application/JSON ; q=1.0", JSON),
        ("application/json, */*;q=0.1", JSON),
        ("text/html;q=0.5, text/markdown", MARKDOWN),
        ("text/html;q=0.5, application/json;q=0.6, application/pdf;q=0.7", PDF),
        ("text/html;q=0, */*", MARKDOWN),
        ("*/*;q=0.9, text/html;q=0.1, application/pdf;q=0.2", MARKDOWN),
        ("text/*;q=0.5, application/pdf;q=0.4", HTML),
        ("image/png", HTML),
        ("application/json;q=2, text/markdown;q=0.1", MARKDOWN),
        (",;q=,=;/,text/markdown,,", MARKDOWN),
        ("x" * 9000, HTML),
    ],
)
def test_the_policy_page_has_the_format_that_accept_prefers(accept, media_type):
    answer = SITE.ask("/cookies", headers=[] if accept is None else [("accept", accept)])
    assert (answer.status, answer.header("content-type")) == (200, media_type)


@pytest.mark.parametrize("path", ["/cookies.md", "/cookies/preferences", "/cookies/preferences.json"])
def test_on_other_paths_accept_changes_nothing(path):
    assert SITE.ask(path, headers=[("accept", "application/pdf")]) == SITE.ask(path)


@pytest.mark.parametrize("path", ["/cookies", "/cookies/preferences", "/cookies/banner"])
@pytest.mark.parametrize(
    "query", ["", "?lang=fr", "?a=1&a=2&b", "?next=%2Fa%3Fb%3Dc%26d", "?%0d%0aSet-Cookie:%20a=1", "?x=//evil.example"]
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_a_trailing_slash_redirects_to_the_page_and_keeps_the_query(path, query, method):
    answer = SITE.ask(f"{path}/{query}", method)
    assert (answer.status, answer.header("location")) == (308, path + query)
    assert answer.set_cookies == []


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/cookie%73", "/cookies"),
        ("/%63%6F%6f%6B%69%65%73", "/cookies"),
        ("/cookies%2Emd", "/cookies.md"),
        ("/cookies/pre%66erences", "/cookies/preferences"),
        ("/cookies/preferences%2ejson", "/cookies/preferences.json"),
    ],
)
def test_a_percent_encoded_path_is_the_path_that_it_encodes(target, path):
    assert SITE.ask(target).header("content-type") == SITE.ask(path).header("content-type") == PAGES[path][0]


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "/cookie",
        "/cookiesX",
        "/Cookies",
        "/cookies.html",
        "/cookies.txt",
        "/cookies/other",
        "/cookies/preferences/x",
        "/cookies/preferences.json/",
        "/cookies.md/",
        "/cookies/style.css/",
        "/cookies//",
        "//cookies",
        "/cookies//preferences",
        "/x/cookies",
        "/x/../cookies",
        "/cookies/.",
        "/cookies%3Flang=fr",
        "/cookies%00",
        "/cookies%0A",
        "/cookies%2520",
        "/cookies%FF",
        "/cookies%C3%A9",
        "/cookies;a=1",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_any_other_path_goes_to_the_app(target, method):
    assert SITE.ask(target, method, [OWN]).is_by_app


@pytest.mark.parametrize("mount", ["/portal", "/a/b", "/donn%C3%A9es%20ouvertes", "/cookies"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_works_under_a_mount_point(mount, path):
    assert SITE.ask(mount + path, mount=mount).header("content-type") == PAGES[path][0]
    assert SITE.ask(f"{mount}/x{path}", mount=mount).is_by_app


class _Addresses(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found += [value for name, value in attrs if name in ("href", "action", "src") and value[:1] != "#"]


@pytest.mark.parametrize("mount", ["", "/portal", "/donn%C3%A9es%20ouvertes"])
@pytest.mark.parametrize("path", ["/cookies", "/cookies/preferences", "/cookies/banner"])
@pytest.mark.parametrize("query", ["", "?lang=en"])
def test_every_address_on_a_page_is_under_the_mount_point_and_works(mount, path, query):
    addresses = _Addresses(SITE.ask(mount + path + query, mount=mount).text).found
    assert addresses
    for address in addresses:
        assert address.startswith(mount + "/")
        if address != mount + "/":
            assert SITE.ask(address, mount=mount).status == 200


def test_redirects_and_the_openapi_document_include_the_mount_point():
    assert SITE.ask("/a%20b/cookies/?x=1", mount="/a%20b").header("location") == "/a%20b/cookies?x=1"
    assert SITE.ask("/a/cookies/preferences/", mount="/a").header("location") == "/a/cookies/preferences"
    document = json.loads(SITE.ask("/a/cookies/openapi.json", mount="/a").body)
    assert set(document["paths"]) == {
        "/a/cookies/preferences.json",
        "/a/cookies/preferences",
        "/a/cookies.json",
    }


def test_a_root_path_that_the_path_does_not_repeat_is_understood():
    """Servers written before ASGI settled the meaning of root_path leave it out of the path."""
    (start, _) = drive(SITE.asgi, http_scope(path="/cookies/preferences", root_path="/portal")).messages
    assert dict(start["headers"])[b"content-type"] == HTML.encode()


@pytest.mark.parametrize("path", PAGES)
def test_a_scope_without_optional_keys_is_understood(path):
    optional = {"scheme", "raw_path", "query_string", "root_path", "client", "server"}
    scope = {key: value for key, value in http_scope(path=path).items() if key not in optional}
    (start, _) = drive(SITE.asgi, scope).messages
    assert dict(start["headers"])[b"content-type"] == PAGES[path][0].encode()


@pytest.mark.parametrize("prefix", ["/privacy/cookies", "/c", "/cookies-2.0~x_y"])
def test_another_prefix_is_exact_and_used_everywhere(prefix):
    site = Site(pages=prefix)
    for path, (media_type, _) in PAGES.items():
        assert site.ask(path.replace("/cookies", prefix)).header("content-type") == media_type
        assert site.ask(path).is_by_app
    for address in _Addresses(site.ask(prefix).text).found:
        assert address == "/" or address.startswith(prefix)
    assert site.ask(f"{prefix}/").header("location") == prefix
    assert set(json.loads(site.ask(f"{prefix}/openapi.json").body)["paths"]) == {
        f"{prefix}/preferences.json",
        f"{prefix}/preferences",
        f"{prefix}.json",
    }


@pytest.mark.parametrize("path", [*PAGES, "/cookies/"])
def test_with_pages_none_every_path_goes_to_the_app(path):
    site = Site(pages=None)
    for method in ("GET", "POST", "PUT", "OPTIONS"):
        assert site.ask(path, method, [OWN]).is_by_app


@pytest.mark.parametrize("path", [*PAGES, "/cookies/"])
def test_a_host_without_a_policy_has_no_pages(path):
    site = Site(policy=PolicySet([Policy.from_mapping(POLICY)]))
    for method in ("GET", "POST", "PUT", "OPTIONS"):
        assert site.ask(path, method, [OWN], host="other.example").is_by_app
    assert not site.ask(path, host="Data.Example.ORG:8000").is_by_app


def test_each_host_of_a_set_has_its_own_page():
    park = {"site": {"name": "Park", "hosts": ["park.example"]}}
    site = Site(policy=PolicySet([Policy.from_mapping(POLICY), Policy.from_mapping(park)]))
    assert json.loads(site.ask("/cookies.json").body)["name"] == "Exampletown"
    assert json.loads(site.ask("/cookies.json", host="park.example").body)["name"] == "Park"


@pytest.mark.parametrize("path", [*PAGES, "/cookies/"])
def test_a_websocket_to_one_of_our_paths_goes_to_the_app(path):
    scope = {key: value for key, value in http_scope(path=path).items() if key != "method"}
    messages = drive(SITE.asgi, {**scope, "type": "websocket", "scheme": "wss"}).messages
    assert [message["type"] for message in messages] == ["websocket.accept"]


def test_the_script_is_small_and_has_no_words_of_its_own():
    script = SITE.ask("/cookies/script.js").text
    assert len(script.encode()) < 3072
    assert not re.search(r"^\s|(?:^|\s)//", script, re.MULTILINE)
    assert script.endswith("document.body.append(notice);")
    for unwanted in ("eval(", "innerHTML", "document.write", "Storage", "document.cookie", "style"):
        assert unwanted not in script
    assert "saved" not in re.sub("[.]cookies-saved", "", script)


def test_the_banner_its_style_sheet_and_the_script_weigh_less_than_12_kib():
    parts = (SITE.ask(path).body for path in ("/cookies/banner", "/cookies/style.css", "/cookies/script.js"))
    assert sum(map(len, parts)) < 12_288


def test_without_the_option_there_is_no_script_and_nothing_that_names_it():
    site = Site(script=False)
    assert site.ask("/cookies/script.js").is_by_app
    banner = site.ask("/cookies/banner").text
    assert "<script" not in banner
    assert "<template" not in banner
    assert "<script" in SITE.ask("/cookies/banner").text
