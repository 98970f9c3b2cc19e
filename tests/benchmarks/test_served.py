"""Test the benchmark of real servers: it measures each of them once. No figure is judged here."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from benchmarks.importing import ImportTime, import_times
from benchmarks.load import END, LoadError, request_of, requests_per_second, response_of
from benchmarks.served import PAGES, Rates, measure
from benchmarks.servers import SERVERS

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("server", SERVERS)
def test_a_real_server_sends_the_right_responses_and_can_be_measured(server: str):
    measured = measure(server, rounds=2, requests=2, report=id)
    assert measured.keys() == PAGES.keys()
    assert all(rate > 0 for rates in measured.values() for rate in rates.passed + rates.wrapped)


def test_a_ratio_is_the_median_over_the_rounds():
    assert Rates(passed=[100, 200, 400], wrapped=[90, 100, 384]).ratio == 0.9


@contextmanager
def responding(response: bytes) -> Iterator[tuple[str, int]]:
    """Run a server that sends one response on each connection, and closes it."""

    def serve() -> None:
        while True:
            connection, _ = listener.accept()
            with connection:
                if connection.recv(65_536) == b"end":
                    return
                connection.sendall(response)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listener.getsockname()
        finally:
            with socket.create_connection(listener.getsockname()) as last:
                last.sendall(b"end")
            thread.join()


@pytest.mark.parametrize(
    ("response", "message"),
    [(b"HTTP/1.1 500 Oh\r\n\r\n" + END, "500 Oh"), (b"HTTP/1.1 200 OK\r\n\r\n", "closed a connection")],
)
def test_a_server_with_a_wrong_response_is_not_measured(response: bytes, message: str):
    request = request_of("/", [("host", "data.example.org")])
    with responding(response) as address:
        with pytest.raises(LoadError, match=message):
            response_of(address, request)
        with pytest.raises(LoadError, match=message):
            requests_per_second(address, request, 1)


def test_a_server_that_does_not_run_is_reported():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = listener.getsockname()
    with pytest.raises(LoadError, match="does not respond"):
        response_of(address, b"")


def test_what_an_import_takes_is_compared_with_an_interpreter_that_imports_nothing():
    assert ImportTime("import cookiewarden", taken=45.0, bare=15.0).ratio == 3.0
    assert ImportTime("import cookiewarden.asgi", taken=45.0, bare=15.0).most == 80 / 15
    assert all(one.taken > 0 for one in import_times(1))
