"""The reader of Set-Cookie lines, checked against tables from RFC 6265bis 5.6 and 5.7."""

import math

import pytest

from cookiewarden.http import set_cookie_line
from cookiewarden.http.headers import as_bytes
from cookiewarden.http.set_cookie import parse_set_cookie
from cookiewarden.http.set_cookie_line import names_of

NOW = 1_700_000_000.0  # 2023-11-14
EPOCH = b"Thu, 01 Jan 1970 00:00:00 GMT"


def read(line, host="www.example.org", scheme="https", path="/a/b"):
    return parse_set_cookie(line, host=host, scheme=scheme, path=path, now=NOW)


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        (b"a=b", b"a", b"b"),
        (b" \ta \t=\t b \t; Path=/", b"a", b"b"),
        (b"a=", b"a", b""),
        (b"a==b=c", b"a", b"=b=c"),
        (b'a="b c"', b"a", b'"b c"'),
        (b'a="b; c"; d', b"a", b'"b'),
        (b"a=1, b=2", b"a", b"1, b=2"),
        (b"a b=c d", b"a b", b"c d"),
        (b"a\tb=c\td", b"a\tb", b"c\td"),
        (b"\xa0a\x85=\xa0b\x85", b"\xa0a\x85", b"\xa0b\x85"),
        (b"\x0ba\x0c=\x0bb\x0c", b"\x0ba\x0c", b"\x0bb\x0c"),
        (b"\xc3\xa9=\xff", b"\xc3\xa9", b"\xff"),
        (b"A=B", b"A", b"B"),
        (b"[a]=1", b"[a]", b"1"),
        (b'{"a":1,"b"}=1', b'{"a":1,"b"}', b"1"),
        (b"$Version=1", b"$Version", b"1"),
        (b"Path=/; Path=/x", b"Path", b"/"),
    ],
)
def test_a_line_is_split_at_its_first_equals_sign_and_only_blanks_are_trimmed(line, name, value):
    cookie = read(line)
    assert (cookie.name, cookie.value, cookie.names) == (name, value, (name,))
    assert not cookie.is_malformed


@pytest.mark.parametrize(
    ("line", "names", "value"),
    [
        (b"", (b"",), b""),
        (b" \t", (b"",), b""),
        (b"=", (b"",), b""),
        (b";", (b"",), b""),
        (b"; a=1", (b"",), b""),
        (b"_ga", (b"", b"_ga"), b"_ga"),
        (b" _ga ; Path=/", (b"", b"_ga"), b"_ga"),
        (b"=_ga", (b"", b"_ga"), b"_ga"),
        (b" = _ga ", (b"", b"_ga"), b"_ga"),
        (b"=_ga=1", (b"", b"_ga"), b"_ga=1"),
        (b"\t=\t_ga\t=1", (b"", b"_ga"), b"_ga\t=1"),
        (b"==_ga=1", (b"",), b"=_ga=1"),
        (b"__Host-x", (b"", b"__Host-x"), b"__Host-x"),
        (b"_ga\tx", (b"", b"_ga\tx"), b"_ga\tx"),
    ],
)
def test_a_nameless_line_also_reports_the_name_that_a_server_would_read(line, names, value):
    cookie = read(line)
    assert (cookie.names, cookie.value) == (names, value)
    assert cookie.is_malformed


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        (b"a=1\n_ga=2", {b"a", b"_ga"}),
        (b"a=1\r_ga=2", {b"a", b"_ga"}),
        (b"a=1\r\nSet-Cookie: _ga=2", {b"a", b"_ga"}),
        (b"a=1\r\n SET-COOKIE :\t_ga=2", {b"a", b"_ga"}),
        (b"a=1; Path=/\n\n_ga=2; Path=/", {b"a", b"_ga"}),
        (b"a\0b=1", {b"a", b"b", b"a b"}),
        (b"_ga=1\0; Max-Age=0", {b"_ga"}),
        (b"\n_ga=1", {b"_ga"}),
        (b"\0", {b""}),
    ],
)
def test_a_line_with_cr_lf_or_nul_is_malformed_and_reports_the_name_of_each_piece(line, seen):
    cookie = read(line)
    assert cookie.is_malformed
    assert seen <= set(cookie.names)
    assert not cookie.is_deletion


@pytest.mark.parametrize("text", ["a=é", "a=ÿ\x85", "a=\0"])
def test_a_string_stands_for_its_latin_1_bytes(text):
    assert as_bytes(text) == text.encode("latin-1")
    assert parse_set_cookie(text) == parse_set_cookie(text.encode("latin-1"))


@pytest.mark.parametrize("text", ["a=€", "\u0100=1", "a=1; Path=/\ud800", "a=\N{GRINNING FACE}"])
def test_a_character_beyond_latin_1_makes_a_line_malformed(text):
    assert parse_set_cookie(text).is_malformed


def test_the_value_is_not_shown_in_the_representation():
    assert "secret" not in repr(read(b"a=secret; X=secret"))


@pytest.mark.parametrize(
    ("domain", "host", "kept_for", "host_only"),
    [
        (b"", "www.example.org", "www.example.org", True),
        (b"; Domain", "www.example.org", "www.example.org", True),
        (b"; Domain=", "www.example.org", "www.example.org", True),
        (b"; Domain=.", "www.example.org", "www.example.org", True),
        (b"; Domain=example.org", "www.example.org", "example.org", False),
        (b"; dOMAIN = .Example.ORG ", "www.example.org", "example.org", False),
        (b"; Domain=www.example.org", "WWW.Example.org", "www.example.org", False),
        (b"; Domain=example.org; Domain=", "www.example.org", "www.example.org", True),
        (b"; Domain=other.net; Domain=example.org", "www.example.org", "example.org", False),
        (b"; Domain=" + b"x" * 1025, "www.example.org", "www.example.org", True),
        (b"; Domain=127.0.0.1", "127.0.0.1", "127.0.0.1", True),
        (b"; Domain=[::1]", "[::1]", "[::1]", True),
    ],
)
def test_the_last_domain_attribute_sets_the_domain(domain, host, kept_for, host_only):
    cookie = read(b"a=1" + domain, host=host)
    assert (cookie.domain, cookie.host_only) == (kept_for, host_only)


@pytest.mark.parametrize(
    ("attribute", "request_path", "kept_for"),
    [
        (b"", "/a/b", b"/a"),
        (b"", "/a/b/", b"/a/b"),
        (b"", "/a", b"/"),
        (b"", "/", b"/"),
        (b"", "", b"/"),
        (b"", "a/b", b"/"),
        (b"", "/é/b", b"/\xe9"),
        (b"; Path=/x", "/a/b", b"/x"),
        (b"; PATH = /x y ", "/a/b", b"/x y"),
        (b"; Path", "/a/b", b"/a"),
        (b"; Path=", "/a/b", b"/a"),
        (b"; Path=x", "/a/b", b"/a"),
        (b'; Path="/x"', "/a/b", b"/a"),
        (b"; Path=/x; Path=/y", "/a/b", b"/y"),
        (b"; Path=/x; Path=y", "/a/b", b"/a"),
        (b"; Path=/x; Path=/" + b"y" * 1024, "/a/b", b"/x"),
        (b"; Path=/" + b"y" * 1023, "/a/b", b"/" + b"y" * 1023),
    ],
)
def test_the_path_is_the_last_path_attribute_or_the_default_path(attribute, request_path, kept_for):
    assert read(b"a=1" + attribute, path=request_path).cookie_path == kept_for


@pytest.mark.parametrize(
    ("attributes", "expiry"),
    [
        (b"", None),
        (b"; Max-Age=60", NOW + 60),
        (b"; max-age = 060 ", NOW + 60),
        (b"; Max-Age=0", -math.inf),
        (b"; Max-Age=000", -math.inf),
        (b"; Max-Age=-0", -math.inf),
        (b"; Max-Age=-1", -math.inf),
        (b"; Max-Age=-99999999999999999999999", -math.inf),
        (b"; Max-Age=" + b"9" * 400, math.inf),
        (b"; Max-Age=60; Max-Age=10", NOW + 10),
        (b"; Max-Age=60; Max-Age=x", None),
        (b"; Max-Age=60; Max-Age", None),
        (b"; Max-Age=", None),
        (b"; Max-Age=-", None),
        (b"; Max-Age=+60", None),
        (b"; Max-Age=6.0", None),
        (b"; Max-Age=0x10", None),
        (b"; Max-Age=6 0", None),
        (b'; Max-Age="60"', None),
        (b"; Max-Age=\xb2", None),
        (b"; Max-Age=60; Max-Age=" + b"1" * 1025, NOW + 60),
        (b"; Expires=" + EPOCH, 0.0),
        (b"; Max-Age=60; Expires=" + EPOCH, NOW + 60),
        (b"; Expires=" + EPOCH + b"; Max-Age=60", NOW + 60),
        (b"; Expires=" + EPOCH + b"; Max-Age=soon", 0.0),
        (b"; Expires=" + EPOCH + b"; Expires=soon", None),
        (b"; Expires=soon; Expires=" + EPOCH, 0.0),
    ],
)
def test_max_age_overrides_expires_and_the_last_of_each_counts_even_if_invalid(attributes, expiry):
    assert read(b"a=1" + attributes).expiry == expiry


@pytest.mark.parametrize("written", [b"; %s", b"; %s=", b"; %s=false", b";%s;%s", b";\t %s\t=", b";;%s; x"])
@pytest.mark.parametrize(
    ("attribute", "field"), [(b"secure", "secure"), (b"HTTPONLY", "http_only"), (b"Partitioned", "partitioned")]
)
def test_a_flag_is_set_by_its_name_in_any_case_whatever_its_value(written, attribute, field):
    cookie = read(b"a=1" + written.replace(b"%s", attribute))
    flags = {name: getattr(cookie, name) for name in ("secure", "http_only", "partitioned")}
    assert flags == {name: name == field for name in flags}


@pytest.mark.parametrize("attribute", [b"Secured", b"x=Secure", b"\xa0Secure", b"Se cure", b"Secure=" + b"x" * 1025])
def test_what_only_resembles_secure_does_not_count(attribute):
    assert not read(b"a=1; " + attribute).secure


@pytest.mark.parametrize(
    ("attributes", "same_site"),
    [
        (b"", None),
        (b"; SameSite=Strict", "Strict"),
        (b"; samesite = LAX ", "Lax"),
        (b"; SameSite=none", "None"),
        (b"; SameSite", None),
        (b"; SameSite=Default", None),
        (b"; SameSite=Strict; SameSite=Lax", "Lax"),
        (b"; SameSite=Strict; SameSite=x", None),
    ],
)
def test_the_last_same_site_attribute_counts_and_an_unknown_value_is_the_default(attributes, same_site):
    assert read(b"a=1" + attributes).same_site == same_site


@pytest.mark.parametrize(
    ("line", "host", "scheme", "sections"),
    [
        (b"a=1", "www.example.org", "http", []),
        (b"a=1; Domain=example.org; Path=/; Secure; HttpOnly", "www.example.org", "https", []),
        (b"a=1; Secure", "www.example.org", "WSS", []),
        (b"=", "www.example.org", "https", ["5.7"]),
        (b"=a", "www.example.org", "https", []),
        (b"a=\x01", "www.example.org", "https", ["5.6"]),
        (b"a=1; x=\x7f", "www.example.org", "https", ["5.6"]),
        (b"a=\0", "www.example.org", "https", ["5.6"]),
        (b"a=\t1\t2", "www.example.org", "https", []),
        (b"a=" + b"x" * 4095, "www.example.org", "https", []),
        (b"a=" + b"x" * 4096, "www.example.org", "https", ["5.7"]),
        (b"x" * 4097 + b"=", "www.example.org", "https", ["5.7"]),
        (b"a=1; Domain=b\xc3\xbccher.org", "b\xfccher.org", "https", ["5.7", "5.7"]),
        (b"a=1; Domain=ample.org", "www.example.org", "https", ["5.7"]),
        (b"a=1; Domain=www.example.org", "example.org", "https", ["5.7"]),
        (b"a=1; Domain=0.0.1", "127.0.0.1", "https", ["5.7"]),
        (b"a=1; Domain=127.0.0.1", "127.0.0.1", "https", []),
        (b"a=1; Secure", "www.example.org", "http", ["5.7"]),
        (b"a=1; Secure", "localhost", "http", []),
        (b"__Host-a=1; Secure; Path=/", "127.0.0.1", "http", []),
        (b"a=1; Secure", "[::1]", "http", []),
        (b"a=1; Secure", "shop.localhost", "ws", []),
        (b"a=1; Secure", "localhost.example.org", "http", ["5.7"]),
        (b"a=1; Secure", "127.example.org", "http", ["5.7"]),
        (b"a=1; SameSite=None", "www.example.org", "https", ["5.7"]),
        (b"a=1; SameSite=None; Secure", "www.example.org", "https", []),
        (b"a=1; Partitioned", "www.example.org", "https", ["CHIPS"]),
        (b"a=1; Partitioned; Secure", "www.example.org", "https", []),
        (b"__Secure-a=1; Secure", "www.example.org", "https", []),
        (b"__secURE-a=1", "www.example.org", "https", ["5.4"]),
        (b"__Secure-a=1; Secure", "www.example.org", "http", ["5.7", "5.4"]),
        (b"__Host-a=1; Secure; Path=/", "www.example.org", "https", []),
        (b"__host-a=1; Secure", "www.example.org", "https", ["5.4"]),
        (b"__Host-a=1; Path=/", "www.example.org", "https", ["5.4"]),
        (b"__Host-a=1; Secure; Path=/; Domain=example.org", "www.example.org", "https", ["5.4"]),
        (b"__Host-a=1; Secure; Path=/x; Domain=example.org", "www.example.org", "https", ["5.4", "5.4"]),
        (b"__Http-a=1; Secure; HttpOnly", "www.example.org", "https", []),
        (b"__HTTP-a=1; Secure", "www.example.org", "https", ["5.4"]),
        (b"__Host-Http-a=1; Secure; HttpOnly; Path=/", "www.example.org", "https", []),
        (b"__Host-Http-a=1; Secure; Path=/", "www.example.org", "https", ["5.4"]),
        (b"__Hosta=1", "www.example.org", "https", []),
        (b"=__Secure-a=1; Secure", "www.example.org", "https", ["5.4"]),
        (b"__host-a", "www.example.org", "https", ["5.4"]),
    ],
)
def test_a_refusal_names_the_section_that_demands_it(line, host, scheme, sections):
    refusals = read(line, host=host, scheme=scheme).refusals
    assert [refusal.section for refusal in refusals] == sections
    assert all(refusal.message for refusal in refusals)


@pytest.mark.parametrize("line", [b"a; Max-Age=0", b"=a; Max-Age=0", b"a=1\nb=2; Max-Age=0", b"a=\0; Max-Age=0"])
def test_a_malformed_line_is_not_a_deletion(line):
    assert not read(line).is_deletion


@pytest.mark.parametrize("host", ["", "example.org"])
@pytest.mark.parametrize("scheme", ["", "http", "https"])
def test_the_names_depend_on_the_line_alone(host, scheme):
    line = b"__Host-a=1; Domain=evil.test; Path=/x"
    assert parse_set_cookie(line, host=host, scheme=scheme).names == names_of(line)


@pytest.mark.parametrize("pattern", [set_cookie_line._FOLDS, set_cookie_line._BREAKS_OF_FOLDS])
def test_a_run_of_line_breaks_is_matched_only_from_its_start(pattern):
    # A pattern that may begin inside a run takes time quadratic in the run's length.
    assert pattern.search(b"a=\r\n\r b").start() == 2
    assert all(pattern.match(b"\r" * 9 + b" b", start) is None for start in range(1, 9))
