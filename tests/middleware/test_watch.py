"""Watching files: every process loads a policy whose files have changed, and loads nothing else."""

import gc
import multiprocessing
import os
import threading
import weakref

import pytest

from cookiewarden import OptionError, Policy, asgi, process, wsgi
from cookiewarden.middleware import watch
from exchanges import POLICY, SECRET_KEY, SentRequest, Wrapped
from policy_files import File, left
from waiting import SECONDS_TO_WAIT, until

MODULES = pytest.mark.parametrize("module", [asgi, wsgi])


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(watch, "_SECONDS_BETWEEN_LOOKS", 0.01)


@pytest.mark.usefixtures("quick")
@MODULES
def test_watched_files_are_loaded_when_they_change(module, tmp_path, caplog):
    base = File(tmp_path / "base.json", "base")
    file = File(tmp_path / "cookies.json", "old")
    app = Wrapped(module, policy=file.path, watch=True)
    file.write("new", extends="base.json")
    until(lambda: left(app, "old=1", "new=1", "base=1") == ["new=1", "base=1"])
    base.write("base2")
    until(lambda: left(app, "base=1", "base2=1") == ["base2=1"])
    file.break_()
    until(lambda: any("stays in force" in record.getMessage() for record in caplog.records))
    assert left(app, "new=1") == ["new=1"]
    file.path.unlink()
    file.write("back")
    until(lambda: left(app, "back=1") == ["back=1"])


@pytest.mark.usefixtures("quick")
def test_a_watched_file_keeps_the_new_names_of_preset_cookies(tmp_path):
    file = File(tmp_path / "cookies.json", "old", extends="preset:django")
    app = Wrapped(wsgi, policy=file.path, watch=True, rename={"sessionid": "town"})
    file.write("new", extends="preset:django")
    until(lambda: left(app, "old=1", "new=1", "town=1", "sessionid=1") == ["new=1", "town=1"])


@pytest.mark.usefixtures("quick")
def test_a_new_file_in_a_watched_folder_is_loaded(tmp_path):
    File(tmp_path / "one.json", "sid", site={"name": "one", "hosts": ["one.example"]})
    app = Wrapped(wsgi, policy=tmp_path, watch=True)
    other = SentRequest(host="two.example")
    assert left(app, "sid=1", request=other) == []
    File(tmp_path / "two.json", "sid", site={"name": "two", "hosts": ["two.example"]})
    until(lambda: left(app, "sid=1", request=other) == ["sid=1"])


@pytest.mark.usefixtures("quick")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
def test_a_forked_process_watches_for_itself(tmp_path):
    file = File(tmp_path / "cookies.json", "old")
    app = Wrapped(wsgi, policy=file.path, watch=True)
    context = multiprocessing.get_context("fork")
    ready, answered = context.Event(), context.Queue()

    def child():
        ready.set()
        until(lambda: left(app, "new=1") == ["new=1"])
        answered.put("seen")

    process = context.Process(target=child, daemon=True)
    process.start()
    assert ready.wait(SECONDS_TO_WAIT)
    file.write("new")
    assert answered.get(timeout=SECONDS_TO_WAIT) == "seen"
    process.join()


@pytest.mark.usefixtures("quick")
def test_the_thread_ends_with_the_app(tmp_path):
    before = threading.enumerate()
    app = Wrapped(wsgi, policy=File(tmp_path / "cookies.json").path, watch=True)
    [thread] = [thread for thread in threading.enumerate() if thread not in before]
    assert thread.daemon
    del app
    gc.collect()
    thread.join(SECONDS_TO_WAIT)
    assert not thread.is_alive()


def test_work_that_fails_in_the_background_is_logged_and_tried_again(caplog):
    class Work:
        calls = 0

        def do(self):
            self.calls += 1
            raise ValueError

    work = Work()
    running = process.Background(work.do, seconds=0.001)
    until(lambda: work.calls > 1)
    assert "work in the background failed" in caplog.text
    del running


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"watch": 1}, "watch: 1 is neither True nor False"),
        ({"watch": True, "policy": Policy.from_mapping(POLICY)}, "watch: there are no files to watch"),
    ],
)
def test_what_cannot_be_watched_stops_the_start(options, message):
    with pytest.raises(OptionError, match=message):
        Wrapped(wsgi, **options)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("is_mapping", [False, True], ids=["a file", "a mapping"])
def test_a_link_that_is_changed_is_followed(tmp_path, is_mapping):
    releases = [File(tmp_path / f"{name}.json", name, site={"name": "X"}).path for name in ("old", "new")]
    link, next_link = tmp_path / "base.json", tmp_path / "next"
    link.symlink_to(releases[0])
    policy = File(tmp_path / "cookies.json", extends="base.json").path
    if is_mapping:
        policy = {"extends": str(link), "site": {"name": "X"}}
    app = Wrapped(wsgi, policy=policy, watch=True)
    until(lambda: app._app._watch._loaded)
    assert left(app, "old=1", "new=1") == ["old=1"]
    next_link.symlink_to(releases[1])
    next_link.rename(link)
    until(lambda: left(app, "old=1", "new=1") == ["new=1"])


@pytest.mark.usefixtures("quick")
def test_a_policy_that_is_given_while_the_watch_looks_at_files_is_watched_too(tmp_path, monkeypatch):
    first, second = File(tmp_path / "first.json", "first"), File(tmp_path / "second.json", "second")
    app = Wrapped(wsgi, policy=first.path, watch=True)
    until(lambda: app._app._watch._loaded)
    look = watch._state

    def look_meanwhile(source):
        found = look(source)
        if source == first.path and left(app, "second=1") == []:
            assert app.reload(second.path)
        return found

    monkeypatch.setattr(watch, "_state", look_meanwhile)
    first.write("more")
    until(lambda: left(app, "second=1") == ["second=1"])
    second.write("third")
    until(lambda: left(app, "third=1") == ["third=1"])


@pytest.mark.usefixtures("quick")
def test_a_middleware_that_watches_goes_with_its_last_reference(tmp_path):
    policy = File(tmp_path / "cookies.json", "old").path
    app = wsgi.CookieWardenMiddleware(None, policy=policy, secret_key=SECRET_KEY, watch=True)
    middleware = weakref.ref(app)
    gc.disable()
    try:
        del app
        until(lambda: middleware() is None)
    finally:
        gc.enable()
