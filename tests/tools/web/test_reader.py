"""The reader of addresses: what it sends, and what it returns."""

from cookiewarden import __version__
from cookiewarden.tools.web.reader import Reader
from raw_server import page, raw_server


def test_a_request_says_which_program_asks_and_nothing_that_was_not_given(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1/")
    with raw_server(lambda asked: page(b"ok", b"X-A: \xff")) as (port, asked), Reader("test") as reader:
        url = f"http://127.0.0.1:{port}/a?b"
        reader.name(url)
        response = reader.send("POST", url, {"cookie": b"a=\xff"}, b"c=d", seconds=300.0, max_bytes=10)
    assert response.body == b"ok"
    assert response.header("x-a") == "\xff"
    assert response.header("x-b") == ""
    [request] = asked
    assert (request.method, request.path, request.body) == ("POST", "/a?b", b"c=d")
    assert request.headers == {
        "host": f"127.0.0.1:{port}",
        "user-agent": f"cookiewarden/{__version__} (test)",
        "accept-encoding": "gzip",
        "cookie": "a=\xff",
        "content-length": "3",
    }


def test_private_hosts_are_told_from_public_ones_without_a_connection():
    addresses = {"in.example": ["10.0.0.1"], "out.example": ["1.1.1.1"], "both.example": ["1.1.1.1", "10.0.0.1"]}

    def resolve(host, port):
        if host not in addresses:
            raise OSError("unknown")
        return addresses[host]

    with Reader("test", resolve=resolve) as reader:
        found = {host: reader.private_address(f"https://{host}/") for host in [*addresses, "none.example"]}
    assert found == {"in.example": "10.0.0.1", "out.example": "", "both.example": "10.0.0.1", "none.example": ""}
