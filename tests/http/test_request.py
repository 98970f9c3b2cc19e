"""Requests as both adapters read them, and which addresses belong to the site."""

from urllib.parse import unquote_to_bytes, urljoin, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cookiewarden import asgi, wsgi
from cookiewarden.http.asgi_scope import ScopeReader
from cookiewarden.http.request import Request
from cookiewarden.http.urls import is_own_address, url_path
from exchanges import SentRequest, Wrapped, http_environ, http_scope, read
from scenarios import SET_OF_POLICIES


def request_of(path="/", query="", mount="", host="data.example.org", **headers):
    return Request("GET", mount, path, query, host, headers.get)


def requests_of(request, mount=""):
    """Return the request under a mount point, as each adapter reads it."""
    path, _, _ = request.path.partition("?")
    scope = http_scope(request, root_path=unquote_to_bytes(mount).decode())
    environ = http_environ(
        request,
        SCRIPT_NAME=unquote_to_bytes(mount).decode("latin-1"),
        PATH_INFO=unquote_to_bytes(path.removeprefix(mount)).decode("latin-1"),
    )
    return [read(carrier)[0] for carrier in (scope, environ)]


ADDRESSES = [
    ("/", "", "/"),
    ("/a/b", "", "/a/b"),
    ("/a?b=1&c=%20", "", "/a?b=1&c=%20"),
    ("/caf%C3%A9/a%20b", "", "/caf%C3%A9/a%20b"),
    ("/sub/a?b", "/sub", "/sub/a?b"),
    ("/sub", "/sub", "/sub"),
    ("/sub/", "/sub", "/sub/"),
    ("/caf%C3%A9/a", "/caf%C3%A9", "/caf%C3%A9/a"),
    ("/%FF", "", "/%FF"),
    ("/a%25b", "", "/a%25b"),
    ("/a%3Fb?c", "", "/a%3Fb?c"),
    ("/a%23b", "", "/a%23b"),
    ("/a?b=%2F%2Fevil", "", "/a?b=%2F%2Fevil"),
    ("//evil.example/a", "", ""),
    ("/%5Cevil.example", "", "/%5Cevil.example"),
    ("/a?" + "b" * 3000, "", ""),
    ("/a?\xe9", "", ""),
]


@pytest.mark.parametrize(("path", "mount", "address"), ADDRESSES, ids=range(len(ADDRESSES)))
def test_both_adapters_read_the_address_that_the_browser_shows(path, mount, address):
    if "%FF" in path:
        # An ASGI server has replaced it by U+FFFD.
        assert requests_of(SentRequest(path=path), mount)[1].address == address
    else:
        assert [one.address for one in requests_of(SentRequest(path=path), mount)] == [address] * 2


@pytest.mark.parametrize(("mount", "path", "mount_url"), [("", "/a", ""), ("/caf%C3%A9", "/caf%C3%A9/a", "/caf%C3%A9")])
def test_both_adapters_read_the_mount_point(mount, path, mount_url):
    for one in requests_of(SentRequest(path=path), mount):
        assert (one.mount_url, one.path) == (mount_url, "/a")


def test_a_mount_point_missing_from_the_path_is_put_before_it():
    """Some servers pass the path without it."""
    scope = http_scope(SentRequest(path="/a"), root_path="/sub")
    assert read(scope)[0].address == "/sub/a"


def test_a_path_that_only_begins_like_the_mount_point_is_not_under_it():
    scope = http_scope(SentRequest(path="/subway"), root_path="/sub")
    assert read(scope)[0].path == "/subway"


def test_both_adapters_join_repeated_headers_as_servers_do():
    scope = http_scope(SentRequest(cookies=("a=1", "b=2"), headers=(("accept", "text/html"), ("accept", "text/plain"))))
    one, _ = read(scope)
    assert (one.header("cookie"), one.header("Accept")) == ("a=1; b=2", "text/html, text/plain")
    assert one.header("origin") is None


def test_a_scope_with_the_required_keys_only_can_be_read():
    scope = http_scope(SentRequest(path="/a?b"))
    for optional in ("scheme", "raw_path", "root_path", "client", "server"):
        del scope[optional]
    assert read(scope)[0].address == "/a?b"
    assert ScopeReader().is_secure(scope) is False


@pytest.mark.parametrize("headers", [{"headers": []}, {"headers": ()}, {}], ids=["list", "tuple", "none"])
def test_a_scope_without_headers_breaks_no_response(headers):
    scope = {key: value for key, value in http_scope().items() if key != "headers"} | headers
    sent = [("set-cookie", "_pk_1=1; Path=/"), ("set-cookie", "_fbp=1")]
    left = Wrapped(asgi).ask_with(scope, lambda carrier: sent)
    assert left == [(b"set-cookie", b"_pk_1=1; Path=/"), (b"cache-control", b"private")]


REFERERS = [
    ("https://data.example.org/a?b=1#c", "data.example.org", "/a?b=1"),
    ("http://DATA.example.org/a", "data.example.org", "/a"),
    ("https://data.example.org:8000/a", "data.example.org:8000", "/a"),
    ("https://data.example.org/", "data.example.org", "/"),
    ("https://data.example.org", "data.example.org", ""),
    ("https://data.example.org:8000/a", "data.example.org", ""),
    ("https://data.example.org.evil.example/a", "data.example.org", ""),
    ("https://data.example.org@evil.example/a", "data.example.org", ""),
    ("https://evil.example/data.example.org", "data.example.org", ""),
    ("https://data.example.org//evil.example/a", "data.example.org", ""),
    ("https://data.example.org/\\evil.example", "data.example.org", ""),
    ("https://data.example.org/a b", "data.example.org", ""),
    ("https://[::1/a", "data.example.org", ""),
    ("/a", "data.example.org", ""),
    ("/a", "", ""),
    ("", "", ""),
    ("about:blank", "", ""),
]


@pytest.mark.parametrize(("referer", "host", "expected"), REFERERS)
def test_the_referring_address_is_known_on_the_same_host_only(referer, host, expected):
    assert request_of(host=host, referer=referer).referring_address == expected


QUERIES = [
    ("", {}),
    ("a=1&a=2&b=", {"a": ["1", "2"], "b": [""]}),
    ("a=%E9", {"a": ["\ufffd"]}),
    ("&&=&", {"": [""]}),
    ("&".join(f"a{number}=1" for number in range(101)), {}),
]


@pytest.mark.parametrize(("query", "expected"), QUERIES, ids=range(len(QUERIES)))
def test_a_query_is_read_unless_it_is_too_long(query, expected):
    assert request_of(query=query).query_values == expected


@given(st.text(max_size=20))
@example("/\udcff")
def test_an_encoded_path_is_ascii_and_decodes_to_the_original(path):
    if any("\ud800" <= character <= "\udfff" and not "\udc80" <= character <= "\udcff" for character in path):
        return
    written = url_path(path)
    assert written.isascii()
    assert not set(written) & set(' "<>\\^`{}?#;')
    assert unquote_to_bytes(written) == path.encode("utf-8", "surrogateescape")


# A URL parser (WHATWG) drops tabs and line breaks, and takes "\" for "/".
@given(st.text(alphabet="/\\.:@?#ax\t\n\r \0%2Ff", max_size=12).map("/".__add__))
@example("//evil.example")
@example("/\\evil.example")
@example("/\t/evil.example")
@example("/.//evil.example")
@example("/a\r\nSet-Cookie: x=1")
def test_an_own_address_stays_on_its_host_for_every_reader(address):
    if is_own_address(address):
        cleaned = "".join(character for character in address if character not in "\t\n\r").replace("\\", "/")
        assert urlsplit(urljoin("https://data.example.org/b/c", cleaned)).netloc == "data.example.org"
        assert address.isascii()
        assert address.isprintable()
        assert " " not in address


@pytest.mark.parametrize("address", ["", "a", "?a", "#a", "https://a", "javascript:1", "/é", "/a b", "/" + "a" * 2048])
def test_what_is_not_a_path_of_the_site_is_not_an_own_address(address):
    assert not is_own_address(address)


@pytest.mark.parametrize("host", ["", None])
def test_without_a_host_the_server_name_picks_the_policy(host):
    """An empty Host header names no host (RFC 9112 3.2)."""
    scope, environ = http_scope(SentRequest(host="")), http_environ(SentRequest(host=""), SERVER_NAME="park.example")
    scope["server"] = ("park.example", 443)
    if host is None:
        scope["headers"] = scope["headers"][1:]
        del environ["HTTP_HOST"]
    for module, carrier in ((asgi, scope), (wsgi, environ)):
        app = Wrapped(module, policy=SET_OF_POLICIES)
        app.ask_with(carrier, lambda carrier: [("set-cookie", "a=1")])
        assert app.counts().by("site") == {"park.example": 1}
