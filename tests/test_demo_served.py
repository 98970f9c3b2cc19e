"""The portal of the demo itself, and the one that ``demo --serve`` serves."""

import http.client
import os
import re
import signal
import subprocess
import sys
import threading
from contextlib import closing, contextmanager

import pytest
from werkzeug.test import Client

from cookiewarden import wsgi
from cookiewarden.demo.portal import wsgi_portal
from cookiewarden.demo.sites import load_portals
from demo_runs import KEPT, KEPT_BY_ALL, RUN, python

KEY = "a key for these tests only"


@contextmanager
def served(*arguments):
    """The port of a served demo, which is ended at the end."""
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, "demo", "--serve", "--port", "0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    # Its own deadline: a demo that never says where it is would hold the test for ever.
    watchdog = threading.Timer(60, process.kill)
    watchdog.start()
    try:
        # The port is open before it is told.
        told = next((line for line in process.stdout if "http://localhost:" in line), "")
        yield int(re.search(r"localhost:(\d+)/", told)[1])
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        watchdog.cancel()
        assert process.returncode == 0


@pytest.fixture(scope="module")
def port():
    with served() as number:
        yield number


def ask(port, method="GET", path="/", host="localhost", cookie=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    with closing(connection):
        connection.request(method, path, headers={"Host": host, **({"Cookie": cookie} if cookie else {})})
        response = connection.getresponse()
        return response.status, response.msg.get_all("set-cookie", []), response.read().decode()


def names_of(lines):
    return {line.partition("=")[0] for line in lines}


def shown_as_kept(page):
    return set(re.findall(r'<tr class="kept"><td><code>(.*?)</code>', page))


@pytest.mark.parametrize(
    ("host", "title", "notices"),
    [
        ("localhost", "Open data of Eindhoven", set()),
        ("127.0.0.1", "Open data of Eindhoven", set()),
        ("opendata.bruxelles.be.localhost", "Open data of Brussels", set()),
        ("opendatasoft.com.localhost:8000", "Opendatasoft", {"_BEAMER_DATE_x"}),
    ],
)
def test_the_served_portal_is_picked_by_host_and_shows_what_left(port, host, title, notices):
    status, lines, page = ask(port, host=host)
    assert status == 200
    assert f"<h1>{title}</h1>" in page
    assert "You have not chosen yet." in page
    assert names_of(lines) == shown_as_kept(page) == KEPT_BY_ALL | {"_gid"} | notices


@pytest.mark.parametrize(
    ("path", "told", "visitor"),
    [
        ("/choice/all", "You accepted: statistical, first-party, third-party.", "all"),
        ("/choice/statistics", "You accepted: statistical.", "statistics only"),
        ("/choice/none", "You refused all that needs consent.", "refused all"),
    ],
)
def test_a_button_of_the_served_portal_records_the_choice(port, path, told, visitor):
    _, _, page = ask(port)
    assert f'<form method="post" action="{path}">' in page
    status, lines, _ = ask(port, "POST", path)
    assert status == 303
    assert names_of(lines) == KEPT_BY_ALL | KEPT[visitor] | {"cookies_preferences"}
    cookie = lines[-1].partition(";")[0]
    _, lines, page = ask(port, cookie=cookie)
    assert told in page
    assert names_of(lines) == shown_as_kept(page) == KEPT_BY_ALL | KEPT[visitor]
    assert "your browser sent: <code>cookies_preferences</code>" in page


@pytest.mark.parametrize(("method", "path", "expected"), [("GET", "/x", 404), ("POST", "/choice/x", 404)])
def test_what_the_served_portal_does_not_have_is_not_found(port, method, path, expected):
    assert ask(port, method, path)[0] == expected


def test_one_portal_can_be_served_alone():
    with served("--portal", "opendatasoft") as number:
        assert "<h1>Opendatasoft</h1>" in ask(number)[2]


def test_a_port_that_is_taken_is_told_with_exit_code_1(port):
    done = python(RUN, "demo", "--serve", "--port", str(port))
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(rf"Error: port {port}: .*; try another --port\n", done.stderr)


def test_names_that_a_browser_sends_are_escaped_on_the_page():
    policy = load_portals()[0].extended
    app = wsgi.CookieWardenMiddleware(wsgi_portal, policy=policy, secret_key=KEY)
    response = Client(app, use_cookies=False).get("/", headers={"Cookie": "<b>x</b>=1"})
    assert "<code>&lt;b&gt;x&lt;/b&gt;</code>" in response.text
    assert "<b>x" not in response.text


@pytest.mark.parametrize(("path", "visitor"), [("/choice/all", "all"), ("/choice/none", "refused all")])
def test_the_wsgi_portal_records_a_choice_as_the_asgi_portal_does(path, visitor):
    policy = load_portals()[0].extended
    app = wsgi.CookieWardenMiddleware(wsgi_portal, policy=policy, secret_key=KEY)
    client = Client(app, use_cookies=False)
    response = client.post(path)
    assert response.status_code == 303
    assert names_of(response.headers.getlist("Set-Cookie")) == KEPT_BY_ALL | KEPT[visitor] | {"cookies_preferences"}
    assert client.post("/choice/x").status_code == 404
    assert client.get(path).status_code == 404
