"""The links of a page that the audit follows, and those that it leaves alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cookiewarden.tools.audit.links import MAX_READ, LeftOut, links_of
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
        ('<a href="/remove-stains">', "https://shop.example/remove-stains"),
        ('<a href="/undelete?q=how+to+delete">', "https://shop.example/undelete?q=how+to+delete"),
        ('<a href="/cart?step=address">', "https://shop.example/cart?step=address"),
        ("<meta http-equiv=refresh content='9;/en/'>", "https://shop.example/en/"),
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
        '<a href="/delete?id=1">',
        '<a href="/posts/3/Remove/">',
        '<a href="/cart/add/3">',
        '<a href="/?add-to-cart=3">',
        '<a href="/item.php?action=delete&amp;id=3">',
        '<a href="/unsubscribe.php?list=1">',
        '<a href="/cart/?remove_item=a1">',
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


@pytest.mark.parametrize(
    ("markup", "header", "refresh"),
    [
        ('<meta http-equiv="refresh" content="0; url=/en/">', "", "https://shop.example/en/"),
        ("<META HTTP-EQUIV=Refresh CONTENT='3;URL=\"next\"'>", "", "https://shop.example/docs/next"),
        ("", "0;url=/en/", "https://shop.example/en/"),
        ("", "1, https://other.example/", "https://other.example/"),
        ("", "0", ""),
        ("", "4; url=/en/", ""),
        ("", "0; url=javascript:0", ""),
        ("", "0; url=/logout", ""),
        ("", "soon; url=/en/", ""),
        ('<noscript><meta http-equiv="refresh" content="0; url=/plain"></noscript>', "", ""),
        ('<noscript></noscript><meta http-equiv="refresh" content="0; url=/en/">', "", "https://shop.example/en/"),
        ('<meta name="refresh" content="0; url=/en/">', "", ""),
    ],
)
def test_a_page_that_leads_elsewhere_within_moments_says_where(markup, header, refresh):
    assert links_of(markup, PAGE, refresh=header).refresh == refresh


def test_what_is_left_out_is_told_with_its_reason():
    markup = (
        '<a href="/delete?id=1"><a href="/x"><a href="/logout"><a href="/delete?id=1"><a href="/y" rel=nofollow>'
        '<a href="/report.json"><area href="/map" download><form action="/search"><form method=post></form>'
        '<iframe src="/picture.svg"></iframe><link rel="alternate" href="/feed.xml">'
    )
    site = "https://shop.example"
    assert links_of(markup, PAGE).left_out == (
        (LeftOut.ACTING, f"{site}/delete?id=1"),
        (LeftOut.ACTING, f"{site}/logout"),
        (LeftOut.NOFOLLOW, f"{site}/y"),
        (LeftOut.FILE, f"{site}/report.json"),
        (LeftOut.FILE, f"{site}/map"),
        (LeftOut.FORM, f"{site}/search"),
        (LeftOut.FORM, PAGE),
    )


def test_a_page_that_forbids_to_follow_its_links_leaves_all_of_them_out():
    links = links_of('<a href="/x"><meta name="robots" content="nofollow"><a href="/y">', PAGE)
    assert links.left_out == tuple((LeftOut.NOFOLLOW, f"https://shop.example/{path}") for path in "xy")


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


@pytest.mark.parametrize(
    ("markup", "hosts"),
    [
        ('<script type="text/plain" src="//a.example/x.js"></script>', ()),
        ('<script type="application/json" src="//a.example/x"></script>', ()),
        ('<script type="" src="//a.example/x.js"></script>', ("a.example",)),
        ('<script type="Module" src="//a.example/x.js"></script>', ("a.example",)),
        ('<script type="application/javascript" src="//a.example/x.js"></script>', ("a.example",)),
        ('<template><img src="//a.example/x"><template></template><img src="//a.example/y"></template>', ()),
        ('<template><style>@import "//a.example/x"</style></template><img src="//b.example/x">', ("b.example",)),
        ('<template shadowrootmode="open"><img src="//a.example/x"></template>', ("a.example",)),
        ('<input name="a" src="//a.example/x">', ()),
        ('<input type="IMAGE" src="//a.example/x">', ("a.example",)),
        ('<img srcset="//a.example/x,y 1x,//b.example/x 2x, //c.example/x">', ("a.example", "b.example", "c.example")),
        ('<link rel="preload" imagesrcset="//a.example/x 300w">', ("a.example",)),
        ('<object data="//a.example/x"></object>', ("a.example",)),
        ('<video poster="//a.example/x" src="//b.example/x"></video>', ("b.example", "a.example")),
        ("<style>@import url( '//a.example/x' ); @IMPORT \"//b.example/x\";</style>", ("a.example", "b.example")),
        ("<p>@import url(//a.example/x)</p>", ()),
        ("<style></style>@import url(//a.example/x)", ()),
    ],
)
def test_only_what_a_browser_fetches_is_contacted(markup, hosts):
    assert links_of(markup, PAGE).hosts == hosts


def test_a_link_header_has_a_browser_fetch_what_it_names():
    header = '<//a.example/x>; rel=stylesheet, <//b.example/x>; rel="next", </c.js>; as=script; rel="preload"'
    assert links_of("", PAGE, link=header).fetched == ("https://a.example/x", "https://shop.example/c.js")


@pytest.mark.parametrize(
    ("markup", "has_scripts"),
    [
        ("<script>0</script>", True),
        ('<script src="/x.js"></script>', True),
        ('<body onload="x()">', True),
        ('<script type="application/ld+json">{}</script>', False),
        ("<template><script>0</script></template>", False),
        ("<p>", False),
    ],
)
def test_a_page_says_whether_it_holds_scripts(markup, has_scripts):
    assert links_of(markup, PAGE).has_scripts is has_scripts


@pytest.mark.parametrize("base", ["", f'<base href="/{"ü" * 300}/">'])
def test_endless_links_come_to_an_end_and_that_is_said(base):
    links = links_of(base + "".join(f"<a href=/{number}>" for number in range(10_000)), PAGE)
    assert 100 < len(links.pages) < 5_000
    assert links.problem == "points to more addresses than are read"


def test_an_address_that_comes_again_and_a_picture_within_the_page_cost_nothing():
    links = links_of('<a href="/x"><img src="data:' + "0" * 5_000 + '">' + '<img src="/y">' * 20_000, PAGE)
    assert (len(links.all), links.problem) == (2, "")


@pytest.mark.parametrize(
    "piece", ["<", "<a href='x", "<!--", "<![", "<!", "&", "<div>", "<a x=1 ", "</a ", "<a b='\"", "\0"]
)
def test_the_reader_comes_to_an_end_on_broken_markup(piece):
    assert links_of('<a href="/x">' + piece * (100_000 // len(piece)), PAGE).pages == ("https://shop.example/x",)


def test_only_the_beginning_of_a_page_is_read_and_that_is_said():
    links = links_of(" " * MAX_READ + '<a href="/x">', PAGE)
    assert (links.pages, links.problem) == ((), "has more than 1,000,000 characters")


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
