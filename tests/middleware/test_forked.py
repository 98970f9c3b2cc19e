"""Forked workers: they answer under the current policy, whatever the parent process was doing when it forked."""

import logging
import multiprocessing
import os
import threading
from contextlib import ExitStack, contextmanager

import pytest

from cookiewarden import process, wsgi
from cookiewarden.middleware import base, places, watch
from cookiewarden.pages import pdf_files
from cookiewarden.reporting import learning
from exchanges import DOCUMENT, SentRequest, Wrapped
from pdf_packages import needs_pdf
from policy_files import File, left
from scenarios import chosen, sends
from waiting import SECONDS_TO_WAIT, until

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")


def forked(work):
    """Do some work in a forked process, and return whether it ended without an error."""
    process = multiprocessing.get_context("fork").Process(target=work, daemon=True)
    process.start()
    process.join(SECONDS_TO_WAIT)
    is_done = process.exitcode == 0
    process.kill()
    process.join()
    return is_done


@contextmanager
def held_elsewhere(lock):
    """Hold a lock in another thread."""
    is_held, is_done = threading.Event(), threading.Event()

    def hold():
        with lock:
            is_held.set()
            is_done.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    is_held.wait()
    yield
    is_done.set()
    thread.join()


def test_a_worker_that_is_forked_while_a_policy_is_loaded_loads_it_too(tmp_path, monkeypatch):
    monkeypatch.setattr(watch, "_SECONDS_BETWEEN_LOOKS", 0.01)
    file = File(tmp_path / "cookies.json", "old")
    app = Wrapped(wsgi, policy=file.path, watch=True)
    until(lambda: app._app._watch._loaded)
    load, is_loading, go_on = base.load_policies, threading.Event(), threading.Event()

    def load_slowly(source, rename):
        is_loading.set()
        go_on.wait()
        return load(source, rename)

    def work():
        assert left(app, "old=1", "new=1") == ["old=1"]
        go_on.set()
        until(lambda: left(app, "old=1", "new=1") == ["new=1"])

    monkeypatch.setattr(base, "load_policies", load_slowly)
    with app._app._lock:  # a load that began before must not read the new file
        file.write("new")
    assert is_loading.wait(SECONDS_TO_WAIT)
    try:
        assert forked(work)
    finally:
        go_on.set()


@needs_pdf
def test_no_lock_that_another_thread_held_is_held_in_a_forked_process(tmp_path):
    app = Wrapped(wsgi, learn=tmp_path / "learned.jsonl")
    middleware, screener = app._app, app._app._screener
    pages = screener.pages
    app.ask(SentRequest(path="/cookies/banner"))

    def work():
        app.ask(SentRequest(cookies=(chosen("statistical"), "NID=1"), headers=DOCUMENT), sends("_ga=1; Path=/"))
        assert app.counts().total(reason="consented") == 1
        app.ask(SentRequest(path="/cookies/banner"))
        assert list(app.counts().choices.values()) == [1]  # not 2: the parent's is its own
        assert app.reload()
        middleware._finish()
        answered = app.ask(SentRequest(path="/cookies.pdf"))
        assert (b"content-type", b"application/pdf") in answered

    with ExitStack() as held:
        for lock in (places._LOCK, pdf_files._ONE_AT_A_TIME, middleware._lock):
            held.enter_context(lock)
        # The learner's lock is reentrant, so another thread must hold it.
        held.enter_context(held_elsewhere(screener.reporter.learner._lock))
        held.enter_context(screener.reporter.counter._lock)
        held.enter_context(screener.reporter.choice_counter._lock)
        while pages._pdfs._waiting.acquire(blocking=False):
            held.callback(pages._pdfs._waiting.release)
        assert forked(work)


def test_what_fails_in_a_forked_process_stops_nothing_else(monkeypatch, caplog):
    class Worker:
        def fail(self):
            raise RuntimeError("no more threads")

        def begin(self):
            self.has_begun = True

    monkeypatch.setattr(process, "_METHODS", [])
    worker = Worker()
    process.call_in_child(worker.fail)
    process.call_in_child(worker.begin)
    with caplog.at_level(logging.ERROR, logger="cookiewarden"):
        process._begin()
    assert worker.has_begun
    assert "no more threads" in caplog.text


# Python warns of a fork beside other threads, and earlier tests may have left some. This test is about that case.
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_lock_that_is_held_during_a_fork_is_free_in_the_child():
    lock = process.Lock()

    def work():
        with lock:
            child = os.fork()
            if child == 0:
                with lock:  # it is free
                    pass
        if child == 0:
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

    assert forked(work)


def test_a_forked_worker_writes_what_it_learns_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(learning, "_SECONDS_AFTER_NEWS", 0.01)
    file = tmp_path / "learned.jsonl"
    app = Wrapped(wsgi, learn=file)
    app.ask(SentRequest(), sends("a=1"))
    until(lambda: file.exists() and '"a"' in file.read_text())

    def work():
        app.ask(SentRequest(), sends("b=1"))
        until(lambda: '"b"' in file.read_text())

    assert forked(work)
