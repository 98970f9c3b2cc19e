"""The worst inputs of each reader: eight times as much input makes at most sixteen times as many calls.

The test counts calls and measures no time, so a busy machine changes nothing; ``python -m hostile.slow`` measures time.
"""

import logging
import sys

import pytest

from hostile.worst import cases

SMALL, LARGE = 2 * 1024, 16 * 1024
#: Whole exchanges are larger, because caches keep what they know of a small response but not of a large one.
SMALL_EXCHANGE, LARGE_EXCHANGE = 8 * 1024, 64 * 1024
#: An imported document is smaller, because the parser of Markdown makes hundreds of calls for each of its characters.
SMALL_IMPORT, LARGE_IMPORT = 512, 4 * 1024
SIZES = {"exchange": (SMALL_EXCHANGE, LARGE_EXCHANGE), "import": (SMALL_IMPORT, LARGE_IMPORT)}
#: The calls of a case whose cost hardly depends on its size.
FEW = 500
CASES = cases()


def calls_of(call):
    """Count the function calls, including those to C, of the second run."""
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
def test_the_cost_grows_about_linearly_with_the_input(caplog, name):
    caplog.set_level(logging.CRITICAL, logger="cookiewarden")
    sizes = SIZES.get(name.split()[0].strip(":"), (SMALL, LARGE))
    small, large = (calls_of(CASES[name](size)) for size in sizes)
    assert large <= 16 * max(small, FEW)
