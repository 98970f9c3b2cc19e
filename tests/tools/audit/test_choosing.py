"""A choice made through our own pages, as the audit makes it, on a wrapped app and on sites that are not ours."""

import json

import httpx
import pytest

from cookiewarden import wsgi
from cookiewarden.tools.audit.choosing import NotChosenError, choose, find_pages
from cookiewarden.tools.audit.jar import Jar
from cookiewarden.tools.audit.links import links_of
from exchanges import NOW, POLICY, SECRET_KEY

SITE = "http://data.example.org"


def app(environ, start_response):
    start_response("200 OK", [("Set-Cookie", "_ga=1; Path=/; Max-Age=60"), ("Content-Type", "text/html")])
    return [b"<h1>Data</h1>"]


class Visitor:
    """A visitor of an app, with cookies. ``requests``: what was sent."""

    def __init__(self, app, *, keeps_cookies=True):
        self.client = httpx.Client(transport=httpx.WSGITransport(app), trust_env=False)
        self.jar = Jar()
        self.keeps_cookies = keeps_cookies
        self.requests = []

    def send(self, method, url, headers, body):
        self.requests.append((method, url, dict(headers), body))
        self.client.cookies.clear()
        cookie = self.jar.header_for(url, NOW)
        carried = dict(headers) | ({"cookie": cookie.decode()} if cookie else {})
        response = self.client.request(method, url, headers=carried, content=body)
        for name, line in response.headers.raw:
            if name.lower() == b"set-cookie" and self.keeps_cookies:
                self.jar.store(url, line, NOW)
        return response.status_code, response.headers.raw, response.content


def found(send, markup=""):
    return find_pages(send, SITE + "/", links_of(markup, SITE + "/"))


def wrapped(policy=POLICY, **options):
    return wsgi.CookieWardenMiddleware(app, policy=policy, secret_key=SECRET_KEY, **options)


def test_a_visitor_accepts_and_then_withdraws_through_the_pages_of_a_wrapped_app():
    visitor = Visitor(wrapped())
    pages = found(visitor.send)
    assert pages == SITE + "/cookies"
    visitor.send("GET", SITE + "/", {}, b"")
    assert b"_ga" not in visitor.jar.names_for(SITE + "/", NOW)
    choose(visitor.send, pages, accept=True)
    visitor.send("GET", SITE + "/", {}, b"")
    assert b"_ga" in visitor.jar.names_for(SITE + "/", NOW)
    choose(visitor.send, pages, accept=False)
    assert visitor.jar.names_for(SITE + "/", NOW) == (b"cookies_preferences",)


def test_a_choice_is_sent_as_the_form_of_a_browser_sends_it():
    visitor = Visitor(wrapped())
    choose(visitor.send, SITE + "/cookies", accept=True)
    [(method, url, headers, body)] = [request for request in visitor.requests if request[0] != "GET"]
    assert (method, url) == ("POST", SITE + "/cookies/preferences")
    assert headers["origin"] == SITE
    assert headers["sec-fetch-site"] == "same-origin"
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    assert body.startswith(b"choice=accept&versions=")


@pytest.mark.parametrize(
    "markup",
    [
        '<form id="cookie-consent-form" method="post" action="/own/privacy/preferences?lang=en">',
        '<a href="/own/privacy/preferences?next=/x" rel="nofollow">Cookie preferences</a>',
        '<a href="/account/preferences">Mine</a><a href="/own/privacy/preferences">Cookies</a>',
    ],
)
def test_pages_under_another_prefix_are_found_by_the_markup_of_the_site(markup):
    visitor = Visitor(wrapped(pages="/own/privacy"))
    assert found(visitor.send, markup) == SITE + "/own/privacy"


def test_a_link_to_the_preferences_of_another_host_is_not_tried():
    visitor = Visitor(wrapped(pages="/own"))
    assert found(visitor.send, '<a href="https://other.example/own/preferences">') == ""
    assert all(url.startswith(SITE) for _, url, _, _ in visitor.requests)


def test_few_addresses_are_tried_however_many_the_page_names():
    visitor = Visitor(wrapped(pages=None))
    markup = "".join(f'<a href="/{number}/preferences">' for number in range(500))
    assert found(visitor.send, markup) == ""
    assert len(visitor.requests) == 3


def ours(*, is_decided=False, granted=False, cookies=("_ga",), version="abcdefgh"):
    section = {"category": "statistical", "cookies": cookies, "granted": granted, "version": version}
    return json.dumps({"is_decided": is_decided, "categories": [section]}).encode()


def sends(*answers):
    """Return a way to send requests that gets these answers in turn, each a status and a body."""
    left = iter(answers)

    def send(method, url, headers, body):
        status, content = next(left)
        return status, [], content

    return send


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b"[" * 100_000,
        b'{"is_decided": true}',
        b'{"is_decided": true, "categories": {}}',
        b'{"is_decided": true, "categories": [1]}',
        b'{"is_decided": 1, "categories": []}',
        b'{"is_decided": true, "categories": [{"category": ["x"], "cookies": 1, "granted": 1, "version": 1}]}',
        b'\xff\xfe{"is_decided"',
        ours(version="\ud800"),
    ],
)
def test_pages_of_others_are_not_taken_for_ours(body):
    assert found(sends((200, body))) == ""
    with pytest.raises(NotChosenError, match="does not answer as a page of cookiewarden"):
        choose(sends((200, body)), SITE + "/cookies", accept=True)


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ([(404, b"")], "does not answer as a page of cookiewarden"),
        ([(200, ours(cookies=()))], "asks for no consent, so there is nothing to accept"),
        ([(200, ours()), (403, b"")], "answers a choice with 403"),
        ([(200, ours()), (303, b""), (200, ours())], "does not keep the choice"),
        ([(200, ours()), (303, b""), (503, b"")], "does not keep the choice"),
        ([(200, ours()), (303, b""), (200, ours(is_decided=True))], "keeps another choice"),
    ],
)
def test_a_choice_that_is_not_kept_is_named(answers, message):
    with pytest.raises(NotChosenError, match=message):
        choose(sends(*answers), SITE + "/cookies", accept=True)


def test_a_browser_that_keeps_no_cookies_has_not_chosen():
    visitor = Visitor(wrapped(), keeps_cookies=False)
    with pytest.raises(NotChosenError, match="does not keep the choice"):
        choose(visitor.send, SITE + "/cookies", accept=True)


def test_a_site_that_asks_for_nothing_can_be_refused():
    visitor = Visitor(wrapped({"site": {"name": "Exampletown"}}))
    choose(visitor.send, SITE + "/cookies", accept=False)
    with pytest.raises(NotChosenError, match="asks for no consent"):
        choose(visitor.send, SITE + "/cookies", accept=True)
