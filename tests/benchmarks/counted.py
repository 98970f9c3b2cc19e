"""Run the requests that valgrind counts: ``python -m benchmarks.counted '[["ASGI", "plain", "none"], ...]'``.

This process loads everything once. It forks for each task and for each contender, so that no count depends on an
earlier one. Before and after the requests to count, it calls ``os.getpgid``, at which valgrind writes down its count.
For each contender it prints a line of JSON: the place of the task in the list, the contender, the process id and the
number of requests.

Rule: nothing else here may call ``getpgid``. (Valgrind's --zero-before leaves a part of what was counted.)
"""

from __future__ import annotations

import gc
import json
import os
import sys
import traceback
from collections.abc import Callable
from typing import Any, NamedTuple

from benchmarks.measure import BARE, COOKIEWARDEN, PASS, Bench, WrongResponseError, discard_logs
from benchmarks.policies import SECRET_KEY, ordinary_policy
from benchmarks.scenarios import Scenario, scenarios
from benchmarks.sides import SIDES

CONTENDERS = (BARE, PASS, COOKIEWARDEN)
REQUESTS = 300
# The least number of requests to count, which applies if a response has many chunks. At least as many come before the
# count, because the interpreter adapts to the code that it runs.
_FEWEST = 30
#: The exit status if a response was wrong.
WRONG = 3


class Task(NamedTuple):
    """One count: the kind of app, the kind of request, and the key of the scenario."""

    side: str
    kind: str
    key: str


def main(tasks: list[Task]) -> None:
    discard_logs()
    found = {scenario.key: scenario for scenario in scenarios()}
    for side in SIDES:
        side.cookiewarden(None, policy=ordinary_policy(), secret_key=SECRET_KEY)  # this imports the pages
    for key in dict.fromkeys(task.key for task in tasks):
        found[key].policy()
    for place, task in enumerate(tasks):
        _in_child(lambda place=place, task=task: _count(place, task, found[task.key]))


def _count(place: int, task: Task, scenario: Scenario) -> None:
    side = next(side for side in SIDES if side.name == task.side)
    bench = Bench(side, scenario, task.kind, with_rivals=False)
    bench.check()
    before, counted = (bench.requests(max(_FEWEST, count // scenario.chunks)) for count in (scenario.warm_up, REQUESTS))
    for contender in CONTENDERS:
        _in_child(lambda contender=contender: _send_requests(place, bench, contender, before, counted))


def _send_requests(place: int, bench: Bench, contender: str, before: list[Any], counted: list[Any]) -> None:
    app, drive = bench.apps[contender], bench.side.drive
    drive(app, before)
    gc.collect()
    gc.disable()
    os.getpgid(0)
    drive(app, counted)
    os.getpgid(0)
    os.write(1, json.dumps([place, contender, os.getpid(), len(counted)]).encode() + b"\n")


def _in_child(work: Callable[[], None]) -> None:
    """Run a function in a child process. If the child fails, end this process with the same status."""
    child = os.fork()
    if child == 0:
        status = 0
        try:
            work()
        except WrongResponseError as error:
            print(f"wrong response: {error}", file=sys.stderr)
            status = WRONG
        except BaseException:
            traceback.print_exc()
            status = 1
        finally:
            sys.stderr.flush()
            os._exit(status)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status:
        os._exit(status if status > 0 else 1)


if __name__ == "__main__":
    main([Task(*task) for task in json.loads(sys.argv[1])])
