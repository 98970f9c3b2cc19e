"""Test the benchmark: it checks and times every scenario once. No figure is judged here."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks import callgrind, last_release, tables
from benchmarks.__main__ import main
from benchmarks.building import building_costs
from benchmarks.counted import CONTENDERS, Task
from benchmarks.last_release import Counts, LastReleaseError
from benchmarks.measure import BARE, COOKIEWARDEN, PASS, Bench, Result, Side, WrongResponseError
from benchmarks.memory import kept_per_visitor
from benchmarks.policies import ordinary_policy
from benchmarks.scenarios import Scenario, Target, scenarios
from benchmarks.sides import SIDES
from benchmarks.visitors import DIFFERENT_CHOICES, chosen, first_visit

pytestmark = pytest.mark.slow

SMALL = scenarios(sizes=(4, 20), site_counts=(1, 5))
sides = pytest.mark.parametrize("side", SIDES, ids=lambda side: side.name)


@pytest.fixture(autouse=True)
def _logger_as_it_was() -> Iterator[None]:
    logger = logging.getLogger("cookiewarden")
    before = logger.level, logger.propagate, logger.handlers.copy()
    yield
    logger.level, logger.propagate, logger.handlers[:] = before


def scenario_of(key: str) -> Scenario:
    return next(scenario for scenario in SMALL if scenario.key == key)


def result_of(unit: float, added: float) -> Result:
    return Result(bare=10.0, added={PASS: unit, COOKIEWARDEN: added})


# The responses


@sides
@pytest.mark.parametrize("scenario", SMALL, ids=lambda scenario: scenario.key)
def test_each_scenario_gives_the_right_responses_and_can_be_timed(side: Side, scenario: Scenario):
    for kind in scenario.kinds:
        bench = Bench(side, scenario, kind)
        bench.check()
        for candidate in (COOKIEWARDEN, *bench.rivals):
            result = bench.time(candidate, rounds=1, batch=2)
            assert result.added.keys() == {PASS, candidate}


@sides
@pytest.mark.parametrize("wrong", ["everything passes", "nothing passes"])
def test_a_wrong_response_is_not_timed(side: Side, wrong: str):
    bench = Bench(side, scenario_of("five-seen"), "plain")
    bench.apps[COOKIEWARDEN] = bench.apps[BARE] if wrong == "everything passes" else side.app(scenario_of("none"))
    with pytest.raises(WrongResponseError, match=f"five-seen, {side.name}, plain"):
        bench.check()


@sides
@pytest.mark.parametrize(
    ("kind", "destination", "accepted"),
    [("fetch", "empty", "*/*"), ("document", "document", "text/html"), ("plain", "", "")],
)
def test_each_kind_of_request_has_its_headers(side: Side, kind: str, destination: str, accepted: str):
    request = side.request(next(first_visit(ordinary_policy())), kind)
    headers = {name.decode(): value.decode() for name, value in request.get("headers", ())}
    headers |= {
        name[5:].lower().replace("_", "-"): value for name, value in request.items() if name.startswith("HTTP_")
    }
    assert headers.get("sec-fetch-dest", "") == destination
    assert any(name.startswith("sec-fetch") for name in headers) == bool(destination)
    assert accepted in headers["accept"]


def test_responses_have_as_many_headers_and_lines_as_their_titles_say():
    for key, others, lines in [("none", 5, 0), ("fields-20", 20, 0), ("fields-60", 60, 0), ("lines-50", 60, 50)]:
        for side in SIDES:
            bench = Bench(side, scenario_of(key), "plain", with_rivals=False)
            names = [name for name, _ in side.headers_of_response(bench.apps[BARE], bench.requests(1)[0])]
            assert [len(names), names.count(b"set-cookie")] == [others + lines, lines]


@pytest.mark.parametrize(("key", "length"), [("cookies-1k", 1_024), ("cookies-8k", 8_192)])
def test_cookie_headers_are_as_long_as_their_titles_say_and_new_each_time(key: str, length: int):
    visits = scenario_of(key).source(ordinary_policy())
    first, second = next(visits).cookie, next(visits).cookie
    assert first is not None
    assert first != second
    assert length <= len(first) < length * 1.1


def test_ten_cookies_are_ten():
    assert next(scenario_of("ten-new").source(ordinary_policy())).cookie.count(b"; ") == 9


def test_there_are_more_different_choices_than_a_middleware_remembers():
    assert len({chosen(ordinary_policy(), number) for number in range(DIFFERENT_CHOICES)}) == DIFFERENT_CHOICES > 4_096


# Targets, and the last release


def test_the_unit_is_what_the_pass_through_adds():
    result = result_of(50.0, 125.0)
    assert (result.unit, result.in_units(COOKIEWARDEN)) == (50.0, 2.5)


@pytest.mark.parametrize(
    ("target", "most"),
    [
        (Target(3.5), 3.5),
        (Target(2, over="none"), 6.0),
        (Target(over="none", times=1.25), 5.0),
        (Target(2, over="nonesuch"), None),
    ],
)
def test_a_target_is_a_figure_or_depends_on_another_scenario(target: Target, most: float | None):
    assert target.most({"none": 4.0}) == most


def test_a_scenario_over_its_target_is_reported_with_its_kind_of_request():
    chosen = [scenario_of(key) for key in ("none", "ten-seen", "fields-20")]
    results = {
        Task("ASGI", "fetch", "none"): result_of(10, 40),
        Task("ASGI", "plain", "none"): result_of(10, 30),
        Task("ASGI", "plain", "ten-seen"): result_of(10, 51),
        Task("ASGI", "plain", "fields-20"): result_of(10, 900),
    }
    assert tables.over_target("ASGI", chosen, ("fetch", "plain"), results) == (3, ["none (fetch)", "ten-seen (plain)"])
    assert tables.over_target("WSGI", chosen, ("fetch", "plain"), results) == (0, [])


THEN = {Task("ASGI", "plain", key): result_of(10, 100) for key in ("a", "b", "c", "d", "gone")}
NOW = {
    Task("ASGI", "plain", "a"): result_of(10, 120),
    Task("ASGI", "plain", "b"): result_of(10, 103),  # within the tolerance
    Task("ASGI", "plain", "c"): result_of(10, 90),
    Task("ASGI", "plain", "d"): result_of(20, 200),  # another interpreter, but the same in P
    Task("ASGI", "plain", "new"): result_of(10, 10),
    Task("WSGI", "plain", "a"): result_of(10, 10),
}


def test_a_summary_says_in_units_what_became_dearer_and_what_cheaper():
    then = Counts("1.2.3", "CPython 3.11.7", THEN)
    found = last_release.changes(then, NOW)
    assert last_release.summary("ASGI", then, found, NOW) == (
        "ASGI, compared with 1.2.3: 1 dearer: a (plain) from 10.00 to 12.00 P; 1 cheaper: c (plain) from 10.00 to "
        "9.00 P; 2 the same within 3%; 1 not counted then: new (plain)."
    )
    assert last_release.summary("WSGI", then, found, NOW) == (
        "WSGI, compared with 1.2.3: 0 dearer; 0 cheaper; 0 the same within 3%; 1 not counted then: a (plain)."
    )


def test_counts_that_were_saved_are_loaded_again(tmp_path: Path):
    path = tmp_path / "counts.json"
    last_release.save(last_release.counts_of(THEN), path)
    loaded = last_release.load(path)
    assert loaded.python == last_release.this_python()
    figures = {task: (result.unit, result.added[COOKIEWARDEN]) for task, result in loaded.results.items()}
    assert figures == dict.fromkeys(THEN, (10, 100))


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (None, "No such file"),
        ("{", "line 1 column 2"),
        ("[]", "list indices"),
        ('{"cookiewarden": "1", "instructions": {}}', "'python' is missing"),
        ('{"cookiewarden": 1, "python": "3", "instructions": {}}', "must be strings"),
        ('{"cookiewarden": "1", "python": "3", "instructions": []}', "list"),
        ('{"cookiewarden": "1", "python": "3", "instructions": {"ASGI": {"plain": {"a": {"P": 1}}}}}', "'added' is"),
        ('{"cookiewarden": "1", "python": "3", "instructions": {"A": {"b": {"c": {"P": 0, "added": 1}}}}}', "A/b/c"),
    ],
)
def test_the_message_about_a_missing_or_broken_file_says_what_to_do(tmp_path: Path, content: str | None, wrong: str):
    path = tmp_path / "last_release.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(LastReleaseError, match=r"^last_release\.json: .*; write it with: .* --save$") as raised:
        last_release.load(path)
    assert wrong in str(raised.value)


def test_the_last_release_was_counted_on_both_sides():
    assert {task.side for task in last_release.load().results} == {"ASGI", "WSGI"}


# Counting


def test_the_counted_process_prints_a_line_for_each_contender():
    tasks = [Task("ASGI", "plain", "none"), Task("WSGI", "document", "stream")]
    reported: list[Task] = []
    lines = callgrind.run_counted([sys.executable], tasks, reported.append)
    assert [(place, contender, requests) for place, contender, _, requests in lines] == [
        *((0, contender, 300) for contender in CONTENDERS),
        *((1, contender, 30) for contender in CONTENDERS),
    ]
    assert reported == tasks


@pytest.mark.parametrize(
    ("status", "error", "message"),
    [
        (3, WrongResponseError, "none, ASGI"),
        (1, callgrind.CountingError, "ended with 1"),
        (0, callgrind.CountingError, ""),
    ],
)
def test_a_failure_of_the_process_is_reported(tmp_path: Path, status: int, error: type[Exception], message: str):
    script = tmp_path / "process.py"
    script.write_text(
        f"import sys; sys.stderr.write('wrong response: none, ASGI'); sys.exit({status})", encoding="utf-8"
    )
    with pytest.raises(error, match=message):
        callgrind.run_counted([sys.executable, str(script)], [Task("ASGI", "plain", "none")], print)


def test_a_large_scenario_is_made_once_and_counted_first():
    tasks = callgrind.tasks_of([scenario_of("none"), scenario_of("sites-5")], ("fetch", "plain"), ("ASGI", "WSGI"))
    shares = callgrind._shares(tasks, frozenset({"sites-5"}))
    assert [[task.key for task in share] for share in shares] == [["sites-5", "sites-5"], *[["none"] * 2] * 2]
    assert sorted(task for share in shares for task in share) == sorted(tasks)


# Building, memory, and the command


@sides
def test_the_memory_kept_per_visitor_is_a_number_of_bytes(side: Side):
    assert abs(kept_per_visitor(side, visitors=20, warm_up=20)) < 1_000_000


def test_a_policy_is_built_and_its_costs_are_measured():
    costs = building_costs(50, rounds=1)
    assert costs.compiled.seconds > 0
    assert costs.read.seconds > 0
    assert 1_000 < costs.compiled.kept < costs.read.kept


def test_the_command_prints_a_table_for_each_kind_of_app():
    done = CliRunner().invoke(main, ["--quick", "--only", "none", "--kind", "plain"], catch_exceptions=False)
    assert done.exit_code == 0
    assert "ASGI: added cost" in done.output
    assert "WSGI: added cost" in done.output


def test_the_command_compares_what_it_counts_with_the_last_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "last_release.json"
    then = {"none": {"P": 10, "added": 20}}
    content = {"cookiewarden": "0.0.1", "python": "Elsewhere 1", "instructions": {"ASGI": {"plain": then}}}
    path.write_text(json.dumps(content), encoding="utf-8")
    monkeypatch.setattr(last_release.load, "__defaults__", (path,))
    monkeypatch.setattr(callgrind, "is_available", lambda: True)
    monkeypatch.setattr(callgrind, "count_instructions", lambda tasks, *_: dict.fromkeys(tasks, result_of(10, 40)))
    done = CliRunner().invoke(main, ["--callgrind", "--quick", "--only", "none", "--kind", "plain"])
    assert done.exit_code == 0
    assert "+100.0%" in done.output
    assert "ASGI: 1 of 1 are over their target: none (plain)." in done.output
    assert "ASGI, compared with 0.0.1: 1 dearer: none (plain) from 2.00 to 4.00 P; 0 cheaper" in done.output
    assert "The last release was counted with Elsewhere 1" in done.output


def test_a_wrong_response_fails_the_command(monkeypatch: pytest.MonkeyPatch):
    def count_instructions(*_: object) -> None:
        raise WrongResponseError("five-seen, ASGI")

    monkeypatch.setattr(callgrind, "is_available", lambda: True)
    monkeypatch.setattr(callgrind, "count_instructions", count_instructions)
    done = CliRunner().invoke(main, ["--callgrind", "--only", "none"])
    assert (done.exit_code, done.output) == (1, "Error: five-seen, ASGI\n")


def test_without_valgrind_the_command_says_so_and_passes(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(callgrind, "is_available", lambda: False)
    done = CliRunner().invoke(main, ["--callgrind", "--only", "none"])
    assert (done.exit_code, done.output) == (0, "valgrind is not installed, so no instructions are counted\n")


@pytest.mark.parametrize("arguments", [["--only", "nonesuch"], ["--save"], ["--callgrind", "--save", "--quick"]])
def test_options_that_name_nothing_or_exclude_each_other_are_refused(arguments: list[str]):
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 2
    assert arguments[-1] in done.output or "--save" in done.output
