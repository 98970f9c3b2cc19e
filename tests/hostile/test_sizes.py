"""The worst inputs of each reader: what is done for eight times as much is no more than sixteen times as much.

Calls are counted and no time is taken, so a busy machine changes nothing; ``python -m hostile.slow`` takes the time.
"""

import logging
import sys

import pytest

from hostile.worst import cases

SMALL, LARGE = 2 * 1024, 16 * 1024
#: What is remembered of a small answer is too much to remember of a large one, so whole exchanges are larger.
SMALL_EXCHANGE, LARGE_EXCHANGE = 8 * 1024, 64 * 1024
#: What a case costs whatever its size, or nearly so.
FEW = 500
CASES = cases()


def calls_of(call):
    """How many functions are called, those written in C among them, the second time."""
    call()
    count = 0

    def profile(frame, event, argument):
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(profile)
    try:
        call()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("name", CASES)
def test_the_cost_grows_no_faster_than_what_comes(caplog, name):
    caplog.set_level(logging.CRITICAL, logger="cookiewarden")
    sizes = (SMALL_EXCHANGE, LARGE_EXCHANGE) if name.startswith("exchange") else (SMALL, LARGE)
    small, large = (calls_of(CASES[name](size)) for size in sizes)
    assert large <= 16 * max(small, FEW)
