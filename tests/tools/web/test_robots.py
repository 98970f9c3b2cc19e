"""What robots.txt asks of one reader (RFC 9309)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cookiewarden.tools.web.robots import FORBIDS_ALL, read_robots

SITE = "https://a.example"


def allows(text, path, agent="cookiewarden"):
    return read_robots(text, agent).allows(SITE + path)


@pytest.mark.parametrize(
    ("pattern", "path", "is_matched"),
    [
        ("/", "/", True),
        ("/fish", "/fish", True),
        ("/fish", "/fishheads/yummy.html", True),
        ("/fish", "/Fish", False),
        ("/fish", "/catfish", False),
        ("/fish/", "/fish", False),
        ("/*.php", "/a/b.php?c", True),
        ("/*.php$", "/a/b.php", True),
        ("/*.php$", "/a/b.php?c", False),
        ("/*.php$", "/a.php/b.php", True),
        ("/a*b*c", "/aXcXbXc", True),
        ("/a*b*c", "/aXcXb", False),
        ("/a$", "/a", True),
        ("/a$", "/ab", False),
        ("/*$", "/ab", True),
        ("*", "/ab", True),
        ("/a*aa$", "/aa", False),
        ("/ü", "/%C3%BC", True),
        ("/%c3%bc", "/%C3%BC", True),
        ("/%7Eme", "/~me", True),
        ("/a%2Fb", "/a/b", False),
        ("/x?y", "/x?y=1", True),
        ("", "/", False),
    ],
)
def test_a_rule_forbids_what_its_pattern_matches(pattern, path, is_matched):
    assert allows(f"User-agent: *\nDisallow: {pattern}", path) is not is_matched


@pytest.mark.parametrize(
    ("rules", "path", "is_allowed"),
    [
        ("Disallow: /\nAllow: /p", "/page", True),
        ("Allow: /p\nDisallow: /", "/page", True),
        ("Allow: /page\nDisallow: /*.html", "/page.html", False),
        ("Allow: /a\nDisallow: /a", "/a", True),
        ("Disallow: /robots.txt", "/robots.txt", True),
        ("disallow : /x # not this", "/x", False),
        ("Disallow /x\nnonsense\n:\nSitemap: /x", "/x", True),
        ("Sitemap: https://a.example/map\nDisallow: /x", "/x", False),
    ],
)
def test_the_longest_rule_decides_and_allows_if_in_doubt(rules, path, is_allowed):
    assert allows(f"User-Agent: *\n{rules}", path) is is_allowed


@pytest.mark.parametrize(
    ("text", "is_allowed"),
    [
        ("User-agent: *\nDisallow: /\n\nUser-agent: CookieWarden/1.0\nDisallow: /other", True),
        ("User-agent: cookiewarden\nUser-agent: b\nDisallow: /", False),
        ("User-agent: b\nUser-agent: cookiewarden\nDisallow: /", False),
        ("User-agent: cookiewarden\nAllow: /\nUser-agent: b\nDisallow: /", True),
        ("User-agent: cookiewarden\nAllow: /y\nUser-agent: cookiewarden\nDisallow: /", False),
        ("User-agent: cookie\nDisallow: /", True),
        ("User-agent: cookiewarden\n\nUser-agent: *\nDisallow: /", False),
        ("Disallow: /", True),
        ("\ufeffUser-agent: *\r\nDisallow: /\r\n", False),
        ("", True),
    ],
)
def test_the_group_of_a_reader_goes_before_that_for_all(text, is_allowed):
    assert allows(text, "/x") is is_allowed


@pytest.mark.parametrize(
    ("value", "delay"),
    [("5", 5.0), ("0.5", 0.5), ("-1", 0.0), ("nan", 0.0), ("inf", 0.0), ("1e9", 0.0), ("\u0665", 0.0)],
)
def test_a_delay_is_a_plain_number_of_seconds(value, delay):
    assert read_robots(f"User-agent: *\nCrawl-delay: {value}", "cookiewarden").delay == delay


def test_a_site_whose_file_cannot_be_had_forbids_all():
    assert not FORBIDS_ALL.allows(SITE + "/")


def test_hostile_patterns_are_matched_in_little_time():
    text = "User-agent: *\n" + ("Disallow: /" + "*a" * 40 + "$\n") * 6_000
    assert allows(text, "/" + "a" * 1_900 + "b")


@given(st.text(max_size=300), st.text(max_size=40))
def test_no_text_breaks_the_reader(text, path):
    read_robots(text, "cookiewarden").allows(SITE + "/" + path)
