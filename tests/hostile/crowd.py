"""Many threads that work at once. Rule: what one of them raises is returned and never stops another."""

import threading
from collections.abc import Callable

from waiting import SECONDS_TO_WAIT

THREADS = 8


def by_threads(work: Callable[[int], object]) -> list[BaseException]:
    """Call ``work(number)`` in ``THREADS`` threads at once. Return what they raised."""
    start = threading.Barrier(THREADS)
    failures: list[BaseException] = []

    def run(number: int) -> None:
        start.wait(SECONDS_TO_WAIT)
        try:
            work(number)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures
