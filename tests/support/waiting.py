"""Wait for what happens in another thread or process, however busy the machine is.

Rule: no test depends on a length of time. The limit here only makes a test fail if its event never happens, instead of
blocking the others for ever. Every test that waits uses it.
"""

import time

SECONDS_TO_WAIT = 300.0


def until(condition):
    deadline = time.monotonic() + SECONDS_TO_WAIT
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)
