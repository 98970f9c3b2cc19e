"""HTTP/1.1: a server with the wrapped app sends the same bytes as with the unwrapped one, except the lines that are
stripped."""

import re
import time
from collections import Counter

import pytest

from servers import talks
from servers.kinds import KINDS, each, param
from servers.process import PATIENCE
from servers.wire import heard, without_cookies, without_private

HINTING = {"gunicorn-sync", "gunicorn-gthread", "gunicorn-gevent"}
# Servers that end a failed connection at once. How much of the response has gone out by then is chance.
HASTY = {"granian-asgi", "granian-wsgi"}
# The last line of a traceback.
FAILURE = re.compile(r"^(?:\w+\.)*\w*(?:Error|Exception)\b.*", re.MULTILINE)


def answered(kind):
    return talks.talks_with(kind, talks.ANSWERED, talks.WSGI_ANSWERED, talks.ASGI_ANSWERED)


def failing(kind):
    return talks.talks_with(kind, talks.FAILING, talks.WSGI_FAILING, talks.ASGI_FAILING)


def pairs(named):
    pairs = [param(kind, name) for kind in KINDS for name in named(kind)]
    return pytest.mark.parametrize(("pair", "name"), pairs, indirect=["pair"])


def is_same(raw, expected):
    """Compare without pytest's help, which would take minutes to show where 20 MiB differ."""
    return raw == expected or pytest.fail(f"{raw[:2000]!r} is not {expected[:2000]!r}")


@pairs(answered)
def test_a_response_is_the_same_except_what_is_stripped(pair, name):
    talk = answered(pair.kind)[name]
    bare, wrapped = heard(pair.bare, talk), heard(pair.wrapped, talk)
    assert (b"_fbp=" in bare) == (name != "/untouched")
    assert bare.startswith(b"HTTP/1.")
    if "/none-left" in name or name == "pipelined" or name.startswith("granted"):
        wrapped = without_private(wrapped)
    assert is_same(wrapped, without_cookies(bare, name.startswith("granted")))


@pairs(failing)
def test_a_failure_is_the_same_except_what_is_stripped(pair, name):
    talk = failing(pair.kind)[name]
    bare, wrapped = heard(pair.bare, talk), heard(pair.wrapped, talk)
    expected = without_cookies(bare)
    if pair.kind.name in HASTY:
        assert wrapped.startswith(expected) or expected.startswith(wrapped)
    else:
        assert is_same(wrapped, expected)
    assert b"_fbp" not in wrapped


@each()
def test_failures_are_logged_alike(pair):
    servers = (pair.bare, pair.wrapped)
    before = [len(server.output) for server in servers]
    for talk in failing(pair.kind).values():
        for server in servers:
            heard(server, talk)
    # How often a hasty server notices a failure is chance, too.
    collect = set if pair.kind.name in HASTY else Counter
    deadline = time.monotonic() + PATIENCE
    while True:
        bare, wrapped = (
            collect(FAILURE.findall(server.output[start:])) for server, start in zip(servers, before, strict=True)
        )
        if bare == wrapped:
            break
        assert time.monotonic() < deadline, (bare - wrapped, wrapped - bare)
    assert bare


@each()
def test_early_hints_go_out_if_the_server_supports_them(pair):
    heard_hints = b" 103 " in heard(pair.wrapped, talks.once("/hinted"))
    assert heard_hints == (pair.kind.name in HINTING)


@each("wsgi", named=HINTING)
def test_no_cookie_leaves_with_early_hints(pair):
    hinted = heard(pair.wrapped, talks.once("/hint-with-cookies"))
    assert b" 103 " in hinted
    assert b"sid=" in hinted
    assert b"_fbp" not in hinted
    assert b"_ga" not in hinted
