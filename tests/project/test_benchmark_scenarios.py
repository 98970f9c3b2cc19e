"""The benchmark cannot rot: every scenario is checked and timed once, in passing. No figure is judged here."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from benchmarks import callgrind
from benchmarks.__main__ import main
from benchmarks.measure import BARE, PASS, WARDEN, Bench, Result, Side, WrongAnswerError
from benchmarks.memory import kept_per_visitor
from benchmarks.scenarios import Scenario, scenarios
from benchmarks.sides import SIDES

pytestmark = pytest.mark.slow

SMALL = scenarios(sizes=(4, 20), site_counts=(1, 5))
sides = pytest.mark.parametrize("side", SIDES, ids=lambda side: side.name)


@pytest.fixture(autouse=True)
def _logger_as_it_was() -> Iterator[None]:
    logger = logging.getLogger("cookiewarden")
    before = logger.level, logger.propagate, logger.handlers.copy()
    yield
    logger.level, logger.propagate, logger.handlers[:] = before


@sides
@pytest.mark.parametrize("scenario", SMALL, ids=lambda scenario: scenario.key)
def test_each_scenario_gives_the_right_answers_and_can_be_timed(side: Side, scenario: Scenario):
    bench = Bench(side, scenario)
    bench.check()
    for candidate in (WARDEN, *bench.rivals):
        result = bench.time(candidate, rounds=1, batch=2)
        assert result.added.keys() == {PASS, candidate}


@sides
@pytest.mark.parametrize("wrong", ["everything passes", "nothing passes"])
def test_a_wrong_answer_is_not_timed(side: Side, wrong: str):
    five = next(scenario for scenario in SMALL if scenario.key == "five-seen")
    bench = Bench(side, five)
    without_cookies = next(scenario for scenario in SMALL if scenario.key == "none")
    bench.apps[WARDEN] = bench.apps[BARE] if wrong == "everything passes" else side.app(without_cookies)
    with pytest.raises(WrongAnswerError, match="five-seen"):
        bench.check()


@sides
def test_the_memory_kept_per_visitor_is_a_number_of_octets(side: Side):
    assert abs(kept_per_visitor(side, visitors=20, warm_up=20)) < 1_000_000


@sides
def test_the_child_that_is_counted_answers_requests(side: Side):
    callgrind._child(side.name, "none", WARDEN, 50)


def test_units_are_what_the_pass_through_adds():
    result = Result(bare=100.0, added={PASS: 50.0, WARDEN: 125.0})
    assert (result.unit, result.in_units(WARDEN)) == (50.0, 2.5)


def test_the_command_prints_a_table_for_each_kind_of_app():
    done = CliRunner().invoke(main, ["--quick", "--only", "none"], catch_exceptions=False)
    assert done.exit_code == 0
    assert "ASGI: added cost" in done.output
    assert "WSGI: added cost" in done.output


def test_an_unknown_scenario_is_refused_with_its_name():
    done = CliRunner().invoke(main, ["--only", "nonesuch"])
    assert done.exit_code == 2
    assert "nonesuch" in done.output
