"""The jar of the audit against the rules of RFC 6265bis 5.5 to 5.8, and against a second one written for the tests."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cookiewarden.tools.audit import jar as jars
from cookiewarden.tools.audit.jar import LONGEST_KEPT, MAX_OF_ALL, MAX_OF_DOMAIN, Jar
from exchanges import NOW as THEIR_NOW
from jar import Jar as OtherJar

NOW = 1_700_000_000.0
SITE = "https://shop.example.org"
DAY = 86_400


def sent(lines, to, *, at=SITE + "/", now=NOW):
    jar = Jar()
    for line in lines:
        jar.store(at, line, NOW)
    return jar.header_for(to, now)


@pytest.mark.parametrize(
    ("line", "to", "is_sent"),
    [
        # host-only and domain-match (5.1.3, 5.6.3)
        (b"a=1", SITE + "/", True),
        (b"a=1", "https://www.shop.example.org/", False),
        (b"a=1", "https://example.org/", False),
        (b"a=1; Domain=example.org", "https://example.org/", True),
        (b"a=1; Domain=.Example.ORG", "https://other.example.org/", True),
        (b"a=1; Domain=example.org", "https://badexample.org/", False),
        (b"a=1; Domain=shop.example.org", "https://www.shop.example.org/", True),
        (b"a=1; Domain=www.shop.example.org", SITE + "/", False),
        (b"a=1; Domain=other.example", SITE + "/", False),
        (b"a=1; Domain=org", SITE + "/", False),
        (b"a=1; Domain=", SITE + "/", True),
        (b"a=1", "https://shop.example.org:8443/", True),
        # path-match (5.1.4)
        (b"a=1; Path=/docs", SITE + "/docs", True),
        (b"a=1; Path=/docs", SITE + "/docs/x?q", True),
        (b"a=1; Path=/docs", SITE + "/docsx", False),
        (b"a=1; Path=/docs/", SITE + "/docs", False),
        (b"a=1; Path=docs", SITE + "/", True),
        (b"a=1; Path=/", "https://shop.example.org", True),
        # Secure (5.8.3), prefixes (5.4)
        (b"a=1; Secure", SITE + "/", True),
        (b"a=1; Secure", "http://shop.example.org/", False),
        (b"a=1", "http://shop.example.org/", True),
        (b"__Secure-a=1", SITE + "/", False),
        (b"__Secure-a=1; Secure", SITE + "/", True),
        (b"__Host-a=1; Secure; Path=/", SITE + "/", True),
        (b"__Host-a=1; Secure", SITE + "/", False),
        (b"__Host-a=1; Secure; Path=/; Domain=example.org", SITE + "/", False),
        (b"__Host-Http-a=1; Secure; Path=/; HttpOnly", SITE + "/", True),
        (b"__host-http-a=1; Secure; Path=/", SITE + "/", False),
        # expiry (5.5, 5.6.1, 5.6.2)
        (b"a=1; Max-Age=0", SITE + "/", False),
        (b"a=1; Max-Age=-5", SITE + "/", False),
        (b"a=1; Max-Age=x", SITE + "/", True),
        (b"a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT", SITE + "/", False),
        (b"a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=60", SITE + "/", True),
        # what browsers refuse (5.6, 5.7)
        (b"a=\x01", SITE + "/", False),
        (b"a=" + b"v" * 4095, SITE + "/", True),
        (b"a=" + b"v" * 4096, SITE + "/", False),
        (b"=", SITE + "/", False),
        (b"a=1; SameSite=None", SITE + "/", False),
        (b"a=1; SameSite=Strict", SITE + "/", True),
        (b"a=1; Partitioned", SITE + "/", False),
    ],
)
def test_a_cookie_goes_where_a_browser_sends_it(line, to, is_sent):
    assert (sent([line], to) != b"") is is_sent


@pytest.mark.parametrize(("line", "pair"), [
    (b"a=1=2; Path=/", b"a=1=2"),
    (b' a = "x y" ', b'a="x y"'),
    (b"a=", b"a="),
    (b"a", b"a"),
    (b"=a", b"a"),
    (b"\xff=\xfe", b"\xff=\xfe"),
])  # fmt: skip
def test_the_bytes_of_name_and_value_come_back_as_they_were(line, pair):
    assert sent([line], SITE + "/") == pair


def test_a_cookie_without_path_goes_to_the_folder_that_set_it():
    assert sent([b"a=1"], SITE + "/docs/other", at=SITE + "/docs/page") == b"a=1"
    assert sent([b"a=1"], SITE + "/", at=SITE + "/docs/page") == b""


def test_longer_paths_come_first_and_then_older_cookies():
    lines = [b"new=1; Path=/", b"old=2; Path=/", b"deep=3; Path=/docs", b"new=4; Path=/"]
    assert sent(lines, SITE + "/docs/") == b"deep=3; new=4; old=2"


def test_the_names_are_those_of_the_header():
    jar = Jar()
    for line in (b"a=1; Path=/", b"nameless; Path=/", b"b=2; Path=/x"):
        jar.store(SITE + "/", line, NOW)
    assert jar.names_for(SITE + "/x", NOW) == (b"b", b"a", b"")
    assert jar.header_for(SITE + "/x", NOW) == b"b=2; a=1; nameless"


@pytest.mark.parametrize(
    ("line", "later", "is_sent"),
    [
        (b"a=1; Max-Age=60", 59, True),
        (b"a=1; Max-Age=60", 60, False),
        (b"a=1", 10_000 * DAY, True),
        (b"a=1; Max-Age=999999999999999999", LONGEST_KEPT - 1, True),
        (b"a=1; Max-Age=999999999999999999", LONGEST_KEPT, False),
        (b"a=1; Expires=Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_KEPT, False),
    ],
)
def test_a_cookie_ends_with_its_lifetime_and_at_the_latest_after_400_days(line, later, is_sent):
    assert (sent([line], SITE + "/", now=NOW + later) != b"") is is_sent


@pytest.mark.parametrize(
    ("deletion", "is_gone"),
    [
        (b"a=; Max-Age=0; Path=/", True),
        (b"a=; Max-Age=0; Path=/x", False),
        (b"a=; Max-Age=0; Path=/; Domain=shop.example.org", False),
        (b"A=; Max-Age=0; Path=/", False),
    ],
)
def test_a_deletion_removes_only_the_cookie_of_its_name_domain_and_path(deletion, is_gone):
    assert (sent([b"a=1; Path=/", deletion], SITE + "/x") == b"") is is_gone


@pytest.mark.parametrize(
    ("line", "is_heeded"),
    [
        (b"a=2; Path=/", False),
        (b"a=2; Path=/; Domain=example.org", False),
        (b"a=2; Path=/x", False),
        (b"a=; Path=/; Max-Age=0", False),
        (b"a=2; Path=/; Secure", False),
        (b"b=2; Path=/", True),
    ],
)
def test_an_insecure_page_cannot_touch_a_secure_cookie(line, is_heeded):
    jar = Jar()
    jar.store(SITE + "/", b"a=1; Path=/; Secure", NOW)
    assert jar.store("http://shop.example.org/", line, NOW) is is_heeded
    assert b"a=1" in jar.header_for(SITE + "/", NOW)


def test_cookies_of_an_address_and_of_a_name_without_dots_stay_with_their_host():
    for host in ("127.0.0.1", "[::1]", "localhost"):
        at = f"http://{host}:8000/"
        assert sent([b"a=1"], at, at=at) == b"a=1"
    assert sent([b"a=1; Domain=127.0.0.1"], "http://127.0.0.1/", at="http://127.0.0.1/") == b"a=1"
    assert sent([b"a=1; Domain=localhost"], "http://localhost/", at="http://localhost/") == b"a=1"
    assert sent([b"a=1; Domain=localhost"], "http://shop.localhost/", at="http://localhost/") == b""
    assert sent([b"a=1; Domain=0.0.1"], "http://127.0.0.1/", at="http://127.0.0.1/") == b""


def test_a_domain_with_too_many_cookies_loses_those_that_are_not_secure_and_longest_unused():
    jar = Jar()
    jar.store(SITE + "/", b"kept=1; Secure; Path=/", NOW)
    for number in range(MAX_OF_DOMAIN + 20):
        jar.store(SITE + "/", b"c%d=1; Path=/" % number, NOW)
    names = jar.names_for(SITE + "/", NOW)
    assert len(names) == len(jar) == MAX_OF_DOMAIN
    assert names[0] == b"kept"
    assert names[1] == b"c21"


def test_all_domains_together_have_a_limit(monkeypatch):
    monkeypatch.setattr(jars, "MAX_OF_ALL", 5)
    jar = Jar()
    for number in range(8):
        jar.store(f"https://host{number}.example/", b"a=1", NOW)
    assert len(jar) == 5
    assert jar.header_for("https://host2.example/", NOW) == b""
    assert jar.header_for("https://host3.example/", NOW) == b"a=1"
    assert MAX_OF_ALL >= 3_000


@given(st.binary(max_size=200), st.text(max_size=60))
def test_no_line_and_no_address_breaks_the_jar(line, url):
    jar = Jar()
    for address in (SITE + "/", url):
        jar.store(address, line, NOW)
        header = jar.header_for(address, NOW)
        assert not {b"\r", b"\n", b"\0"} & {bytes([byte]) for byte in header}


lines = st.builds(
    lambda name, attributes: b"; ".join([name + b"=1", *attributes]),
    st.sampled_from([b"a", b"b", b"__Host-a"]),
    st.lists(
        st.sampled_from(
            [
                b"Secure",
                b"Path=/",
                b"Path=/x",
                b"Domain=example.org",
                b"Domain=shop.example.org",
                b"Max-Age=0",
                b"Max-Age=9",
            ]
        ),
        max_size=4,
    ),
)
urls = st.builds(
    "{}://{}{}".format,
    st.sampled_from(["http", "https"]),
    st.sampled_from(["shop.example.org", "example.org", "a.shop.example.org"]),
    st.sampled_from(["/", "/x", "/x/y", "/xy"]),
)


@given(st.lists(st.tuples(urls, lines), max_size=8), urls)
def test_it_sends_what_the_jar_of_the_other_tests_sends(stored, to):
    ours, theirs = Jar(), OtherJar()
    for url, line in stored:
        parts = urlsplit(url)
        ours.store(url, line, float(THEIR_NOW))
        theirs.store(line, parts.hostname, parts.scheme, parts.path)
    parts = urlsplit(to)
    expected = sorted(kept.name for kept in theirs.sent(parts.hostname, parts.scheme, parts.path))
    assert sorted(ours.names_for(to, float(THEIR_NOW))) == expected


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "127.9.9.9", "[::1]:8000", "shop.localhost"])
def test_a_secure_cookie_is_kept_and_sent_over_http_on_this_machine(host):
    site = f"http://{host}/"
    lines = [b"a=1; Secure", b"__Host-b=1; Secure; Path=/", b"c=1; Secure; SameSite=None"]
    assert sent(lines, site, at=site) == b"a=1; __Host-b=1; c=1"
