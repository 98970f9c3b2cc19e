"""What hostile visitors and mistakes of sites must not cause; each of these once did."""

import logging
import threading
from types import SimpleNamespace

import pytest

from cookiewarden import OptionError, Policy, asgi, banner_of, consent_of, wsgi
from cookiewarden.http.hosts import normalize_host
from cookiewarden.http.request import Request
from cookiewarden.http.urls import mount_url, url_path
from cookiewarden.middleware.places import SeenPlaces
from cookiewarden.pages import pdf_files
from cookiewarden.testing import preferences_cookie
from exchanges import DOCUMENT, NOW, POLICY, SECRET_KEY, SentRequest, Wrapped, set_cookies
from paged import ClientRequest, Site, through_wsgi
from pdf_packages import needs_pdf
from refusals import asking, set_by
from waiting import SECONDS_TO_WAIT, until

MODULES = pytest.mark.parametrize("module", [asgi, wsgi])
TENANTS = {**POLICY, "site": {"name": "Tenants", "hosts": ["*.town.example"]}}


@MODULES
def test_no_visitor_learns_the_path_of_another_one(module):
    app = Wrapped(module)
    app.ask(SentRequest(headers=DOCUMENT), set_by("theme=1; Path=/reset/alice-5f3a9c/"))
    assert not any(b"alice" in line for line in set_cookies(app.ask(asking("theme=1", path="/"))))
    assert any(b"alice" in line for line in set_cookies(app.ask(asking("theme=1", path="/reset/alice-5f3a9c/x"))))


@MODULES
def test_a_deletion_names_the_domain_of_its_own_host_only(module):
    app = Wrapped(module, policy=TENANTS)
    hosts = [f"t{number}.town.example" for number in range(20)]
    for host in hosts:
        app.ask(SentRequest(host=host, headers=DOCUMENT), set_by(f"theme=1; Path=/; Domain={host}"))
    deletions = b" ".join(set_cookies(app.ask(asking("theme=1", policy=TENANTS, host="t0.town.example"))))
    assert b"Domain=t0.town.example" in deletions
    assert not any(f"Domain={host}".encode() in deletions for host in hosts[1:])


@pytest.mark.parametrize("path", ["/my%20shop", "/my shop"])
def test_a_declared_path_may_be_percent_encoded_or_not(path):
    cookies = [{"name": "theme", "category": "first-party", "purpose": "Colours", "path": path}]
    policy = {**POLICY, "cookies": cookies}
    lines = set_cookies(Wrapped(wsgi, policy=policy).ask(asking("theme=1", path="/my%20shop/a", policy=policy)))
    assert any(b"Path=/my%20shop" in line for line in lines)
    assert not any(b"%25" in line for line in lines)


def test_a_choice_from_a_fast_clock_counts_once_its_time_has_come(monkeypatch):
    now = SimpleNamespace(time=float(NOW))
    monkeypatch.setattr("time.time", lambda: now.time)
    app = wsgi.CookieWardenMiddleware(
        lambda environ, start: start("200 OK", []) or [], policy=POLICY, secret_key=SECRET_KEY
    )
    choice = preferences_cookie(POLICY, SECRET_KEY, now=NOW + 86_400)

    def deleted():
        answered = []
        environ = {"HTTP_COOKIE": f"{choice}; theme=1", "HTTP_SEC_FETCH_DEST": "document", "PATH_INFO": "/"}
        app(environ | {"wsgi.url_scheme": "https", "SCRIPT_NAME": ""}, lambda status, headers: answered.extend(headers))
        return [value for name, value in answered if name == "Set-Cookie"]

    assert deleted() == []
    now.time += 86_400
    assert deleted() != []


def test_places_seen_at_once_by_several_threads_are_all_remembered():
    places_seen, declaration = SeenPlaces(), Policy.from_mapping(POLICY).declarations[4]
    lines = [b"theme=1; Path=/%d" % number for number in range(6)]
    threads = [threading.Thread(target=places_seen.see, args=(declaration, line)) for line in lines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    places = {place.path for place in places_seen.places(b"t", declaration, "data.example.org")}
    assert places == {b"/%d" % number for number in range(6)}
    assert len(places_seen.known[declaration.names]) == 6


@MODULES
def test_a_choice_makes_a_shared_response_private_without_a_warning(module, caplog):
    def view(carrier):
        consent_of(carrier).grant("statistical")
        return [("Cache-Control", "public, max-age=60")]

    with caplog.at_level(logging.WARNING, logger="cookiewarden"):
        headers = Wrapped(module).ask(SentRequest(), view)
    assert set_cookies(headers)
    assert (b"cache-control", b"private, max-age=60") in headers
    assert caplog.text == ""


@pytest.mark.parametrize("mount", ["//evil.example", "///evil.example/a"])
def test_a_mount_point_with_two_slashes_names_no_other_host(mount):
    assert mount_url(mount).startswith("/evil")
    request = Request("GET", mount, "/cookies/", "", "data.example.org", lambda name: None)
    assert request.mount_url == mount_url(mount)


def test_half_a_surrogate_pair_in_a_path_is_no_error():
    assert url_path("/\ud800") == "/?".replace("?", "%3F")


def test_a_host_of_any_length_is_normalized():
    assert normalize_host("é." * 30_000).startswith("é.")


def test_the_language_of_the_banner_is_that_of_the_record():
    records = []
    site = Site(on_choice=records.append)
    app = Wrapped(wsgi)
    shown = []
    app.ask(SentRequest(path="/?lang=fr"), lambda carrier: shown.append(str(banner_of(carrier))) or [])
    assert 'action="/cookies/preferences?lang=fr"' in shown[0]
    site.post(b"choice=accept", target="/cookies/preferences?lang=fr")
    assert {record.language for record in records} == {"fr"}


def test_accepting_all_grants_only_what_the_visitor_was_asked_about():
    records = []
    policy = {**POLICY, "cookies": [row for row in POLICY["cookies"] if row["category"] != "third-party"]}
    Site(policy=policy, on_choice=records.append).post(b"choice=accept")
    assert {record.granted for record in records} == {("statistical", "first-party")}


def test_what_was_granted_without_a_declaration_can_be_withdrawn():
    policy = {**POLICY, "cookies": POLICY["cookies"][:1]}
    cookie = preferences_cookie(policy, SECRET_KEY, "third-party", now=NOW)
    site = Site(policy=policy)
    page = site.ask("/cookies/preferences", headers=[("cookie", cookie)]).text
    assert 'value="third-party" checked' in page
    assert 'value="refuse"' in page


@needs_pdf
def test_waiting_for_a_pdf_leaves_threads_for_other_requests(monkeypatch):
    is_made, may_end = threading.Event(), threading.Event()

    def slow(document, language):
        is_made.set()
        may_end.wait(SECONDS_TO_WAIT)
        return b"%PDF-"

    monkeypatch.setattr(pdf_files, "pdf_of", slow)
    site = Site()
    request = ClientRequest("/cookies.pdf")
    statuses = []

    def download():
        statuses.append(through_wsgi(site.wsgi, request).status)

    threads = [threading.Thread(target=download) for _ in range(12)]
    for thread in threads:
        thread.start()
    assert is_made.wait(SECONDS_TO_WAIT)
    until(lambda: len(statuses) >= 8)
    assert set(statuses) == {503}
    may_end.set()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] * 4 + [503] * 8


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("banner.html", "{{ nobody.name }}"),
        ("policy.html", "{% extends 'cookiewarden/policy.html' %}{% block main %}{{ 1 / 0 }}{% endblock %}"),
        ("placeholder.html", "{{ section.rows[7].names }}"),
        ("error.html", "{{ nobody.name }}"),
    ],
)
def test_a_template_that_cannot_be_rendered_stops_the_start(tmp_path, name, content):
    (tmp_path / name).write_text(content)
    with pytest.raises(OptionError, match=f"templates: {name}, line 1: "):
        Wrapped(wsgi, templates=tmp_path)


@MODULES
def test_the_destination_header_is_found_anew_in_each_request(module):
    app = Wrapped(module)
    document, other, third = ("sec-fetch-dest", "document"), ("accept", "text/html"), ("dnt", "1")
    for headers, is_document in [
        ((document, other, third), True),
        ((other, third, document), True),
        ((other, ("sec-fetch-dest", "empty"), third), False),
        ((document, other, third), True),
        ((("accept", "*/*"), third, ("x", "document")), False),
    ]:
        assert bool(set_cookies(app.ask(asking("theme=1", headers=headers)))) is is_document
