"""``/.well-known/gpc.json``: a site says there that it heeds Global Privacy Control, if its policy says since when."""

import json

import pytest

from cookiewarden import Policy, PolicySet
from exchanges import POLICY, drive, http_scope
from paged import Site

PATH = "/.well-known/gpc.json"
PUBLISHING = {**POLICY, "signals": {"gpc_updated": "2026-11-30"}}
PARK = {**POLICY, "site": {"name": "Park", "hosts": ["park.example"]}}
SITE = Site(policy=PUBLISHING)
BOTH = Site(policy=PolicySet([Policy.from_mapping(PUBLISHING), Policy.from_mapping(PARK)]))


def test_it_is_the_object_of_the_draft_and_caches_may_keep_it_for_a_day():
    answer = SITE.ask(PATH)
    assert answer.status == 200
    assert json.loads(answer.body) == {"gpc": True, "lastUpdate": "2026-11-30"}
    assert answer.header("content-type") == "application/json"
    assert answer.list_of("cache-control") == {"public", "max-age=86400"}
    assert answer.list_of("vary") == set()
    assert answer.set_cookies == []


def test_it_is_the_same_whoever_asks():
    cookie = ("cookie", "cookies_preferences=junk; sid=1; NID=1")
    assert SITE.ask(PATH, headers=[cookie, ("sec-gpc", "1"), ("accept-language", "fr")]) == SITE.ask(PATH)


def test_a_client_that_has_it_does_not_get_it_again():
    etag = SITE.ask(PATH).header("etag")
    answer = SITE.ask(PATH, headers=[("if-none-match", etag)])
    assert (answer.status, answer.body) == (304, b"")


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("OPTIONS", 204), ("POST", 405), ("PUT", 405)])
def test_it_can_only_be_read(method, status):
    answer = SITE.ask(PATH, method)
    assert answer.status == status
    assert answer.body == b"" or status == 405
    assert not answer.is_by_app


@pytest.mark.parametrize(
    ("site", "target", "keys"),
    [
        (Site(), PATH, {}),
        (Site(policy={**PUBLISHING, "signals": {}}), PATH, {}),
        (SITE, f"/portal{PATH}", {"mount": "/portal"}),
        (SITE, f"/portal{PATH}", {}),
        (SITE, f"{PATH}/", {}),
        (SITE, "/.well-known/", {}),
        (SITE, "/", {}),
        (BOTH, PATH, {"host": "park.example"}),
        (BOTH, PATH, {"host": "elsewhere.example"}),
        (Site(policy=PUBLISHING, pages=None), PATH, {}),
        (Site(policy=PUBLISHING, pages=None, report_only=True), PATH, {}),
    ],
)
def test_any_other_path_or_host_is_the_apps(site, target, keys):
    assert site.ask(target, **keys).is_by_app


@pytest.mark.parametrize("options", [{}, {"pages": "/privacy"}])
def test_it_stands_outside_the_path_of_the_pages(options):
    assert json.loads(Site(policy=PUBLISHING, **options).ask(PATH).body)["gpc"] is True


def test_of_several_sites_only_the_one_that_says_so_has_it():
    assert not BOTH.ask(PATH).is_by_app


def test_the_app_has_its_other_pages_and_ours_stay():
    assert SITE.ask("/anything").is_by_app
    assert not SITE.ask("/cookies/preferences").is_by_app


def test_a_websocket_goes_to_the_app():
    scope = {key: value for key, value in http_scope(path=PATH).items() if key != "method"}
    messages = drive(SITE.asgi, {**scope, "type": "websocket", "scheme": "wss"}).messages
    assert [message["type"] for message in messages] == ["websocket.accept"]


def test_a_reload_publishes_it_and_takes_it_back():
    site = Site()
    for policy, is_by_app in [(PUBLISHING, False), (POLICY, True)]:
        assert site.asgi.reload(policy)
        assert site.wsgi.reload(policy)
        assert site.ask(PATH).is_by_app is is_by_app
        assert not site.ask("/cookies").is_by_app


def test_the_adapters_ask_the_screener_only_for_paths_that_may_be_ours():
    assert Site().wsgi._prefix == "/cookies"
    assert Site(pages="/privacy").asgi._prefix == "/privacy"
    assert Site(pages=None, policy=PUBLISHING).wsgi._prefix not in PATH
