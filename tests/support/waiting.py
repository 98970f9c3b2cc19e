"""Waiting for what happens in another thread or process, as long as it takes, on however busy a machine.

Rule: no test rests on a length of time. This one is there only so that what never comes about fails, instead of holding
up the others for ever; whoever waits takes it from here.
"""

import time

SECONDS_TO_WAIT = 300.0


def until(condition):
    deadline = time.monotonic() + SECONDS_TO_WAIT
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.01)
