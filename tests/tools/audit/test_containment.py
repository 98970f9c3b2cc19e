"""What keeps an app from the end of the process that audits it."""

import sys
import threading
from types import SimpleNamespace

import pytest

from cookiewarden.tools.audit import containment
from cookiewarden.tools.audit.containment import ended_in_time


@pytest.mark.parametrize(("code", "status"), [(None, 0), (0, 0), (3, 3), ("it failed", 1)])
def test_a_process_whose_threads_go_on_ends_with_the_status_that_python_would_give_it(code, status, monkeypatch):
    is_over, timers = threading.Event(), []

    def timer(seconds, function, arguments):
        timers.append(arguments)
        return SimpleNamespace(start=lambda: None)

    monkeypatch.setattr(containment, "_SECONDS_TO_JOIN", 0.0)
    monkeypatch.setattr(containment.threading, "Timer", timer)
    thread = threading.Thread(target=is_over.wait)

    def leave():
        with ended_in_time():
            thread.start()
            sys.exit(code)

    try:
        with pytest.raises(SystemExit):
            leave()
    finally:
        is_over.set()
        thread.join()
    assert timers == [[status]]
