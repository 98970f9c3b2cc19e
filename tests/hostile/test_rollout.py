"""What hostile review found in roll-out, watching and learning, so that it stays fixed."""

import asyncio
import gc
import json
import multiprocessing
import os
import tomllib
import weakref

import pytest
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from cookiewarden import Counts, Policy, PolicyError, PolicySet, asgi, consent_of, script_of, wsgi
from cookiewarden.reporting.learned import Learned
from cookiewarden.tools.draft import draft_policy
from exchanges import POLICY, SentRequest, Wrapped, http_environ, set_cookies, through_wsgi, wrap
from learned_cookies import known
from scenarios import sends
from waiting import SECONDS_TO_WAIT

MODULES = pytest.mark.parametrize("module", [asgi, wsgi])
FORKS = pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")


def screener_of(app):
    return app._app._screener


@MODULES
@pytest.mark.parametrize("line", ["sid=; Max-Age=0; Path=/", "sid=1; Max-Age=" + "9" * 20, "sid=1; Max-Age=00"])
def test_learning_never_breaks_a_response(module, line, tmp_path):
    app = Wrapped(module, learn=tmp_path / "l")
    assert set_cookies(app.ask(SentRequest(), sends(line))) == [line.encode()]


def test_a_deletion_of_a_necessary_cookie_is_not_learned(tmp_path):
    app = Wrapped(wsgi, learn=tmp_path / "l")
    app.ask(SentRequest(), sends("sid=; Max-Age=0", "sid=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"))
    assert screener_of(app).reporter.learner.take(is_last=True) is None


def test_a_failing_report_stops_no_response(caplog):
    app = Wrapped(wsgi)
    app._app._screener.reporter.counter = None
    for _ in range(2):
        assert set_cookies(app.ask(SentRequest(), sends("sid=1", "_ga=1"))) == [b"sid=1"]
    assert caplog.text.count("could not be reported") == 1


@pytest.mark.parametrize("option", ["report_only", "consent_needed"])
def test_a_predicate_sees_the_request_as_received(option):
    def inner(environ, start_response):
        start_response("200 OK", [("Set-Cookie", "_ga=1")])
        return []

    def is_trial(environ):
        return environ["PATH_INFO"].startswith("/shop/") is (option == "report_only")

    app = wrap(wsgi.CookieWardenMiddleware, DispatcherMiddleware(inner, {"/archive": inner}), **{option: is_trial})
    left = []
    app(http_environ(SentRequest(path="/archive/shop/x")), lambda status, headers: left.extend(headers))
    assert ("Set-Cookie", "_ga=1") not in left
    app(http_environ(SentRequest(path="/shop/x")), lambda status, headers: left.extend(headers))
    assert ("Set-Cookie", "_ga=1") in left


@MODULES
def test_a_predicate_may_ask_for_the_choice(module):
    def needed(carrier):
        return not consent_of(carrier).is_decided

    app = Wrapped(module, consent_needed=needed)
    assert set_cookies(app.ask(SentRequest(), sends("_ga=1"))) == []


@pytest.mark.filterwarnings("error")
def test_a_predicate_that_returns_a_coroutine_fails_closed_without_a_warning():
    async def later(carrier):
        return True

    app = Wrapped(wsgi, report_only=lambda carrier: later(carrier))
    assert set_cookies(app.ask(SentRequest(), sends("_ga=1"))) == []
    gc.collect()


@pytest.mark.parametrize(("word", "line"), [("undeclared", "\x85NID=1"), ("statistical", "\x1fN2ID=1")])
def test_report_only_does_not_cover_a_name_that_a_server_changes(word, line):
    rows = [{"name": "NID", "category": "third-party", "purpose": "x"}]
    if word == "statistical":
        rows += [{"name": "N2ID", "category": "third-party", "purpose": "x"}]
        rows += [{"name": "*2ID", "category": "statistical", "purpose": "x"}]
    policy = {"site": {"name": "X"}, "cookies": rows, "report_only": [word]}
    assert set_cookies(through_wsgi(sends(line), policy=policy)) == []


def test_a_set_takes_over_from_the_only_policy_in_it():
    policy = Policy.from_mapping(POLICY)
    app = Wrapped(wsgi, policy=policy)
    assert app.reload(PolicySet([policy]))
    assert set_cookies(app.ask(SentRequest(host="elsewhere.example"), sends("sid=1"))) == []


@pytest.mark.parametrize(
    ("trial", "enforced"),
    [
        ({"report_only": True}, {"report_only": False}),
        ({"preferences": {"name": "a"}}, {"preferences": {"name": "b"}}),
    ],
)
def test_a_policy_with_any_difference_takes_over(trial, enforced):
    app = Wrapped(wsgi, policy={**POLICY, **trial})
    before = screener_of(app)
    assert app.reload({**POLICY, **enforced})
    assert screener_of(app) is not before
    assert set_cookies(app.ask(SentRequest(), sends("_ga=1"))) == []


def test_a_page_that_depends_on_consent_needed_is_private():
    def view(carrier):
        script_of(carrier, "statistical", "/count.js")
        return []

    assert (b"cache-control", b"private") in through_wsgi(view, consent_needed=lambda carrier: False)
    assert (b"cache-control", b"private") not in through_wsgi(view, consent_needed=lambda carrier: True)


@MODULES
def test_on_decision_receives_no_value_of_a_malformed_line(module):
    records = []
    Wrapped(module, on_decision=records.append).ask(SentRequest(), sends("=s3cr3t", "sid=x\ns3cr3t", "s3cr3t"))
    assert [record.decision.names for record in records] == [(b"",), (b"sid",), (b"",)]


def test_old_policies_and_their_judges_are_freed():
    app = Wrapped(wsgi)
    app.ask(SentRequest(), sends("_ga=1"))
    old = []
    for number in range(50):
        app.reload({**POLICY, "site": {"name": f"n{number}", "id": "x"}})
        old.append(weakref.ref(screener_of(app).sites.policies))
        app.ask(SentRequest(), sends("_ga=1", "NID=1", "sid=1"))
    app.counts()
    gc.collect()
    assert [policy() is None for policy in old] == [True] * 49 + [False]


@pytest.mark.parametrize(
    "changes",
    [
        {"count": float("inf")},
        {"count": 0},
        {"lifetime": float("inf")},
        {"lifetime": 10**400},
        {"lifetime": -5},
        {"first": float("nan")},
        {"first": 1e300},
        {"name": "\ud800"},
        {"site": " "},
    ],
)
def test_one_invalid_line_never_spoils_the_draft(changes):
    line = json.dumps({**json.loads(Learned.of([known("b")]).to_jsonl()), **changes})
    learned = Learned.from_jsonl(Learned.of([known("a")]).to_jsonl() + line + "\n")
    for site in {one.site for one in learned.cookies.values()}:
        Policy.from_mapping(tomllib.loads(draft_policy(learned, site=site)))


def drafted(*cookies, **options):
    return [one["name"] for one in tomllib.loads(draft_policy(Learned.of(cookies), **options)).get("cookies", [])]


def test_names_with_the_same_standard_prefix_are_not_a_family():
    assert drafted(known("__Secure-1PSID"), known("__Secure-3PSID")) == ["__Secure-1PSID", "__Secure-3PSID"]


def test_a_single_name_that_looks_made_up_stays_whole():
    assert drafted(known("visit1234")) == ["visit1234"]
    assert drafted(known("visit1234"), known("visit1235")) == ["visit*"]


def test_declared_names_are_left_out_even_if_they_look_like_a_family():
    names = ["abc_v2025", "abc_v2026"]
    rows = [{"names": names, "category": "necessary", "purpose": "x"}]
    policy = Policy.from_mapping({"site": {"name": "X"}, "cookies": rows})
    assert drafted(*map(known, names), declared=policy) == []


def test_a_draft_loads_if_an_app_sets_the_preferences_cookie():
    assert drafted(known("cookies_preferences"), known("a")) == ["a"]


@MODULES
def test_only_the_first_part_of_a_visitor_s_path_is_kept(module, tmp_path):
    app = Wrapped(module, learn=tmp_path / "l")
    for number, path in enumerate(["/users/ann", "/invite/xKqPz-TrBmWv", "/4711/x"]):
        line = f"user_ann{number}000=1; Path=/users/ann@example.org; SameSite=s3cr3t"
        app.ask(SentRequest(path=path), sends("a=1; Path=/users/ann@example.org", line))
    text = screener_of(app).reporter.learner.take(is_last=True).to_jsonl()
    assert not any(secret in text for secret in ("xKqPz", "/ann", "ann@", "s3cr3t", "4711"))
    assert '"paths": ["/*/*", "/invite/*", "/users/*"]' in text
    assert {cookie.name for cookie in Learned.from_jsonl(text).cookies.values()} == {"a", "user_ann0000", "user_*"}


@pytest.mark.parametrize(
    "text",
    [
        '{"since":0,"until":1,"lines":[["a","blocked",null,"undeclared",[],"x"]],"undeclared":[]}',
        '{"since":0,"until":1,"lines":[["a","blocked","","undeclared",[],1]],"undeclared":[]}',
        '{"since":0,"until":1,"lines":[],"undeclared":[["a","b",-1]]}',
        '{"since":1' + "0" * 400 + ',"until":1,"lines":[],"undeclared":[]}',
        "[" * 100_000,
    ],
)
def test_text_that_does_not_hold_counts_is_a_value_error(text):
    with pytest.raises(ValueError, match="these are not counts"):
        Counts.from_json(text)


@pytest.mark.parametrize("ask", [lambda counts: counts.by("decision"), lambda counts: counts.total(decision="x")])
def test_a_member_that_counts_do_not_have_is_named(ask):
    with pytest.raises(TypeError, match="decision is not one of site, outcome"):
        ask(Wrapped(wsgi).counts())


def test_reloading_what_is_not_a_path_raises_nothing():
    assert Wrapped(wsgi).reload("x" * 5000) is False


def test_a_policy_is_found_again_after_a_change_of_directory(tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "cookies.json").write_text(json.dumps(POLICY))
    monkeypatch.chdir(tmp_path)
    app = Wrapped(wsgi, policy="cookies.json", learn="learned.jsonl")
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert app.reload()
    app.ask(SentRequest(), sends("a=1"))
    app._app._finish()
    assert (tmp_path / "learned.jsonl").exists()


def test_a_key_that_belongs_before_the_tables_says_so():
    with pytest.raises(PolicyError, match=r"site\.report_only: unknown key; write it .* before the first table"):
        Policy.from_mapping({"site": {"name": "X", "report_only": True}})


def test_a_pipe_is_not_a_file_to_learn_to(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for wrong in (tmp_path / "pipe", "a\0b"):
        with pytest.raises(ValueError, match=r"learn: .* is not a file that can be written to"):
            Wrapped(wsgi, learn=wrong)


@FORKS
def test_a_forked_process_counts_and_learns_for_itself(tmp_path):
    app = Wrapped(wsgi, learn=tmp_path / "l")
    app.ask(SentRequest(), sends("sid=1"))
    context = multiprocessing.get_context("fork")
    answers = context.Queue()

    def child():
        app.ask(SentRequest(), sends("sid=1"))
        learned = screener_of(app).reporter.learner.take(is_last=True)
        answers.put((app.counts().total(), [cookie.count for cookie in learned.cookies.values()], app.reload()))

    with app._app._lock, screener_of(app).reporter.counter._lock:  # another thread may hold them at that moment
        process = context.Process(target=child, daemon=True)
        process.start()
    assert answers.get(timeout=SECONDS_TO_WAIT) == (1, [1], True)
    process.join()


def test_what_was_learned_is_written_when_the_server_shuts_the_app_down(tmp_path):
    """Uvicorn and each of its workers end by SIGTERM itself, so nothing runs after the lifespan."""

    async def site(scope, receive, send):
        if scope["type"] == "lifespan":
            while (await receive())["type"] != "lifespan.shutdown":
                await send({"type": "lifespan.startup.complete"})
            await send({"type": "lifespan.shutdown.complete"})
            return
        await send({"type": "http.response.start", "status": 200, "headers": [(b"set-cookie", b"sid=1")]})
        await send({"type": "http.response.body"})

    file = tmp_path / "learned.jsonl"
    app = asgi.CookieWardenMiddleware(site, policy={"site": {"name": "X"}}, secret_key="x" * 16, learn=file)

    async def serve():
        to_app, from_app = asyncio.Queue(), asyncio.Queue()
        serving = asyncio.create_task(app({"type": "lifespan", "asgi": {"version": "3.0"}}, to_app.get, from_app.put))
        await to_app.put({"type": "lifespan.startup"})
        await from_app.get()
        await app({"type": "http", "method": "GET", "path": "/", "headers": []}, None, asyncio.Queue().put)
        await to_app.put({"type": "lifespan.shutdown"})
        assert (await from_app.get())["type"] == "lifespan.shutdown.complete"
        [cookie] = Learned.from_jsonl(file.read_text()).cookies.values()
        assert (cookie.name, cookie.count) == ("sid", 1)
        await serving

    asyncio.run(serve())
