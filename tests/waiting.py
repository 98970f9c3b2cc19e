"""Waiting for what happens in the background, as long as it takes and no longer than it may."""

import time

SECONDS_TO_WAIT = 30.0


def until(condition):
    deadline = time.monotonic() + SECONDS_TO_WAIT
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.01)
