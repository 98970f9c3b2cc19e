"""What is kept of the events of a browser, whatever order they come in."""

import asyncio

import pytest

from cookiewarden.tools.audit.notebook import Notebook
from cookiewarden.tools.audit.observed import State
from cookiewarden.tools.audit.wire import Seen, Wire

PAGE = "https://shop.example/start"


class Session:
    """A session of the protocol, whose events a test sends."""

    def __init__(self):
        self.handlers = {}

    def on(self, name, handler):
        self.handlers[name] = handler

    async def send(self, method):
        assert method == "Network.enable"

    def hear(self, name, **event):
        self.handlers[f"Network.{name}"](event)


def heard(*events, page=PAGE):
    """Return the notebook after some events of a page, and after what is left of them was kept."""
    session, notebook = Session(), Notebook()
    wire = Wire(Seen(State.REFUSED), notebook, lambda: 0.0)
    asyncio.run(wire.attach(session))
    for name, event in events:
        session.hear(name, requestId="1", **event)
    wire.keep_others(page)
    return notebook


SENT = "requestWillBeSentExtraInfo"
GOT = ("responseReceivedExtraInfo", {"headers": {"Set-Cookie": "a=1\nb=2"}})
REQUEST = ("requestWillBeSent", {"request": {"url": "https://tag.example/x"}})


def test_the_headers_of_a_request_may_come_before_it():
    notebook = heard(GOT, (SENT, {"headers": {"Host": "tag.example"}}), REQUEST)
    assert [(one.url, one.line) for one in notebook.lines] == [
        (REQUEST[1]["request"]["url"], b"a=1"),
        (REQUEST[1]["request"]["url"], b"b=2"),
    ]
    assert [one.host for one in notebook.hosts] == ["tag.example"]


@pytest.mark.parametrize(
    ("headers", "url"),
    [
        ({":authority": "tag.example", ":scheme": "https", ":path": "/d/x?y"}, "https://tag.example/d/x?y"),
        ({"Host": "tag.example:8443"}, "https://tag.example:8443/"),
    ],
)
def test_headers_without_a_request_are_those_of_a_worker(headers, url):
    sent = {"headers": headers, "associatedCookies": [{"cookie": {"name": "sid"}, "blockedReasons": []}]}
    notebook = heard((SENT, sent), GOT)
    assert [(one.state, one.url, one.line) for one in notebook.lines] == [
        (State.REFUSED, url, b"a=1"),
        (State.REFUSED, url, b"b=2"),
    ]
    assert [(one.url, one.name) for one in notebook.sent] == [(url, b"sid")]
    assert [one.host for one in notebook.hosts] == [url.split("/")[2]]


@pytest.mark.parametrize("sent", [{}, {"headers": None}, {"headers": {"Host": ""}}, {"headers": {":authority": "a b"}}])
def test_what_names_no_host_is_left_out(sent):
    notebook = heard((SENT, sent), GOT)
    assert notebook.lines == []
    assert notebook.hosts == {}
