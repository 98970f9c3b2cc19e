"""Signals as browsers send them: Global Privacy Control, and whose page a request is for."""

import pytest

from cookiewarden.http.asgi_scope import ScopeReader
from cookiewarden.http.request import RequestSnapshot
from cookiewarden.http.signals import is_embedded
from cookiewarden.http.wsgi_environ import EnvironReader
from exchanges import SentRequest, http_environ, http_scope


def read(headers):
    """Return what both adapters read from these headers; they must agree."""
    request = SentRequest(headers=tuple(headers))
    snapshot, scope = RequestSnapshot(), http_scope(request)
    snapshot.headers = scope["headers"]
    by_asgi = signals_of(ScopeReader(), snapshot, scope)
    if len(dict(headers)) == len(headers):  # a server of WSGI joins headers of the same name
        assert signals_of(EnvironReader(), RequestSnapshot(), http_environ(request)) == by_asgi
    return by_asgi


def signals_of(reader, snapshot, carrier):
    """Return the signals of a request; if there is one, ``may_signal`` must say so."""
    signals = reader.signals(snapshot, carrier)
    assert reader.may_signal(snapshot, carrier) or signals == (False, False)
    return signals


@pytest.mark.parametrize(
    ("values", "is_opt_out"),
    [
        ([], False),
        (["1"], True),
        ([" 1"], True),
        (["1\t"], True),
        (["1, 1"], True),
        (["0, 1"], True),
        (["0", "1"], True),
        (["1", "true"], True),
        (["0"], False),
        (["true"], False),
        (["?1"], False),
        (['"1"'], False),
        (["1;a"], False),
        (["1.0"], False),
        (["11"], False),
        (["01"], False),
        (["\xb9"], False),
        ([""], False),
    ],
)
def test_one_exact_1_among_the_fields_is_the_signal(values, is_opt_out):
    assert read([("sec-gpc", value) for value in values]) == (is_opt_out, False)


@pytest.mark.parametrize(
    ("site", "destination", "storage_access", "expected"),
    [
        ("cross-site", "iframe", None, True),
        ("cross-site", "image", None, True),
        ("cross-site", "empty", None, True),
        ("cross-site", "websocket", None, True),
        ("cross-site", "document", None, False),
        ("cross-site", "document", "none", False),
        ("cross-site", None, None, False),
        ("same-site", "iframe", None, False),
        ("same-origin", "empty", None, False),
        ("same-origin", "empty", "none", True),
        ("same-origin", "iframe", "inactive", True),
        ("same-origin", "script", "active", True),
        ("none", "document", None, False),
        (None, None, "none", False),
        (None, "iframe", None, False),
        (None, None, None, False),
        ("Cross-Site", "iframe", None, False),
    ],
)
def test_a_cross_site_request_that_is_no_visit_is_made_for_another_site(site, destination, storage_access, expected):
    assert is_embedded(site, destination, storage_access) is expected
    given = (("sec-fetch-site", site), ("sec-fetch-dest", destination), ("sec-fetch-storage-access", storage_access))
    assert read([(name, value) for name, value in given if value is not None]) == (False, expected)


def test_a_referer_or_an_origin_of_another_site_is_no_signal():
    assert read([("referer", "https://town.example/"), ("origin", "https://town.example")]) == (False, False)


@pytest.mark.parametrize(
    "headers",
    [None, (), [(bytearray(b"sec-gpc"), memoryview(b"1"))], [[b"sec-gpc", b"1"]], [(b"sec-gpc", "1")]],
)
def test_headers_of_any_type_are_read(headers):
    snapshot = RequestSnapshot()
    snapshot.headers = headers
    assert signals_of(ScopeReader(), snapshot, {}) == (bool(headers), False)


ORDINARY = [("host", "a.example"), ("te", "trailers"), ("sec-fetch-dest", "empty"), ("sec-fetch-user", "?1")]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([], False),
        ([("sec-fetch-site", "same-origin")], False),
        ([("sec-fetch-site", "same-site"), ("sec-fetch-site", "none")], False),
        ([("sec-fetch-site", "cross-site")], True),
        ([("sec-fetch-site", "none"), ("sec-fetch-site", "cross-site")], True),
        ([("sec-fetch-storage-access", "none")], True),
        ([("sec-gpc", "1")], True),
        ([("sec-gpc", "0")], True),
    ],
)
def test_ordinary_headers_need_no_closer_look(headers, expected):
    request = SentRequest(headers=(*ORDINARY, *headers, ("x-real-ip", "192.0.2.1")))
    snapshot, scope = RequestSnapshot(), http_scope(request)
    snapshot.headers = scope["headers"]
    assert ScopeReader().may_signal(snapshot, scope) is expected
    if len(dict(headers)) == len(headers):
        assert EnvironReader().may_signal(RequestSnapshot(), http_environ(request)) is expected
