"""A small flood of hostile requests, and a crowd in threads: nothing fails, and caches stay within bounds.

``python -m hostile.flood`` sends a million and measures the memory of the process.
"""

import logging

import pytest

from cookiewarden import asgi, wsgi
from exchanges import DOCUMENT, POLICY, SentRequest, Wrapped
from hostile.crowd import THREADS, by_threads
from hostile.flood import Flooded, flood
from hostile.traffic import requests
from scenarios import chosen

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _quiet(caplog):
    caplog.set_level(logging.CRITICAL, logger="cookiewarden")


def check_bounds(screener, threads=1):
    """Check that a screener remembers no more than its bounds; each thread may exceed them by one."""
    assert len(screener.harmless) <= 512 + threads
    assert len(screener._hider.known) <= 2048 + threads
    found = [one for by_judge in screener._hider.by_names.values() for one in by_judge.values()]
    assert sum(len(one.lines) for one in found) <= 16_384 + 256 * threads
    assert len(screener.sites._choices) <= 2048 + threads
    judges = screener.sites._judges._by_answers
    assert len(judges) <= 32_768 + threads
    assert sum(len(judge.by_name) for judge in judges.values()) <= 65_536 + threads
    assert sum(map(len, screener.reporter._log._seen.values())) <= 1024 + threads
    for site in screener.sites.by_policy.values():
        assert len(site.places._places) <= 4096
        assert all(len(known) <= 128 for known in site.places.known.values())
        assert site.preferences._verify.cache_info().currsize <= 2048
        assert len(site.preferences._answers) <= 256 + threads


def test_a_flood_of_hostile_requests_is_answered_in_bounded_memory():
    flooded, count = Flooded(), 3000
    flood(flooded, requests(seed=1), count)
    assert flooded.by_app + flooded.by_us == 2 * count
    assert flooded.by_us > 100
    for wrapped in flooded.wrapped:
        check_bounds(wrapped._screener)


def test_the_same_seed_makes_the_same_requests():
    assert [next(one) == next(other) for one, other in [(requests(3), requests(3))] for _ in range(200)] == [True] * 200


@pytest.mark.parametrize("module", [asgi, wsgi])
def test_a_crowd_on_one_site_is_answered_in_bounded_memory(module):
    wrapped, refused = Wrapped(module, policy=POLICY), chosen()

    def view(carrier):
        """Return headers named after the path, so that each response has other names."""
        name = "n" + carrier.get("path", carrier.get("PATH_INFO"))[1:]
        return [("x" + name, "1"), ("set-cookie", name + "=1"), ("set-cookie", f"theme=1; Path=/{name}")]

    wrapped.ask(SentRequest(), view)

    def work(number):
        for turn in range(400):
            request = SentRequest(path=f"/{number}-{turn}", cookies=(refused, f"v{number}={turn}"), headers=DOCUMENT)
            left = wrapped.ask(request, view)
            assert [value for name, value in left if name == b"set-cookie"] == []

    assert by_threads(work) == []
    check_bounds(wrapped._app._screener, threads=THREADS)
