"""The demo under the audit tool cookieradar, which finds a violation only if consent is not respected.

``COOKIEWARDEN_COOKIERADAR`` names the program. It needs a virtual environment of its own.
"""

import os
import socket
import threading
from contextlib import contextmanager

import pytest
import uvicorn

from audit.radar import Radar
from browser.browsers import CHROMIUM
from cookiewarden.asgi import CookieWardenMiddleware
from cookiewarden.tools.demo.page import Surroundings
from cookiewarden.tools.demo.portal import asgi_portal
from cookiewarden.tools.demo.sites import load_portals
from demo_runs import served

TRACKER = "googletagmanager.com"
HOST = "data.eindhoven.nl.localhost"
STORED = "tracking data stored on the device before any choice"


@pytest.fixture(scope="module")
def radar(tmp_path_factory):
    program = os.environ.get("COOKIEWARDEN_COOKIERADAR")
    if not program:
        pytest.skip("COOKIEWARDEN_COOKIERADAR does not name the program cookieradar")
    if CHROMIUM.program is None:
        pytest.skip("no Chromium for cookieradar to audit with")
    return Radar(program, CHROMIUM.program, tmp_path_factory.mktemp("radar"))


@contextmanager
def portal_with_a_tracker(*, is_enforced):
    """Serve the demo's portal, with a host as its other site that the audit tool knows as a tracker's."""
    portal = load_portals()[0]
    app = CookieWardenMiddleware(
        asgi_portal(Surroundings(elsewhere=f"https://www.{TRACKER}", is_enforced=is_enforced)),
        policy=portal.on_localhost("*"),
        secret_key="a key for these tests only",
        report_only=not is_enforced,
        script=False,  # cookieradar looks at once at what an acceptance brings, so the page has to load again
    )
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


def test_the_demo_passes_the_audit(radar):
    with served() as port:
        report = radar.audit(f"http://{HOST}:{port}/")
    assert report.status == 0, report.text
    # The page stays, so the cookies that the choice lets through come with the next one.
    assert "cookies_preferences" in report.after_accepting
    assert STORED not in report.verdict


def test_the_demo_that_only_reports_fails_the_audit(radar):
    with served("--report-only") as port:
        report = radar.audit(f"http://{HOST}:{port}/")
    assert report.status == 1, report.text
    assert f"{STORED}:\n  • cookie _ga ({HOST})" in report.verdict


def test_a_tracker_that_waits_for_consent_passes_the_audit(radar):
    with portal_with_a_tracker(is_enforced=True) as port:
        report = radar.audit(f"http://{HOST}:{port}/")
    assert report.status == 0, report.text
    assert TRACKER in report.after_accepting
    assert report.text.count(TRACKER) == report.after_accepting.count(TRACKER)


def test_a_tracker_that_does_not_wait_fails_the_audit(radar):
    with portal_with_a_tracker(is_enforced=False) as port:
        report = radar.audit(f"http://{HOST}:{port}/")
    assert report.status == 1, report.text
    assert f"→ {TRACKER} (persists from pre-consent)" in report.verdict
