"""The links of a page that the audit follows, and those that it leaves alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cookiewarden.tools.audit.links import MAX_LINKS, MAX_READ, links_of
from cookiewarden.tools.web.addresses import normalized

PAGE = "https://shop.example/docs/page?q#f"


@pytest.mark.parametrize(
    ("markup", "link"),
    [
        ('<a href="next">', "https://shop.example/docs/next"),
        ("<A HREF=/x>", "https://shop.example/x"),
        ("<a href='?p=2&amp;s=1'>", "https://shop.example/docs/page?p=2&s=1"),
        ('<a href="#top">', "https://shop.example/docs/page?q"),
        ('<a href=" \n/x\ty ">', "https://shop.example/xy"),
        ('<a href="//other.example/">', "https://other.example/"),
        ('<a href="/ü">', "https://shop.example/%C3%BC"),
        ('<area href="/map">', "https://shop.example/map"),
        ('<link rel="next" href="/p2">', "https://shop.example/p2"),
        ('<link rel="Canonical" href="/c"/>', "https://shop.example/c"),
        ('<iframe src="/frame"></iframe>', "https://shop.example/frame"),
        ('<frame src="/frame">', "https://shop.example/frame"),
        ("<meta http-equiv='Refresh' content='0; URL=/en/'>", "https://shop.example/en/"),
        ('<base href="/b/"><base href="/c/"><a href="x">', "https://shop.example/b/x"),
        ('<base href="javascript:0"><a href="x">', "https://shop.example/docs/x"),
        ('<a href="/1" href="/2">', "https://shop.example/1"),
        ('<a href="/data.eindhoven.nl/">', "https://shop.example/data.eindhoven.nl/"),
        ('<a href="/blogoffer">', "https://shop.example/blogoffer"),
    ],
)
def test_a_link_becomes_one_absolute_address(markup, link):
    assert links_of(markup, PAGE).pages == (link,)


@pytest.mark.parametrize(
    "markup",
    [
        '<a href="javascript:alert(1)">',
        '<a href="data:text/html,x">',
        '<a href="file:///etc/passwd">',
        '<a href="mailto:a@shop.example">',
        '<a href="https://me:secret@shop.example/">',
        '<a href="http://[::1">',
        '<a href="http://shop.example:99999/">',
        '<a href="/x" rel="external nofollow">',
        '<a href="/x" download>',
        '<a href="/report.PDF">',
        '<a href="/files/all.tar.gz?v=1">',
        '<a href="/logout">',
        '<a href="/user/sign-out/">',
        '<a href="/user?do=log%6Fff">',
        '<a href="/abmelden">',
        '<link rel="stylesheet" href="/style">',
        '<form method="get" action="/search">',
        '<!-- <a href="/x"> -->',
        '<script>"<a href=/x>"</script>',
        '<meta name="Robots" content="noindex, NoFollow"><a href="/x">',
        '<meta name="x" content="0; url=/x">',
        "<a>",
        f'<a href="/{"x" * 3000}">',
    ],
)
def test_what_is_no_page_to_open_is_not_followed(markup):
    assert links_of(markup, PAGE).pages == ()


def test_each_page_comes_once_and_in_the_order_of_the_document():
    markup = '<a href="/b"><a href="/a#x"><a href="/b#y"><a href="/a">'
    assert links_of(markup, PAGE).pages == ("https://shop.example/b", "https://shop.example/a")


def test_our_form_is_told_from_others():
    markup = '<form action="/search"></form><form id="cookie-consent-form" action="/cookies/preferences?lang=en">'
    links = links_of(markup, PAGE)
    assert links.choosing == "https://shop.example/cookies/preferences?lang=en"
    assert links.all == ("https://shop.example/search", links.choosing)


def test_the_hosts_that_a_browser_contacts_for_the_page_are_told():
    markup = (
        '<script src="//cdn.example/a.js"></script><img src="/own.png"><img src="data:x"><img>'
        '<link rel="preload stylesheet" href="https://fonts.example:8443/f"><link rel="canonical" href="//c.example/">'
        '<iframe src="https://video.example/v"></iframe><a href="https://a.example/"><script src="//CDN.example/b">'
    )
    hosts = ("cdn.example", "shop.example", "fonts.example:8443", "video.example")
    assert links_of(markup, PAGE).hosts == hosts


def test_endless_links_come_to_an_end():
    assert len(links_of("".join(f"<a href=/{number}>" for number in range(MAX_LINKS * 3)), PAGE).pages) == MAX_LINKS


@pytest.mark.parametrize(
    "piece", ["<", "<a href='x", "<!--", "<![", "<!", "&", "<div>", "<a x=1 ", "</a ", "<a b='\"", "\0"]
)
def test_the_reader_comes_to_an_end_on_broken_markup(piece):
    assert links_of('<a href="/x">' + piece * (100_000 // len(piece)), PAGE).pages == ("https://shop.example/x",)


def test_only_the_beginning_of_a_page_is_read():
    assert links_of(" " * MAX_READ + '<a href="/x">', PAGE).pages == ()


PIECES = [
    "<a ",
    "<base ",
    "href=",
    "'",
    '"',
    "http://",
    "//",
    "[",
    "]",
    "@",
    ":",
    "\0",
    "x",
    ">",
    "%",
    "ü",
    "<![",
    "\ud800",
]


@given(st.text(max_size=300) | st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_any_markup_gives_only_normalized_addresses(markup):
    links = links_of(markup, PAGE)
    assert [normalized(link) for link in (*links.pages, *links.all)] == [*links.pages, *links.all]
