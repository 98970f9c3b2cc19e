"""A wrapped app behind shared caches: no visitor gets another visitor's choice, or a cookie that it let pass."""

import contextlib
import itertools

import pytest

from cookiewarden.testing import preferences_cookie
from servers.cached_app import CASES
from servers.caches import CACHES, caching
from servers.kinds import KINDS
from servers.process import ask, serving
from servers.site import POLICY, SECRET_KEY

GRANTED = preferences_cookie(POLICY, SECRET_KEY, "statistical")
REFUSED = preferences_cookie(POLICY, SECRET_KEY)
_NUMBERS = itertools.count()
# Servers that keep the order of the headers, because some versions of nginx depend on it.
SERVERS = {"asgi": "uvicorn-h11", "wsgi": "wsgiref"}

#: Each case with each cache that keeps it.
KEPT = [(cache, case) for cache in CACHES for case, (_, keeping) in CASES.items() if cache in keeping]
each_case = pytest.mark.parametrize(("cached", "case"), KEPT, indirect=["cached"])
each_interface = pytest.mark.parametrize("interface", ["asgi", "wsgi"], scope="module")
pytestmark = each_interface


@pytest.fixture(scope="module")
def origin(interface, tmp_path_factory):
    """A server with the wrapped app."""
    kind = next(kind for kind in KINDS if kind.name == SERVERS[interface])
    if (package := kind.missing()) is not None:
        pytest.skip(f"{kind.name} is not here: pip install {package}")
    folder = tmp_path_factory.mktemp(f"behind-caches-{interface}")
    with serving(kind.command, folder, f"servers.cached_app:{interface}_wrapped") as [server]:
        yield server


@pytest.fixture(scope="module")
def ports(origin):
    """Return a function that starts a cache by its name, at most once, and returns its port."""
    with contextlib.ExitStack() as running:
        started = {}

        def port_of(name):
            if name not in started:
                started[name] = running.enter_context(caching(CACHES[name], origin.port, origin.token))
            return started[name]

        yield port_of


@pytest.fixture
def cached(request, ports):
    """Return a function that asks for a path through a cache, and returns the lines and the body of the response."""
    cache = CACHES[request.param]
    if (reason := cache.missing()) is not None:
        pytest.skip(reason)
    port = ports(cache.name)

    def get(path, cookie=None):
        answer, body = ask(port, path, cookie)
        assert answer.status == 200
        return answer.headers.get_all("set-cookie") or [], body

    return get


def page(case, act):
    """Return the path of a page that nobody asked for before."""
    return f"/{case}/{act}/{next(_NUMBERS)}"


@each_case
def test_a_page_without_cookies_is_kept_so_the_cache_works(cached, case):
    path = page(case, "none")
    first = cached(path)
    assert first[0] == []
    assert cached(path, REFUSED) == first


@each_case
def test_a_cookie_that_one_visitor_allowed_goes_to_no_other(cached, case):
    path = page(case, "count")
    [line], body = cached(path, GRANTED)
    assert line.startswith("_ga=")
    lines, other = cached(path, REFUSED)
    assert lines == []
    assert other != body


@each_case
def test_a_choice_that_a_page_gives_goes_to_no_other(cached, case):
    path = page(case, "grant")
    lines, body = cached(path)
    assert [line.partition("=")[0] for line in lines] == ["cookies_preferences"]
    lines, other = cached(path, REFUSED)
    assert other != body


@each_case
def test_a_page_that_lost_its_cookies_is_kept_only_if_the_site_calls_it_public(cached, case):
    path = page(case, "count")
    lines, body = cached(path)
    assert lines == []
    assert (cached(path, REFUSED) == ([], body)) == (case in ("public", "s-maxage", "accel-public"))
