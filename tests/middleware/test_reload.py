"""Reloading: a new policy takes over between two requests, a broken one changes nothing, and what is known stays."""

import gc
import logging
import threading
import weakref

import pytest

from cookiewarden import Policy, PolicySet, asgi, wsgi
from exchanges import DOCUMENT, POLICY, SentRequest, Wrapped, http_environ
from policy_files import COOKIE, File, left
from scenarios import chosen
from waiting import until

MODULES = pytest.mark.parametrize("module", [asgi, wsgi])


@MODULES
def test_the_request_after_a_reload_is_screened_by_the_new_file(module, tmp_path):
    file = File(tmp_path / "cookies.json", "old")
    app = Wrapped(module, policy=file.path)
    assert left(app, "old=1", "new=1") == ["old=1"]
    file.write("new")
    assert left(app, "old=1", "new=1") == ["old=1"]
    assert app.reload() is True
    assert left(app, "old=1", "new=1") == ["new=1"]


@MODULES
def test_a_broken_file_leaves_the_old_policy_in_force_and_each_fault_is_logged(module, tmp_path, caplog):
    file = File(tmp_path / "cookies.json", "old")
    app = Wrapped(module, policy=file.path)
    file.break_()
    assert app.reload() is False
    [record] = [record for record in caplog.records if record.levelno == logging.ERROR]
    message = record.getMessage()
    assert "the previous one stays in force" in message
    assert "cookies.json:1:11: site.nam: unknown key; did you mean name?" in message
    assert "cookies.json:1:24: cookies: must be a list of tables" in message
    assert left(app, "old=1", "new=1") == ["old=1"]
    file.write("new")
    assert app.reload() is True
    assert left(app, "old=1", "new=1") == ["new=1"]


@pytest.mark.parametrize("wrong", ["preset:django", 7, "", {"site": {}}])
def test_what_is_not_a_policy_changes_nothing(wrong, caplog):
    app = Wrapped(wsgi)
    assert app.reload(wrong) is False
    assert caplog.records
    assert left(app, "sid=1") == ["sid=1"]


@MODULES
def test_reload_takes_another_policy(module):
    app = Wrapped(module)
    assert app.reload({**POLICY, "cookies": []}) is True
    assert left(app, "sid=1") == []
    assert app.reload() is True  # the last policy again
    assert left(app, "sid=1") == []
    assert app.reload(PolicySet([Policy.from_mapping(POLICY)])) is True
    assert left(app, "sid=1") == ["sid=1"]
    assert left(app, "sid=1", request=SentRequest(host="elsewhere.example")) == []


@MODULES
def test_cookies_of_presets_keep_their_new_names_after_a_reload(module, tmp_path):
    lines = ["town=1", "sessionid=1", "old=1", "new=1"]
    rename = {"sessionid": "town", "old": "x"}
    file = File(tmp_path / "cookies.json", "old", extends="preset:django", site={"name": "X", "hosts": ["*"]})
    mapping = {"extends": "preset:django", "site": {"name": "X"}}
    for source, own in ((file.path, ["old=1"]), (tmp_path, ["old=1"]), (mapping, [])):
        app = Wrapped(module, policy=source, rename=rename)
        for _ in range(2):
            assert left(app, *lines) == ["town=1", *own]
            assert app.reload()
    file.write("new", extends="preset:django", site={"name": "X", "hosts": ["*"]})
    assert app.reload(file.path)
    assert left(app, *lines) == ["town=1", "new=1"]


@MODULES
def test_a_ready_policy_that_takes_over_keeps_its_names(module):
    mapping = {"extends": "preset:django", "site": {"name": "X"}}
    rename = {"sessionid": "town"}
    app = Wrapped(module, policy=mapping, rename=rename)
    lines = ["town=1", "sessionid=1"]
    for ready, own in (
        (Policy.from_mapping(mapping, rename=rename), "town=1"),
        (Policy.from_mapping(mapping), "sessionid=1"),
    ):
        assert app.reload(ready)
        assert left(app, *lines) == [own]
        assert app.reload()
        assert left(app, *lines) == [own]


@MODULES
def test_choices_and_counters_survive_a_reload(module, tmp_path):
    file = File(tmp_path / "cookies.json", "sid")
    app = Wrapped(module, policy=file.path)
    visitor = SentRequest(cookies=(chosen("statistical", policy=file.path),))
    left(app, "sid=1", "_ga=1", request=visitor)
    file.write("sid", "more")
    app.reload()
    assert left(app, "_ga=1", request=visitor) == ["_ga=1"]
    assert app.counts().total(reason="consented") == 2


@MODULES
def test_a_choice_is_stale_once_its_purpose_has_changed(module, tmp_path):
    file = File(tmp_path / "cookies.json")
    app = Wrapped(module, policy=file.path)
    visitor = SentRequest(cookies=(chosen("statistical", policy=file.path),))
    assert left(app, "_ga=1", request=visitor) == ["_ga=1"]
    file.write(cookies=[{**COOKIE, "purpose": "Follows you everywhere"}])
    app.reload()
    assert left(app, "_ga=1", request=visitor) == []
    assert app.counts().total(reason="stale") == 1


@MODULES
def test_seen_places_survive_a_reload(module, tmp_path):
    file = File(tmp_path / "cookies.json")
    app = Wrapped(module, policy=file.path)
    granted, refused = (chosen(*categories, policy=file.path) for categories in (["statistical"], []))
    left(app, "_ga=1; Path=/shop", request=SentRequest(cookies=(granted,), path="/shop"))
    # A key of local storage has the name of the cookie, too; the later one must not take its places.
    file.write("more", cookies=[COOKIE, {**COOKIE, "kind": "local-storage"}])
    app.reload()
    visitor = SentRequest(cookies=(f"{refused}; _ga=1",), path="/shop", headers=DOCUMENT)
    assert [line.partition(";")[2] for line in left(app, request=visitor)] == [" Max-Age=0; Path=/shop; Secure"]


@MODULES
def test_a_reload_repeats_no_warning_about_a_name(module, tmp_path, caplog):
    file = File(tmp_path / "cookies.json")
    app = Wrapped(module, policy=file.path)
    left(app, "unknown=1")
    file.write("more")
    app.reload()
    left(app, "unknown=1")
    assert [record.levelname for record in caplog.records if "unknown" in record.getMessage()] == ["WARNING"]


def test_a_site_that_did_not_change_keeps_its_policy_object(tmp_path):
    for name in ("one", "two"):
        File(tmp_path / f"{name}.json", name, site={"name": name, "hosts": [f"{name}.example"]})
    app = wsgi.CookieWardenMiddleware(None, policy=tmp_path, secret_key="x" * 16)
    before = app._screener.sites.policies
    File(tmp_path / "two.json", "other", site={"name": "two", "hosts": ["two.example"]})
    File(tmp_path / "three.json", site={"name": "three", "hosts": ["three.example"]})
    assert app.reload()
    after = app._screener.sites.policies
    assert after.for_host("one.example") is before.for_host("one.example")
    assert after.for_host("two.example") is not before.for_host("two.example")
    assert after.for_host("three.example").site.id == "three.example"


def test_a_request_goes_on_under_the_policy_that_it_began_with(tmp_path):
    file = File(tmp_path / "cookies.json", "old")

    def app(environ, start_response):
        file.write("new")
        assert wrapped.reload()
        start_response("200 OK", [("Set-Cookie", "old=1"), ("Set-Cookie", "new=1")])
        return []

    wrapped = wsgi.CookieWardenMiddleware(app, policy=file.path, secret_key="x" * 16)
    answers = []
    for _ in range(2):
        wrapped(http_environ(), lambda status, headers: answers.append(headers))
    assert answers == [[("Set-Cookie", "old=1")], [("Set-Cookie", "new=1")]]


def test_a_new_outcome_of_a_cookie_after_a_reload_is_logged_as_a_warning(caplog):
    def warnings():
        caplog.clear()
        left(app, "_ga=1", "other=1", request=SentRequest(host="park.example"))
        left(app, "_ga=1", "other=1")
        records = [record for record in caplog.records if record.levelname == "WARNING"]
        return [(one.cookie_site, one.cookie_name, one.cookie_outcome, one.cookie_reason) for one in records]

    def sites(**keys):
        ours = {"site": {"name": "X", "id": "x", "hosts": ["data.example.org"]}, "cookies": [COOKIE]}
        park = {"site": {"name": "Park", "id": "park", "hosts": ["park.example"]}, "cookies": [COOKIE]}
        return PolicySet(map(Policy.from_mapping, (park, {**ours, **keys})))

    park = [("park", "_ga", "blocked", "undecided"), ("park", "other", "blocked", "undeclared")]
    app = Wrapped(wsgi, policy=sites(report_only=True))
    assert warnings() == [*park, ("x", "_ga", "reported", "undecided"), ("x", "other", "reported", "undeclared")]
    assert warnings() == []
    app.reload(sites())
    assert warnings() == [("x", "_ga", "blocked", "undecided"), ("x", "other", "blocked", "undeclared")]
    app.reload(sites(cookies=[]))
    assert warnings() == [("x", "_ga", "blocked", "undeclared")]


def warnings_of(caplog):
    """Return the warnings that were logged since the last call."""
    found = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    caplog.clear()
    return found


def test_loading_warns_of_a_purpose_that_a_draft_left_open(caplog):
    def policy(*purposes):
        cookies = [
            {"name": f"c{at}", "category": "first-party", "purpose": purpose} for at, purpose in enumerate(purposes)
        ]
        return {"site": {"name": "X"}, "cookies": cookies}

    app = Wrapped(wsgi, policy=policy("...", "Works...", {"en": "Works", "fr": " … "}))
    assert warnings_of(caplog) == ["visitors read what a cookie is for; write the purpose of c0 (policy); c2 (policy)"]
    app.reload(policy("...", "Works"))
    assert warnings_of(caplog) == ["visitors read what a cookie is for; write the purpose of c0 (policy)"]
    app.reload(policy("...", "Works"))
    app.reload(policy("Works", "Works"))
    assert warnings_of(caplog) == []
    app.reload(policy(*["..."] * 2000))
    [message] = warnings_of(caplog)
    assert message.endswith("; c9 (policy); and 1990 more")


def test_loading_warns_of_a_draft_that_makes_the_sign_in_wait_for_consent(caplog):
    drafted = [
        {"name": "town_session", "category": "first-party", "purpose": "..."},
        {"name": "__ginger_snap", "category": "first-party", "purpose": "..."},  # preset:zope has it as necessary
        {"name": "trac_session", "category": "first-party", "purpose": "..."},  # preset:trac lets it wait, too
        {"name": "theme", "category": "first-party", "purpose": "..."},
        {"name": "shop_session", "category": "first-party", "purpose": "Keeps a list of what was seen."},
        {"name": "sessionid", "category": "necessary", "purpose": "..."},
        {"name": "csrftoken", "kind": "local-storage", "category": "first-party", "purpose": "..."},
    ]
    Wrapped(wsgi, policy={"site": {"name": "X"}, "cookies": drafted})
    purposes, doubts = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert purposes.startswith("visitors read what a cookie is for")
    assert doubts == (
        "people may not be able to sign in or to send forms, because these cookies look necessary, but wait for "
        'consent; if they are, write category = "necessary" in their declarations: '
        "town_session (policy); __ginger_snap (policy)"
    )


def test_loading_warns_of_a_policy_that_lets_every_cookie_pass(caplog):
    def policy(*names, category="necessary", **more):
        asked = {"name": "asked", "category": "third-party", "purpose": "Works"}
        cookies = [{"names": names, "category": category, "purpose": "Works", **more}, asked]
        return {"site": {"name": "X"}, "cookies": cookies}

    message = '"*" is declared as necessary, so every cookie passes, whatever it is for: policy'
    app = Wrapped(wsgi, policy=policy("sid", "*"))
    assert warnings_of(caplog) == [message]
    app.reload(policy("*"))
    assert warnings_of(caplog) == [message]
    app.reload(policy("*"))
    app.reload(policy("*", category="first-party"))
    app.reload(policy("a*"))
    app.reload(policy("*", kind="local-storage"))
    assert warnings_of(caplog) == []
    sites = [{**policy("*"), "site": {"name": f"{at}", "hosts": [f"{at}.example"]}} for at in range(12)]
    Wrapped(wsgi, policy=PolicySet(map(Policy.from_mapping, sites)))
    [one] = warnings_of(caplog)
    assert one.endswith("; and 2 more")


def test_many_reloads_keep_no_old_policy_in_memory(tmp_path):
    file = File(tmp_path / "cookies.json")
    app = Wrapped(wsgi, policy=file.path)
    seen = []
    for number in range(20):
        file.write(f"n{number}")
        assert app.reload()
        left(app, f"n{number}=1", "_ga=1", "unknown=1")
        seen.append(weakref.ref(app._app._screener))
    app.counts()
    gc.collect()
    assert [ref() is None for ref in seen] == [True] * 19 + [False]


def test_reloading_while_requests_are_answered_never_mixes_two_policies(tmp_path):
    def sets_all(environ, start_response):
        start_response("200 OK", [("Set-Cookie", f"{name}=1") for name in "abcd"])
        return []

    file = File(tmp_path / "cookies.json", "a", "b")
    app = wsgi.CookieWardenMiddleware(sets_all, policy=file.path, secret_key="x" * 16)
    answers = set()
    stop = threading.Event()

    def ask():
        while not stop.is_set():
            app(http_environ(), lambda status, headers: answers.add("".join(value[0] for _, value in headers)))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        for number in range(60):
            names = "ab" if number % 2 else "cd"
            file.write(*names)
            assert app.reload()
            until(lambda names=names: names in answers)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert answers == {"ab", "cd"}
