"""CSP by consent in a browser: a pixel of another host is blocked, then granted; an undeclared host is reported."""

import socket

import pytest
from playwright.sync_api import expect

from browser import contacts
from browser.portal_app import POLICY, answer
from browser.served import OTHER_SITE, SIBLING
from cookiewarden import Policy
from cookiewarden.middleware.content_security import SecurityLines
from waiting import until


def declaring(portal):
    """Return the policy of the portal, with another host that needs consent to third-party cookies."""
    hosts = [f"{OTHER_SITE}:{portal.port}"]
    pixel = {"name": "pixel", "category": "third-party", "purpose": "Counts", "kind": "host", "hosts": hosts}
    return {**POLICY, "cookies": [*POLICY["cookies"], pixel]}


@pytest.fixture
def contacted(portal):
    """Return the hosts whose pixel was requested since the last call."""

    def contacted():
        found = {host.partition(":")[0] for host, path in portal._sent if path == "/pixel.svg"}
        portal._sent.clear()
        return found

    contacted()
    return contacted


def visit(visitor, host):
    """Open the page with the pixel of a host."""
    portal = visitor.portal
    visitor.go(f"/contacts/{host}:{portal.port}")
    if visitor.runs_scripts:
        expect(visitor.page.locator("html")).to_have_attribute("data-finished", "yes")


def test_a_pixel_is_blocked_then_granted_then_withdrawn(visitor, portal, contacted):
    portal.restart(declaring(portal), csp=True)
    visit(visitor, OTHER_SITE)
    assert contacted() == set()
    visitor.press("Accept all")
    assert contacted() == {OTHER_SITE}
    visitor.go("/cookies/preferences")
    visitor.page.locator("[name=category][value=third-party]").uncheck()
    visitor.press("Save my choice")
    visit(visitor, OTHER_SITE)
    assert contacted() == set()


def revalidated(environ, start_response):
    """Respond as the portal does, but let pages show no other images; respond with a 304 if the browser kept one."""
    if environ.get("HTTP_IF_NONE_MATCH") == '"kept"':
        start_response("304 Not Modified", [("ETag", '"kept"')])
        return []
    headers, body = answer(environ, environ["PATH_INFO"])
    policy = ("Content-Security-Policy", "img-src 'self' data: blob:")
    kept = [("ETag", '"kept"'), ("Cache-Control", "no-cache"), policy]
    start_response("200 OK", [*headers, *kept])
    return [body.encode()]


@pytest.mark.parametrize("served", ["wsgi"], indirect=True)
def test_a_page_that_the_browser_kept_keeps_the_policy_of_the_app(visitor, portal, contacted, monkeypatch):
    monkeypatch.setattr(portal, "_app", revalidated)
    portal.restart(declaring(portal), csp=True, clear_cache=False)
    visit(visitor, OTHER_SITE)
    visitor.press("Accept all")
    assert contacted() == set()


def serving(kind, body):
    """Return the portal's app with a page of that media type at ``/odd``."""

    def app(environ, start_response):
        if environ["PATH_INFO"] != "/odd":
            headers, text = answer(environ, environ["PATH_INFO"])
        else:
            headers, text = [("Content-Type", kind)], body
        start_response("200 OK", headers)
        return [text.encode()]

    return app


@pytest.mark.parametrize("served", ["wsgi"], indirect=True)
@pytest.mark.parametrize("csp", [True, False])
@pytest.mark.parametrize("kind", ["text/xml", "html", "*/*"])
def test_a_page_whose_type_does_not_tell_is_blocked_too(kind, csp, visitor, portal, contacted, monkeypatch):
    pixel = f'<img src="http://{OTHER_SITE}:{portal.port}/pixel.svg"/>'
    body = f'<html xmlns="http://www.w3.org/1999/xhtml"><body>{pixel}</body></html>'
    monkeypatch.setattr(portal, "_app", serving(kind, body))
    portal.restart(declaring(portal), csp=csp)
    visitor.go("/odd")
    assert contacted() == (set() if csp else {OTHER_SITE})


@pytest.mark.parametrize("button", ["Accept all", "Reject all"])
def test_nothing_that_a_page_does_by_itself_is_blocked(button, make_visitor, portal):
    portal.restart(declaring(portal), csp=True)
    visitor = make_visitor()
    visit(visitor, OTHER_SITE)
    root = visitor.page.locator("html")
    pixel = f"img-src http://{OTHER_SITE}:{portal.port}/pixel.svg"
    assert set(root.get_attribute("data-done").split()) == contacts.OWN
    assert root.get_attribute("data-blocked") == pixel
    visitor.press(button)
    expect(root).to_have_attribute("data-finished", "yes")
    assert set(root.get_attribute("data-done").split()) == contacts.OWN
    assert root.get_attribute("data-blocked") == (None if button == "Accept all" else pixel)


@pytest.mark.parametrize("csp", [True, "report-only"])
def test_an_undeclared_host_is_reported(csp, visitor, portal, contacted):
    portal.restart(declaring(portal), csp=csp)
    visit(visitor, SIBLING)
    assert contacted() == ({SIBLING} if csp == "report-only" else set())
    until(lambda: portal.app.counts().reported_hosts)
    assert portal.app.counts().reported_hosts == {("portal.localhost", f"{SIBLING}:{portal.port}"): 1}


# Contacts an address, waits until that has failed or not, and returns whether a policy forbade it.
IS_BLOCKED = """async address => {
  const blocked = [];
  const note = event => blocked.push(event.blockedURI);
  document.addEventListener("securitypolicyviolation", note);
  await (address.startsWith("ws")
    ? new Promise(yes => new WebSocket(address).onerror = yes)
    : fetch(address, { mode: "no-cors" }).catch(() => {}));
  await new Promise(yes => setTimeout(yes));
  document.removeEventListener("securitypolicyviolation", note);
  return blocked.length > 0;
}"""


@pytest.fixture
def unused_port():
    """A port that refuses connections at once, and that no one else takes."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@pytest.mark.parametrize(("scheme", "schemes"), [("http", ["http", "https", "ws", "wss"]), ("https", ["https", "wss"])])
def test_a_declared_host_may_be_contacted_by_fetch_and_by_socket_and_no_other(scheme, schemes, chromium, unused_port):
    """The browser takes the page from the test, so no server needs a certificate."""
    hosts = [f"plain.localhost:{unused_port}", "*.many.localhost", f"*.port.localhost:{unused_port}"]
    declared = {"name": "a", "category": "necessary", "purpose": "A", "kind": "host", "hosts": hosts}
    policy = Policy.from_mapping({"site": {"name": "Town"}, "cookies": [declared]})
    line = SecurityLines().for_all(policy).line.decode()
    page = chromium.new_page()
    headers = {"Content-Type": "text/html", "Content-Security-Policy": line}
    page.route(f"{scheme}://page.localhost/", lambda route: route.fulfill(body="Hello", headers=headers))
    page.goto(f"{scheme}://page.localhost/")
    admitted = [hosts[0], "a.many.localhost", "under_score.many.localhost", f"b.port.localhost:{unused_port}"]
    others = [
        "plain.localhost",
        f"a.plain.localhost:{unused_port}",
        f"a.many.localhost:{unused_port}",
        "many.localhost",
    ]
    for host in [*admitted, *others]:
        blocked = [one for one in schemes if page.evaluate(IS_BLOCKED, f"{one}://{host}/")]
        assert (host, blocked) == (host, schemes if host in others else [])
    page.close()
