"""Documents from the web: what is bounded, and which addresses are refused. No test opens a connection to the web."""

import gzip
import itertools
import socket
import threading
from contextlib import suppress

import httpcore
import pytest

from cookiewarden import __version__
from cookiewarden.tools.importing import fetch as fetching
from cookiewarden.tools.importing.fetch import MAX_BYTES, MAX_REDIRECTS, NotFetchedError, fetch
from raw_server import page, redirect

PUBLIC, OTHER = "93.184.216.34", "2606:2800:220:1::1"
ADDRESSES = {
    "example.org": [PUBLIC], "www.example.org": [OTHER], "inside.example": ["10.0.0.1"], "loop.example": ["127.0.0.1"],
    "mixed.example": [PUBLIC, "192.168.0.1"], "localhost": ["127.0.0.1"], "meta.example": ["169.254.169.254"],
    "mapped.example": ["::ffff:10.0.0.1"], "10.0.0.2": ["10.0.0.2"],
}  # fmt: skip


class Connection(httpcore.NetworkStream):
    """A connection to a server in memory, which answers each request by its path."""

    def __init__(self, web, address):
        self.web, self.address = web, address
        self.server_name = ""
        self.asked = self.answer = b""

    def start_tls(self, ssl_context, server_hostname=None, timeout=None):
        self.server_name = server_hostname
        return self

    def write(self, buffer, timeout=None):
        self.asked += buffer
        if buffer.endswith(b"\r\n\r\n"):
            self.web.requests.append(self)
            self.answer = self.web.pages[self.path.partition("?")[0].strip("/") or "root"]

    def read(self, max_bytes, timeout=None):
        piece, self.answer = self.answer[:max_bytes], self.answer[max_bytes:]
        return piece

    def close(self):
        pass

    def get_extra_info(self, info):
        return None

    @property
    def path(self):
        return self.asked.decode("ascii").split()[1]

    @property
    def headers(self):
        lines = self.asked.decode("ascii").strip().split("\r\n")[1:]
        return {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}


class Web:
    """Serves pages by their paths, in memory, at every address, and keeps the requests."""

    def __init__(self, monkeypatch, **pages):
        self.pages, self.requests = pages, []
        monkeypatch.setattr(httpcore, "SyncBackend", lambda: self)

    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        return Connection(self, host)

    def fetch(self, url, **options):
        return fetch(url, resolve=lambda host, port: ADDRESSES[host], **options)


@pytest.fixture
def web(monkeypatch):
    """Return a web of the given pages."""
    return lambda **pages: Web(monkeypatch, **pages)


def test_a_document_is_fetched_from_the_address_that_was_checked(web):
    served = web(cookies=page(b"<p>x", kind=b"text/html; charset=utf-8"))
    found = served.fetch("https://example.org/cookies?a=b#c")
    assert (found.data, found.content_type) == (b"<p>x", "text/html; charset=utf-8")
    assert found.url == "https://example.org/cookies?a=b"
    (request,) = served.requests
    assert (request.address, request.server_name) == (PUBLIC, "example.org")
    assert request.path == "/cookies?a=b"
    assert request.headers == {
        "host": "example.org",
        "user-agent": f"cookiewarden/{__version__} (import)",
        "accept": "text/html, text/markdown, text/csv, text/plain;q=0.9, */*;q=0.1",
        "accept-encoding": "gzip",
    }


def test_a_redirect_is_followed_to_its_own_checked_address(web):
    served = web(root=redirect("//www.example.org/b"), b=redirect("/c"), c=page(b"x"))
    assert served.fetch("http://example.org/").url == "http://www.example.org/c"
    assert [request.address for request in served.requests] == [PUBLIC, OTHER, OTHER]


@pytest.mark.parametrize(
    "host",
    ["inside.example", "loop.example", "mixed.example", "meta.example", "mapped.example", "localhost", "10.0.0.2"],
)
def test_a_redirect_to_a_private_address_is_refused_and_named(web, host):
    served = web(root=redirect(f"http://{host}/"))
    with pytest.raises(NotFetchedError, match=rf"http://{host}/: leads to the private address") as caught:
        served.fetch("http://example.org/")
    assert not caught.value.is_refused
    assert len(served.requests) == 1


def test_a_name_with_public_and_private_addresses_is_refused(web):
    with pytest.raises(NotFetchedError, match=r"private address 192\.168\.0\.1"):
        web().fetch("http://mixed.example/")


@pytest.mark.parametrize("url", ["http://localhost:8000/", "http://inside.example/", "http://10.0.0.2/"])
def test_a_private_host_that_the_user_typed_is_fetched(web, url):
    assert web(root=page(b"x")).fetch(url).data == b"x"


@pytest.mark.parametrize("target", ["http://inside.example/b", "http://meta.example/b"])
def test_a_private_host_that_the_user_typed_opens_no_way_to_another(web, target):
    with pytest.raises(NotFetchedError, match="private address"):
        web(a=redirect(target)).fetch("http://localhost/a")


def test_a_private_host_may_redirect_to_itself(web):
    served = web(a=redirect("/b"), b=page(b"x"))
    assert served.fetch("http://localhost/a").data == b"x"


def test_there_is_a_bound_to_redirects(web):
    served = web(a=redirect("/a"))
    with pytest.raises(NotFetchedError, match=f"more than {MAX_REDIRECTS} redirects"):
        served.fetch("http://example.org/a")
    assert len(served.requests) == MAX_REDIRECTS + 1


@pytest.mark.parametrize(
    "url",
    ["ftp://example.org/", "file:///etc/passwd", "http://", "https:///x", "http://[", "javascript:x", "",
     "https://me:secret@example.org/", "https://example.org/" + "x" * 2_000],
)  # fmt: skip
def test_only_addresses_of_the_web_are_fetched(web, url):
    served = web()
    with pytest.raises(NotFetchedError, match="is not an address of the web"):
        served.fetch(url)
    assert served.requests == []


def test_a_redirect_to_another_scheme_is_refused(web):
    with pytest.raises(NotFetchedError, match="only http and https"):
        web(root=redirect("file:///etc/passwd")).fetch("http://example.org/")


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 503, 204, 302])
def test_an_answer_without_the_document_says_its_status(web, status):
    with pytest.raises(NotFetchedError, match=f"answers with {status}") as caught:
        web(root=page(b"", status=f"{status} X")).fetch("http://example.org/")
    assert caught.value.is_refused


def test_a_challenge_is_named_even_with_status_200(web):
    with pytest.raises(NotFetchedError, match="challenge") as caught:
        web(root=page(b"x", b"cf-mitigated: challenge")).fetch("http://example.org/")
    assert caught.value.is_refused


def test_a_document_is_bounded_after_decompression(web):
    bomb = gzip.compress(b"a" * (MAX_BYTES + 1))
    with pytest.raises(NotFetchedError, match=f"larger than {MAX_BYTES:,} bytes"):
        web(root=page(bomb, b"content-encoding: gzip")).fetch("http://example.org/")


def test_a_body_that_is_not_compressed_as_it_says_is_told(web):
    with pytest.raises(NotFetchedError, match="cannot be decompressed"):
        web(root=page(b"not gzip", b"content-encoding: gzip")).fetch("http://example.org/")


def test_half_a_document_is_not_taken_for_the_whole(web):
    with pytest.raises(NotFetchedError) as caught:
        web(root=page(b"<p>x").removesuffix(b"x")).fetch("http://example.org/")
    assert not caught.value.is_refused


def test_a_slow_answer_is_given_up(web):
    ticks = itertools.count(step=fetching.MAX_SECONDS)
    with pytest.raises(NotFetchedError, match="takes longer than 30 seconds"):
        web(root=page(b"x")).fetch("http://example.org/", clock=lambda: next(ticks) * 1.5)


@pytest.mark.parametrize("begin", [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_server_that_never_ends_its_head_or_body_is_given_up(monkeypatch, begin):
    monkeypatch.setattr(fetching, "MAX_SECONDS", 0.1)
    done = threading.Event()

    def drip(listening: socket.socket) -> None:
        try:
            connection, _ = listening.accept()
        except OSError:  # on a busy machine, the time is over before there is a connection
            return
        with connection, suppress(OSError):
            connection.sendall(begin)
            while not done.wait(0.01):
                connection.sendall(b"X")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(1)
        thread = threading.Thread(target=drip, args=(listening,))
        thread.start()
        try:
            with pytest.raises(NotFetchedError, match="takes longer than"):
                fetch(f"http://127.0.0.1:{listening.getsockname()[1]}/")
        finally:
            done.set()
            # On a busy machine, the time may be over before anything connects. Then the server still waits.
            socket.create_connection(listening.getsockname()).close()
            thread.join()


@pytest.mark.parametrize("coding", [b"identity", b"gzip"])
def test_the_progress_counts_what_is_received(web, coding):
    body = gzip.compress(b"abc" * 100) if coding == b"gzip" else b"abc"
    told = []
    served = web(root=page(body, b"content-encoding: " + coding))
    served.fetch("http://example.org/", progress=lambda got, whole: told.append((got, whole)))
    assert told == [(len(body), len(body))]


def test_a_host_without_an_address_is_told():
    def resolve(host, port):
        raise OSError("unknown")

    with pytest.raises(NotFetchedError, match=r"http://example\.org/: no address was found for its name: unknown"):
        fetch("http://example.org/", resolve=resolve)
