"""What pages are made of is fetched for its cookies, in each state, within bounds; and what is left out is said."""

import pytest

from audited_apps import QUICK, unknown
from cookiewarden import Policy, wsgi
from cookiewarden.tools.audit.audit import audit_of
from cookiewarden.tools.audit.bounds import Bounds
from cookiewarden.tools.audit.crawl import crawl
from cookiewarden.tools.audit.observed import CHOICES, State
from cookiewarden.tools.audit.verdicts import Verdict
from exchanges import POLICY, SECRET_KEY
from raw_server import page, raw_server, redirect, wsgi_server

BOUNDS = Bounds(delay=0.0)
COOKIE = b"Set-Cookie: _ga=1; Path=/"
NOTHING = page(b"", status="404 Not Found")


def visited(answers, states=(State.NO_CHOICE,), **arguments):
    """Visit a server that gives these answers by path, and return what was seen, its address, and what was asked."""
    with raw_server(lambda asked: answers.get(asked.path, NOTHING)) as (port, asked):
        site = f"http://127.0.0.1:{port}"
        seen = crawl(f"{site}/", bounds=BOUNDS, states=states, **arguments)
        return seen, site, [one.path for one in asked]


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="/t?x=1">',
        '<img srcset="/t?x=1 1x">',
        '<script src="/t?x=1"></script>',
        '<link rel="stylesheet" href="/t?x=1">',
        '<iframe src="/t?x=1"></iframe>',
        "<style>@import '/t?x=1'</style>",
    ],
)
def test_the_cookies_of_what_a_page_is_made_of_are_seen(markup):
    seen, site, _ = visited({"/": page(markup.encode()), "/t?x=1": page(b"GIF89a", COOKIE, kind=b"image/gif")})
    assert [(one.url, one.line) for one in seen.lines] == [(f"{site}/t?x=1", b"_ga=1; Path=/")]


def test_what_the_link_header_of_a_page_names_is_fetched():
    start = page(b"", b"Link: </one>; rel=next", b"Link: </t.css>; rel=stylesheet")
    seen, _, _ = visited({"/": start, "/t.css": page(b"", COOKIE, kind=b"text/css")})
    assert [one.line for one in seen.lines] == [b"_ga=1; Path=/"]


def test_no_verdict_hangs_on_a_picture_that_fails():
    pictures = b"".join(b'<img src="/%d.png">' % number for number in range(5))
    seen, site, _ = visited({"/": page(pictures)})
    assert [one.url for one in seen.pages] == [f"{site}/"]
    policy = Policy.from_mapping({"site": {"name": "Shop"}})
    assert audit_of(seen, policy, unknown, sought=[State.NO_CHOICE]).verdict is Verdict.IN_ORDER


def test_a_picture_that_breaks_off_is_noted():
    seen, site, _ = visited({"/": page(b'<img src="/x.png">'), "/x.png": b""})
    assert any(note.startswith(f"{site}/x.png ") for note in seen.notes)


def test_what_is_large_is_fetched_for_its_headers_only_and_leaves_room_for_the_rest():
    pictures = b"".join(b'<img src="/%d.png">' % number for number in range(4))
    large = page(b"0" * 3_000_000, COOKIE, kind=b"image/png")
    seen, _, _ = visited({"/": page(pictures), **{f"/{number}.png": large for number in range(4)}})
    assert len(seen.lines) == 4
    assert not any("is larger than" in note for note in seen.notes)


def test_what_is_of_another_site_or_plainly_does_something_is_not_fetched():
    markup = b'<img src="http://127.0.0.2:9/x.png"><img src="/logout"><script type="text/plain" src="/x.js"></script>'
    _, _, asked = visited({"/": page(markup)})
    assert set(asked) == {"/", "/robots.txt", "/cookies/preferences.json"}


def test_a_picture_that_leads_to_another_site_contacts_it():
    answers = {"/": page(b'<img src="/a">'), "/a": redirect("/b", COOKIE), "/b": redirect("http://stats.example/")}
    seen, _, _ = visited(answers, resolve=lambda host, port: ["1.1.1.1" if "stats" in host else "127.0.0.1"])
    assert [one.host for one in seen.hosts][1:] == ["stats.example"]
    assert len(seen.lines) == 1


def test_pictures_that_lead_in_a_circle_come_to_an_end():
    seen, site, asked = visited({"/": page(b'<img src="/a">'), "/a": redirect("/a")})
    assert asked.count("/a") == BOUNDS.redirects + 1
    assert f"{site}/a comes after more than {BOUNDS.redirects} redirects, so it was not fetched." in seen.notes


def test_only_so_much_is_fetched_nearest_first_and_each_address_once():
    near = b"".join(b'<img src="/near%d.png">' % number for number in range(15)) * 2 + b'<a href="/one">1</a>'
    far = b"".join(b'<img src="/far%d.png"><img src="/near%d.png">' % (number, number) for number in range(15))
    seen, _, asked = visited({"/": page(near), "/one": page(far)})
    fetched = [path for path in asked if path.endswith(".png")]
    assert fetched == [*(f"/near{number}.png" for number in range(15)), *(f"/far{number}.png" for number in range(5))]
    note = "Only 20 images, scripts and the like of the site were fetched in each state; its pages have more."
    assert note in seen.notes


def test_robots_txt_is_obeyed_and_one_note_says_so():
    robots = page(b"User-agent: *\nDisallow: /no/", kind=b"text/plain")
    markup = b'<img src="/no/1.png"><img src="/no/2.png"><img src="/yes.png">'
    seen, site, asked = visited({"/": page(markup), "/robots.txt": robots})
    assert [path for path in asked if path.endswith(".png")] == ["/yes.png"]
    what = "images, scripts and the like of the site"
    assert f"robots.txt forbids to fetch some {what}, such as {site}/no/1.png." in seen.notes


def test_what_pages_are_made_of_is_fetched_in_each_state_and_carries_the_cookies_of_the_visitor():
    def app(environ, start_response):
        is_page = environ["PATH_INFO"] == "/"
        set_here = [] if is_page else [("Set-Cookie", "_ga=1; Path=/t; Max-Age=600")]
        start_response("200 OK", [("Content-Type", "text/html"), *set_here])
        return [b'<img src="/t/x.png">' if is_page else b""]

    unscreened = wsgi.CookieWardenMiddleware(app, policy=POLICY, secret_key=SECRET_KEY, report_only=True)
    with wsgi_server(unscreened) as port:
        seen = crawl(f"http://127.0.0.1:{port}/", bounds=QUICK)
    assert seen.states == set(CHOICES)
    assert {one.state for one in seen.lines if one.line.startswith(b"_ga=")} == set(CHOICES)
    sent = {one.state for one in seen.sent if one.name == b"_ga" and one.url.endswith("/t/x.png")}
    assert sent == {State.WITHDRAWN}


def test_what_is_left_out_is_noted_with_its_number_and_the_first():
    markup = (
        b'<form action="/search"></form><form method="post" action="/order"></form><a href="/more" rel="nofollow">M</a>'
        b'<a href="/report.json">R</a><a href="/free" rel="nofollow">F</a><a href="/free">F</a>'
    )
    seen, site, asked = visited({"/": page(markup)})
    assert not {"/search", "/order", "/more", "/report.json"} & {*asked}
    assert [note for note in seen.notes if note.startswith("The audit ")] == [
        f"The audit sent no form: it met 2, such as {site}/search.",
        f"The audit followed no link that the site marks with nofollow: it met 1, such as {site}/more.",
        f"The audit opened no link to a file: it met 1, such as {site}/report.json.",
    ]


@pytest.mark.parametrize(
    ("markup", "problem"),
    [
        (b"<p>" * 340_000 + b'<a href="/t">', "has more than 1,000,000 characters"),
        (b"".join(b'<img src="/i%d.png">' % n for n in range(9_000)), "points to more addresses than are read"),
    ],
)
def test_a_page_that_was_not_read_to_its_end_leaves_its_state_open(markup, problem):
    seen, site, _ = visited({"/": page(markup)})
    assert f"{site}/ {problem}, so the rest was not read." in seen.notes
    assert seen.cut == {State.NO_CHOICE}


def test_without_a_policy_a_page_with_scripts_needs_another_look():
    start = page(b'<script>document.cookie="_ga=1"</script>')
    seen, _, _ = visited({"/": start}, CHOICES)
    verdicts = audit_of(seen, None, unknown).verdicts
    assert {one.verdict for one in verdicts.values()} == {Verdict.NOT_VERIFIED}
    assert "--browser" in verdicts[State.NO_CHOICE].reason
