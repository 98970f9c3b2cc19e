"""The portal of the demo as a WSGI app, and the five portals and the other site that ``demo --serve`` serves."""

import errno
import re
from urllib.parse import urlsplit

import pytest
from werkzeug.test import Client

from cookiewarden import wsgi
from cookiewarden.tools.demo.cookies import COOKIES, ORDINARY
from cookiewarden.tools.demo.elsewhere import HOST as ELSEWHERE
from cookiewarden.tools.demo.portal import wsgi_portal
from cookiewarden.tools.demo.sites import load_portals
from demo_runs import KEPT, KEPT_BY_ALL, RUN, python, run, served
from local_http import ask_bytes, names_of

KEY = "a key for these tests only"
BANNER = 'id="cookie-consent"'


@pytest.fixture(scope="module")
def port():
    with served() as number:
        yield number


@pytest.fixture(scope="module")
def reporting_port():
    with served("--report-only") as number:
        yield number


def ask(port, path="/", host="127.0.0.1", cookie=None, form=None):
    """As ``ask_bytes``, but return the body as text."""
    status, lines, body, location = ask_bytes(port, path, host, cookie, form)
    return status, lines, body.decode(), location


def shown_as(outcome, page):
    return set(re.findall(rf'<tr class="{outcome}"><td><code>(.*?)</code>', page))


@pytest.mark.parametrize(
    ("host", "title", "notices"),
    [
        ("127.0.0.1", "Open data of Eindhoven", set()),
        ("other.example", "Open data of Eindhoven", set()),
        ("data.eindhoven.nl.localhost", "Open data of Eindhoven", set()),
        ("opendata.bruxelles.be.localhost", "Open data of Brussels", set()),
        ("opendatasoft.com.localhost:8000", "Opendatasoft", {"_BEAMER_DATE_x"}),
    ],
)
def test_the_served_portal_is_picked_by_host_and_shows_what_left(port, host, title, notices):
    status, lines, page, _ = ask(port, host=host)
    assert status == 200
    assert f"<h1>{title}</h1>" in page
    assert "You have not chosen yet." in page
    assert names_of(lines) == shown_as("kept", page) == KEPT_BY_ALL | {"_gid"} | notices


@pytest.mark.parametrize("path", ["/", "/data", "/map"])
def test_every_page_shows_the_banner_and_links_to_all_portals_and_our_pages(port, path):
    status, _, page, _ = ask(port, path, "data.example.org.localhost")
    assert (status, page.count(BANNER)) == (200, 1)
    links = re.findall(r'href="(.*?)"', page)
    assert {"/", "/data", "/map", "/cookies", f"/cookies/preferences?next={path}"} <= set(links)
    assert {f"http://{portal.name}.localhost:{port}/" for portal in load_portals()} <= set(links)
    assert f"http://localhost:{port}/" in links


@pytest.mark.parametrize("path", ["/cookies", "/cookies/preferences"])
@pytest.mark.parametrize("portal", load_portals(), ids=lambda portal: portal.name)
def test_each_portal_has_our_pages_under_its_own_name(port, portal, path):
    status, _, page, _ = ask(port, path, f"{portal.name}.localhost")
    assert status == 200
    assert f">{portal.published.site.name}</a>" in page
    assert "_ga*" in page


@pytest.mark.parametrize(
    ("form", "text", "visitor"),
    [
        ({"choice": "accept"}, "You accepted: statistical, first-party, third-party.", "all"),
        ({"choice": "save", "category": "statistical"}, "You accepted: statistical.", "statistics only"),
        ({"choice": "refuse"}, "You refused all that needs consent.", "refused all"),
    ],
)
def test_a_choice_made_in_the_banner_is_remembered_and_the_page_says_so(port, form, text, visitor):
    status, lines, _, location = ask(port, "/cookies/preferences", form={**form, "next": "/data"})
    assert (status, location, names_of(lines)) == (303, "/data", {"cookies_preferences"})
    cookie = lines[0].partition(";")[0]
    _, lines, page, _ = ask(port, cookie=cookie)
    assert text in page
    assert BANNER not in page
    assert names_of(lines) == shown_as("kept", page) == KEPT_BY_ALL | KEPT[visitor]
    assert re.search(r"your browser sent:\s+<code>cookies_preferences</code>", page)


def test_the_next_page_deletes_what_a_visitor_refused(port):
    _, lines, _, _ = ask(port, "/cookies/preferences", form={"choice": "refuse"})
    _, lines, _, _ = ask(port, cookie=f"{lines[0].partition(';')[0]}; _ga=1; ab_test=B")
    assert [line for line in lines if line.startswith("_ga=;")] == ["_ga=; Max-Age=0; Path=/"]
    assert names_of(lines) == KEPT_BY_ALL | {"_ga"}


def test_the_map_and_the_script_of_another_site_wait_for_consent_to_their_own_category(port):
    script = f'<script src="http://{ELSEWHERE}:{port}/count.js" defer>'
    frame = (
        f'<iframe src="http://{ELSEWHERE}:{port}/map" title="Map of the trees" width="100%" height="288" id="cookies-'
    )
    _, _, page, _ = ask(port, "/map")
    assert (script in page, frame in page, "cookies-placeholder" in page) == (False, False, True)
    _, lines, _, location = ask(
        port, "/cookies/preferences", form={"choice": "grant", "category": "third-party", "next": "/map"}
    )
    assert location == "/map"
    _, _, page, _ = ask(port, "/map", cookie=lines[0].partition(";")[0])
    assert (script in page, frame in page, "cookies-placeholder" in page) == (False, True, False)
    _, lines, _, _ = ask(port, "/cookies/preferences", form={"choice": "accept"})
    _, _, page, _ = ask(port, "/map", cookie=lines[0].partition(";")[0])
    assert (script in page, frame in page, "cookies-placeholder" in page) == (True, True, False)


@pytest.mark.parametrize("path", ["/map", "/count.js"])
def test_the_other_site_is_served_too_and_sets_no_cookie(port, path):
    status, lines, body, _ = ask(port, path, f"{ELSEWHERE}:{port}")
    assert (status, lines) == (200, [])
    assert ELSEWHERE in body
    assert ask(port, "/", ELSEWHERE)[0] == 404


@pytest.mark.parametrize("path", ["/", "/data", "/map"])
def test_a_page_names_only_hosts_of_this_machine(port, path):
    _, lines, _, _ = ask(port, "/cookies/preferences", form={"choice": "accept"})
    for cookie in (None, lines[0].partition(";")[0]):
        _, _, page, _ = ask(port, path, cookie=cookie)
        hosts = re.findall(r"//([^/:\"]+)", page)
        assert hosts
        assert all(host.endswith(".localhost") or host == "localhost" for host in hosts)


def test_a_report_only_portal_strips_nothing_and_embeds_everything_whatever_was_chosen(reporting_port):
    port = reporting_port
    _, lines, _, _ = ask(port, "/cookies/preferences", form={"choice": "refuse"})
    for cookie in (None, lines[0].partition(";")[0]):
        _, lines, page, _ = ask(port, cookie=cookie)
        assert names_of(lines) == {one.label for one in ORDINARY}
        assert shown_as("kept", page) | shown_as("stripped", page) == names_of(lines)
        assert "<td>stopped</td>" not in page
        assert page.count("<td>let through</td>") == len(shown_as("stripped", page)) > 0
        assert (BANNER in page) is (cookie is None)
        _, _, page, _ = ask(port, "/map", cookie=cookie)
        assert f'<script src="http://{ELSEWHERE}:{port}/count.js" defer>' in page
        assert f'<iframe src="http://{ELSEWHERE}:{port}/map"' in page


def test_an_unknown_page_of_the_served_portal_is_not_found(port):
    assert ask(port, "/x")[0] == 404


def test_one_portal_can_be_served_alone():
    with served("--portal", "opendatasoft") as number:
        assert "<h1>Opendatasoft</h1>" in ask(number)[2]
        guide = ask(number, host="localhost")[2]
        assert [portal.name for portal in load_portals() if f"{portal.name}.localhost" in guide] == ["opendatasoft.com"]


# The guide


@pytest.mark.parametrize("host", ["localhost", "localhost:8000"])
def test_the_guide_sets_no_cookie_and_links_to_every_portal(port, host):
    status, lines, page, _ = ask(port, host=host)
    assert (status, lines) == (200, [])
    assert "What to try" in page
    links = re.findall(r'href="(.*?)"', page)
    assert {f"http://{portal.name}.localhost:{port}/" for portal in load_portals()} <= set(links)


def test_every_link_of_the_guide_works(port):
    for link in set(re.findall(r'href="(.*?)"', ask(port, host="localhost")[2])):
        address = urlsplit(link)
        assert ask_bytes(port, address.path, address.netloc)[0] == 200, link


def test_the_guide_says_that_nothing_is_stopped_if_the_demo_only_reports(port, reporting_port):
    enforcing, reporting = (ask(number, host="localhost")[2] for number in (port, reporting_port))
    assert ("lets all of them out" in enforcing, "lets all of them out" in reporting) == (False, True)
    assert ("Click “Reject all”" in enforcing, "Click “Reject all”" in reporting) == (True, False)


def test_the_guide_says_how_many_cookies_a_page_tries_to_set(port, reporting_port):
    for number, count in ((port, len(COOKIES)), (reporting_port, len(ORDINARY))):
        assert re.search(rf"tries to set\s+{count} cookies", ask(number, host="localhost")[2])


# The port, and the end


def test_a_port_in_use_gives_one_message_with_a_free_port_and_exit_code_3(port):
    done = python(RUN, "demo", "--serve", "--port", str(port))
    assert (done.returncode, done.stdout) == (3, "")
    found = re.fullmatch(rf"Error: port {port}: another program uses it; try --port (\d+)\n", done.stderr)
    assert port < int(found[1]) <= port + 50


def test_a_port_that_cannot_be_opened_gives_one_message(monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("cookiewarden.tools.demo.serve.socket.create_server", refuse)
    result = run("demo", "--serve", "--port", "80")
    assert (result.exit_code, result.output) == (3, "Error: port 80: Permission denied; try --port 8000\n")


def test_without_a_free_port_the_demo_offers_any(monkeypatch):
    def refuse(*_, **__):
        raise OSError(errno.EADDRINUSE, "Address already in use")

    monkeypatch.setattr("cookiewarden.tools.demo.serve.socket.create_server", refuse)
    result = run("demo", "--serve", "--port", "65535")
    assert (result.exit_code, result.output) == (3, "Error: port 65535: another program uses it; try --port 0\n")


def test_an_interrupt_says_that_the_demo_has_stopped(monkeypatch):
    def serve(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("cookiewarden.tools.demo.serve.serve", serve)
    result = run("demo", "--serve")
    assert (result.exit_code, result.output) == (0, "The demo has stopped.\n")


# The portal as a WSGI app, which the tables cover, too


@pytest.fixture
def client():
    app = wsgi.CookieWardenMiddleware(wsgi_portal, policy=load_portals()[0].extended, secret_key=KEY)
    return Client(app, use_cookies=False)


def test_the_page_escapes_the_cookie_names_that_a_browser_sends(client):
    response = client.get("/", headers={"Cookie": "<b>x</b>=1"})
    assert "<code>&lt;b&gt;x&lt;/b&gt;</code>" in response.text
    assert "<b>x" not in response.text


def test_the_wsgi_portal_shows_the_same_pages_and_sets_its_cookies_on_an_error(client):
    assert BANNER in client.get("/data").text
    response = client.get("/x")
    assert response.status_code == 404
    assert names_of(response.headers.getlist("Set-Cookie")) == KEPT_BY_ALL | {"_gid"}
