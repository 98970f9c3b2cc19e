"""Learning what an app sets: with bounded memory, through a file that workers share, to a draft that loads."""

import json
import logging
import os
import signal
import subprocess
import sys
import tomllib
import tracemalloc
from contextlib import closing
from http.client import HTTPConnection
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cookiewarden import OptionError, asgi, wsgi
from cookiewarden.reporting import learning
from cookiewarden.reporting.learned import MAX_NAMES, Learned
from cookiewarden.tools.draft import draft_policy
from exchanges import NOW, POLICY, SentRequest, Wrapped
from learned_cookies import LEARNED, SITE, known
from scenarios import SET_OF_POLICIES, chosen, sends
from waiting import SECONDS_TO_WAIT, until

MODULES = pytest.mark.parametrize("module", [asgi, wsgi])


SECRET = "s3cr3t"


class Learning(Wrapped):
    """A wrapped app that learns; the tests read what it learned from its memory."""

    def __init__(self, folder, module=wsgi, **options):
        super().__init__(module, learn=folder / "learned.jsonl", **options)

    @property
    def learner(self):
        return self._app._screener.reporter.learner

    def taken(self):
        return self.learner.take(is_last=True)


@MODULES
def test_a_stored_cookie_is_learned_with_its_attributes_but_without_its_value(module, tmp_path):
    app = Learning(tmp_path, module)
    line = f"sid={SECRET}; Max-Age=3600; Path=/shop; Secure; HttpOnly; SameSite=lax; Partitioned; Odd={SECRET}"
    app.ask(
        SentRequest(path="/shop/4711?q=1"),
        sends(line, f"unknown={SECRET}; Domain=ads.example", "NID=; Max-Age=0", "=x"),
    )
    app.ask(SentRequest(cookies=(chosen(),)), sends(f"unknown={SECRET}"))
    attributes = ("HttpOnly", "Partitioned", "Path=/shop", "SameSite=Lax", "Secure")
    assert list(app.taken().cookies.values()) == [
        known("sid", lifetime=3600, attributes=attributes, paths=("/shop/*",)),
        known("unknown", count=2, attributes=("Domain=ads.example",), paths=("/", "/shop/*"), is_foreign=True),
    ]


@pytest.mark.parametrize(
    ("path", "seen"),
    [
        ("/", "/"),
        ("/about", "/about"),
        ("/about/", "/about/"),
        ("/users/ann/reset/8fK2", "/users/*"),
        ("/a%20b/c", "/*/*"),
        ("/4711", "/*"),
        ("/" + "x" * 25, "/*"),
    ],
)
def test_only_the_first_part_of_a_path_is_kept(path, seen, tmp_path):
    app = Learning(tmp_path)
    app.ask(SentRequest(path=path), sends("a=1"))
    [cookie] = app.taken().cookies.values()
    assert cookie.paths == (seen,)


def test_names_that_are_made_up_for_each_visitor_become_one_pattern(tmp_path):
    app = Learning(tmp_path)
    for number in range(500):
        app.ask(SentRequest(), sends(f"cart_{number:08x}=1", f"visit{number + 1000}=1", "sid=1"))
    found = app.taken().cookies
    assert len(found) == 5
    assert found[SITE, "cart_*", True].count == 499
    names = [cookie["name"] for cookie in tomllib.loads(draft_policy(Learned(found)))["cookies"]]
    assert sorted(names) == ["cart_*", "sid", "visit*"]


@pytest.mark.slow
def test_memory_stays_bounded(tmp_path, caplog):
    caplog.set_level(logging.CRITICAL, logger="cookiewarden")
    app = Learning(tmp_path)

    def held_after(numbers):
        for number in numbers:
            letters = "".join(chr(ord("a") + int(digit)) for digit in str(number))
            long = letters + "x" * 3000
            line = f"{letters}=1; Path=/{letters}; Domain={letters}.example"
            app.ask(SentRequest(path=f"/{letters}"), sends(line, f"sid=1; Path=/{letters}", f"{long}=1"))
        return tracemalloc.get_traced_memory()[0]

    held_after(range(1500))
    tracemalloc.start()
    try:
        assert held_after(range(1500, 4000)) < 600_000
    finally:
        tracemalloc.stop()
    found = app.taken().cookies
    assert len(found) == MAX_NAMES
    assert found[SITE, "sid", False].count == 4000


def test_a_name_with_a_random_end_never_reaches_the_file(tmp_path):
    app = Learning(tmp_path)
    token = "FuKNMNNmfmmL_QCSqFcFlx2_9O04Elw2TDJtybfuCf8"
    app.ask(SentRequest(), sends(f"access-token-{token}=1", f"access-token-unsecure-{token}=1"))
    learned = app.taken()
    assert [name for _, name, _ in learned.cookies] == ["access-token-*", "access-token-unsecure-*"]
    assert token not in learned.to_jsonl()


def test_plain_numbers_become_one_entry_after_the_first(tmp_path):
    app = Learning(tmp_path)
    for number in range(1, 50):
        app.ask(SentRequest(), sends(f"{number}=1", f"isso-{number}=1"))
    found = app.taken().cookies
    names = {name: cookie.count for (_, name, _), cookie in found.items()}
    assert names == {"1": 1, "*": 48, "isso-1": 1, "isso-2": 1, "isso-*": 47}


@pytest.mark.parametrize(
    ("path", "deleted_on"),
    [
        ("/logout", "/logout"),
        ("/accounts/4711/logout/?next=/", "/accounts/*logout*"),
        ("/accounts/4711/login", "/accounts/*login*"),
        ("/ann.4711/sign-out", "/*/*sign-out*"),
        ("/accounts/4711", "/accounts/*"),
    ],
)
def test_where_a_cookie_is_deleted_is_learned_without_what_may_identify_somebody(path, deleted_on, tmp_path):
    app = Learning(tmp_path)
    app.ask(SentRequest(), sends("sid=1"))
    app.ask(SentRequest(path=path), sends(f"sid={SECRET}; Max-Age=0"))
    app.ask(SentRequest(path=path), sends("sid=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"))
    learned = app.taken()
    assert list(learned.cookies.values()) == [known("sid", deleted_on=(deleted_on,))]
    assert Learned.from_jsonl(learned.to_jsonl()) == learned


@MODULES
def test_a_name_that_the_options_give_is_learned_with_the_one_that_it_replaces(module, tmp_path):
    app = Learning(tmp_path, module, rename={"sessionid": "town_session", "csrftoken": "town_csrf"})
    app.ask(view=sends("town_session=1", "sessionid=1", "town_session_2=1"))
    renamed = {cookie.name: cookie.renamed_from for cookie in app.taken().cookies.values()}
    assert renamed == {"town_session": "sessionid", "sessionid": "", "town_session_2": ""}


def test_a_deletion_after_the_last_writing_is_written_by_itself(tmp_path):
    app = Learning(tmp_path)
    app.ask(SentRequest(), sends("sid=1"))
    first = app.taken()
    app.ask(SentRequest(path="/logout"), sends("sid=; Max-Age=0", "other=; Max-Age=0"))
    second = app.learner.take()
    assert list(second.cookies.values()) == [known("sid", count=0, paths=(), deleted_on=("/logout",))]
    both = Learned.from_jsonl(second.to_jsonl() + first.to_jsonl())
    assert list(both.cookies.values()) == [known("sid", deleted_on=("/logout",))]


def test_a_file_of_an_earlier_version_is_read(tmp_path):
    line = json.loads(Learned.of([known("a")]).to_jsonl())
    del line["deleted_on"]
    assert Learned.from_jsonl(json.dumps(line)) == Learned.of([known("a")])


def test_only_what_is_new_is_written_before_the_counts(tmp_path):
    app = Learning(tmp_path)
    app.ask(SentRequest(), sends("a=1", "b=1"))
    assert len(app.learner.take().cookies) == 2
    app.ask(SentRequest(), sends("a=1", "b=1; Secure", "c=1"))
    assert [name for _, name, _ in app.learner.take().cookies] == ["b", "c"]
    assert app.learner.take() is None
    assert [name for _, name, _ in app.taken().cookies] == ["a"]


KILLED = """
import sys
from waitress import create_server
from cookiewarden.reporting import learning
from cookiewarden.wsgi import CookieWardenMiddleware

learning._SECONDS_BETWEEN_LOOKS = 3600.0  # so only what is new wakes the thread that writes

def app(environ, start_response):
    start_response("200 OK", [("Set-Cookie", environ["QUERY_STRING"] + "=1")])
    return [b""]

app = CookieWardenMiddleware(app, policy={"site": {"name": "X"}}, secret_key="x" * 16, learn=sys.argv[1])
server = create_server(app, host="127.0.0.1", port=0)
print(server.effective_port, flush=True)
server.run()
"""


def test_what_was_just_learned_survives_the_signal_that_ends_a_server(tmp_path):
    pytest.importorskip("waitress")
    file = tmp_path / "learned.jsonl"
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(file)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        try:
            port = int(server.stdout.readline())
            for name in ("first", "second"):
                with closing(HTTPConnection("127.0.0.1", port, timeout=SECONDS_TO_WAIT)) as connection:
                    connection.request("GET", f"/?{name}")
                    assert connection.getresponse().status == 200
                until(lambda name=name: file.exists() and f'"{name}"' in file.read_text())
        finally:
            server.terminate()
        assert server.wait(SECONDS_TO_WAIT) == -signal.SIGTERM  # it ran no code at its end
    assert [name for _, name, _ in Learned.from_jsonl(file.read_text()).cookies] == ["first", "second"]


def test_news_is_written_soon_and_counts_more_and_more_rarely(tmp_path):
    clock = mock.Mock(return_value=float(NOW))
    with mock.patch("time.time", clock):
        app = wsgi.CookieWardenMiddleware(None, policy=POLICY, secret_key="x" * 16, learn=tmp_path / "l")
    learner = app._screener.reporter.learner
    assert learner.take() is None
    for seconds, line, is_written in [
        (0, "a=1", True),
        (9, "a=1", False),
        (10, "a=1", True),
        (20, "a=1; Secure", True),
        (29, "a=1", False),
        (30, "a=1", True),
        (49, "a=1", False),
        (50, "a=1", True),
        (20_000, "a=1", True),
        (20_079, "a=1", False),
    ]:
        clock.return_value = NOW + seconds
        app.app = lambda environ, start_response, line=line: start_response("200 OK", [("Set-Cookie", line)]) or []
        app({"SCRIPT_NAME": "", "PATH_INFO": "/"}, lambda *args: None)
        taken = learner.take()
        assert (taken is not None) is is_written, seconds
    assert taken is None


@given(LEARNED, LEARNED)
def test_files_of_workers_may_be_joined(one, other):
    joined = Learned.from_jsonl(one.to_jsonl() + other.to_jsonl())
    assert joined == one + other
    assert (one + other).cookies == (other + one).cookies
    assert joined.unread == 0


@given(LEARNED, st.text())
def test_unreadable_lines_are_counted_and_the_others_are_read(learned, noise):
    lines = [line for line in noise.split("\n") if line.strip()]
    read = Learned.from_jsonl(learned.to_jsonl() + noise)
    assert read.cookies == learned.cookies
    assert read.unread == len(lines)


@MODULES
def test_each_site_is_learned_separately(module, tmp_path):
    app = Learning(tmp_path, module, policy=SET_OF_POLICIES)
    for host in (SITE, "park.example", "nobody.example"):
        app.ask(SentRequest(host=host), sends("a=1"))
    assert [site for site, _, _ in app.taken().cookies] == [SITE, "park.example", ""]


def test_the_background_writes_and_creates_a_removed_file_again(tmp_path, monkeypatch):
    monkeypatch.setattr(learning, "_SECONDS_BETWEEN_LOOKS", 0.01)
    monkeypatch.setattr(learning, "_SECONDS_AFTER_NEWS", 0.01)
    file = tmp_path / "learned.jsonl"
    app = Learning(tmp_path)
    app.ask(SentRequest(), sends("a=1"))
    until(lambda: file.exists() and file.read_text())  # it exists a moment before it is written to
    assert json.loads(file.read_text())["name"] == "a"
    file.unlink()
    app.ask(SentRequest(), sends("b=1"))
    until(lambda: file.exists() and file.read_text())
    assert json.loads(file.read_text())["name"] == "b"


def test_a_failed_write_is_retried_and_logged_once_a_minute(tmp_path, caplog):
    app = Learning(tmp_path)
    app.ask(SentRequest(), sends("a=1"))
    written = app._app._learned
    (tmp_path / "learned.jsonl").mkdir()
    written.write()
    written.write()
    errors = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert len(errors) == 1
    assert "what was learned could not be written" in errors[0]
    (tmp_path / "learned.jsonl").rmdir()
    app.ask(SentRequest(), sends("a=1"))
    written.write()
    [cookie] = Learned.from_jsonl((tmp_path / "learned.jsonl").read_text()).cookies.values()
    assert cookie.count == 2


@pytest.mark.parametrize("wrong", [1, "", "/nowhere/at/all.jsonl", os.sep])
def test_a_file_that_cannot_be_written_to_stops_the_start(wrong):
    with pytest.raises(OptionError, match=r"learn: .* is not a file that can be written to"):
        Wrapped(wsgi, learn=wrong)


def test_what_displaces_something_else_is_not_news(tmp_path):
    app = Learning(tmp_path)
    for path in "hgfedcba":
        app.ask(SentRequest(path=f"/z{path}"), sends("a=1"))
    assert app.learner.take() is not None
    for path in "hgfedcba":
        app.ask(SentRequest(path=f"/a{path}"), sends("a=1"))
        assert app.learner.take() is None
    [cookie] = app.taken().cookies.values()
    assert cookie.paths == tuple(f"/a{path}" for path in "abcdefgh")


def test_a_pipe_in_place_of_the_file_blocks_nothing(tmp_path, caplog):
    app, file = Learning(tmp_path), tmp_path / "learned.jsonl"
    file.unlink(missing_ok=True)
    os.mkfifo(file)
    app.ask(SentRequest(), sends("a=1"))
    app._app._finish()
    assert "what was learned could not be written" in caplog.text
    file.unlink()
    app._app._finish()
    assert [cookie.name for cookie in Learned.from_jsonl(file.read_text()).cookies.values()] == ["a"]


LINE_BYTES = len(Learned.of([known("a")]).to_jsonl())


@pytest.mark.parametrize("more", [0, 100, LINE_BYTES - 1, LINE_BYTES, LINE_BYTES + 1])
def test_a_partly_written_line_is_counted_once(tmp_path, monkeypatch, caplog, more):
    one, other, file = Learning(tmp_path), Learning(tmp_path), tmp_path / "learned.jsonl"
    one.ask(SentRequest(), sends(*(f"{name}=1" for name in "abcd")))
    other.ask(SentRequest(), sends("e=1"))
    write = os.write
    with monkeypatch.context() as patched:
        patched.setattr(os, "write", lambda at, data: write(at, data[: 1 + LINE_BYTES + more]))
        one._app._finish()
    assert "accepts no more data" in caplog.text
    other._app._finish()
    one._app._finish()
    learned = Learned.from_jsonl(file.read_text())
    assert learned.unread <= 1  # the line that was cut off
    assert {name: cookie.count for (_, name, _), cookie in learned.cookies.items()} == dict.fromkeys("abcde", 1)


def test_a_middleware_may_end_while_it_learns(tmp_path):
    """The garbage collector may run at any time, and then the finalizer writes all that is left."""
    app = Learning(tmp_path)
    app.ask(SentRequest(), sends("a=1"))
    with app.learner._lock:
        app._app._finish()
    assert (tmp_path / "learned.jsonl").read_text()
