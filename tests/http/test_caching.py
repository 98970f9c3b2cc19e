"""What headers tell caches, and how the middleware changes them."""

import pytest

from caching_scenarios import REWRITTEN, TARGETED
from cookiewarden.http import caching
from cookiewarden.http.caching import CacheHeaders, is_shared, needs_private, needs_vary, says_shared

VALUES = {
    # The value, whether it needs private beside it, and whether it explicitly lets shared caches keep the response.
    b"public": (True, True),
    b"Private": (False, False),
    b"max-age=60, NO-STORE": (False, False),
    b"s-maxage=10": (True, True),
    b"private, s-maxage=10": (False, True),
    b'private="x-a"': (True, False),
    b"private=": (True, False),
    b"no-store=x": (True, False),
    b"max-age=60": (True, False),
    b"": (True, False),
    b"publicly": (True, False),
    b'no-cache="a, public, b"': (True, False),
    b'no-cache="a\\", public, private, b"': (True, False),
    b'"public, private': (True, False),
    b'"a", public': (True, True),
    b'x=""y, public': (True, True),
    b"\tpublic =1 ,": (True, True),
}


@pytest.mark.parametrize(("value", "needs", "says"), [(value, *expected) for value, expected in VALUES.items()])
def test_cache_control_is_read_as_a_list_of_directives(value, needs, says):
    for headers in ([(b"x", b"public"), (b"Cache-Control", value)], [("cache-control ", value.decode())]):
        found = CacheHeaders(bytes).find(headers)
        assert needs_private(found) is needs
        assert says_shared(found) is says


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([], False),
        ([(b"cache-control", b"max-age=0")], True),
        ([(b"cache-control", b"max-age=9"), (b"cache-control", b"private")], False),
        ([(b"cache-control", b'max-age=9, private="x"')], True),
        ([(b"cache-control", b"no-cache")], False),
        ([(b"cache-control", b"private"), (b"CDN-Cache-Control", b"max-age=9")], True),
        ([(b"cache-control", b"private"), (b"CDN-Cache-Control", b"no-store")], False),
        ([(b"x-accel-expires", b"0")], False),
        ([(b"x-accel-expires", b"1")], True),
    ],
)
def test_a_response_is_shared_if_the_site_lets_any_shared_cache_keep_it(headers, expected):
    assert is_shared(CacheHeaders(bytes).find(headers)) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(b"Cookie", False), (b"accept, COOKIE", False), (b"*", False), (b"accept", True), (b"x-cookie", True)],
)
def test_vary_is_needed_unless_it_names_cookie(value, expected):
    assert needs_vary([(b"Vary", value)], b"Cookie") is expected


def for_one_visitor(headers, kind):
    reader = CacheHeaders(kind)
    return reader.for_one_visitor(headers, reader.find(headers))


ROWS = [*(("Cache-Control", value, changed) for value, changed in REWRITTEN.items()), *TARGETED]


@pytest.mark.parametrize(("name", "value", "changed"), ROWS)
@pytest.mark.parametrize("kind", [bytes, str])
def test_a_header_that_needs_no_change_stays_the_same_object(kind, name, value, changed):
    header = (name, value) if kind is str else (name.encode(), value.encode())
    headers = [("a", "b"), header, ("c", "d")]
    changed_headers = for_one_visitor(headers, kind)
    if changed is None:
        assert changed_headers is headers
    else:
        assert [changed_headers[0] is headers[0], changed_headers[2] is headers[2]] == [True, True]
        assert changed_headers[1] == ((name, changed) if kind is str else (name.encode(), changed.encode()))
        assert headers[1] is header
    assert for_one_visitor(changed_headers, kind) is changed_headers


def test_forbidding_one_kind_of_cache_leaves_cache_control_alone():
    headers, reader = [(b"cache-control", b"max-age=9"), (b"surrogate-control", b"max-age=9")], CacheHeaders(bytes)
    changed_headers = reader.for_no_target(headers, reader.find(headers))
    assert changed_headers == [(b"cache-control", b"max-age=9"), (b"surrogate-control", b"no-store")]


def test_what_is_not_a_header_is_left_to_the_server():
    view = memoryview(b"public")
    view.release()
    headers = [None, 5, (b"cache-control",), (5, b"public"), (b"cache-control", view), (view, b"public")]
    reader = CacheHeaders(bytes)
    assert reader.for_one_visitor(headers, reader.find(headers)) is headers
    assert reader.find([(b"cache-control", b"public")]) == [(0, b"cache-control", b"public")]


@pytest.mark.parametrize("kind", [bytearray, memoryview])
def test_a_header_of_another_type_is_read_by_its_content(kind):
    headers = [(kind(b"Cache-Control"), kind(b"public"))]
    assert for_one_visitor(headers, bytes) == [(b"Cache-Control", b"private")]


def test_names_of_other_headers_are_remembered_up_to_a_bound():
    headers = CacheHeaders(bytes)
    for _ in range(2):
        headers.find([(b"x-%d" % number, b"public") for number in range(10_000)])
        headers.find([(b"x" * 10_000, b""), (bytearray(b"y"), b""), ("etag", "")])
        assert headers.find([(b"etag", b""), (b"Cache-Control", b"public")]) == [(1, b"cache-control", b"public")]
    assert len(headers._others) == 512


@pytest.mark.parametrize("end", [b"", b"x", b"\\", b'"'])
@pytest.mark.parametrize("start", [b'"\\', b'"', b"a", b'a"', b","])
def test_a_value_of_any_length_is_read_in_one_pass(start, end):
    # Each member begins where the one before it ended, so nothing is tried twice.
    value = start * 1000 + end
    assert b"".join(caching._MEMBER.findall(value)) == (value.replace(b",", b"") if start == b"," else value)
