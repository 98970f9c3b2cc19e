"""Which app a target names, and what is said if there is none."""

import pytest

from cookiewarden import asgi, wsgi
from cookiewarden.tools.audit.apps import Interface, TargetError, load_app

MODULE = """
import sys
def wsgi_app(environ, start_response): return []
async def asgi_app(scope, receive, send): pass
class Callable:
    async def __call__(self, scope, receive, send): pass
class Old:
    def __call__(self, environ, start_response): return []
made = Callable()
old = Old()
class inner:
    app = wsgi_app
def make(): return wsgi_app
def fails(): raise ValueError("\\x1b[31mno")
def passing(*arguments): return []
text = "app"
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Return a function that writes a module into the working directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    return lambda name, text: (tmp_path / f"{name}.py").write_text(text)


@pytest.mark.parametrize(
    ("path", "interface"),
    [
        ("wsgi_app", Interface.WSGI),
        ("asgi_app", Interface.ASGI),
        ("made", Interface.ASGI),
        ("old", Interface.WSGI),
        ("inner.app", Interface.WSGI),
        ("make()", Interface.WSGI),
        ("passing", Interface.WSGI),
    ],
)
def test_an_app_is_found_with_its_interface(project, path, interface):
    project("audited_shop_one", MODULE)
    assert load_app(f"audited_shop_one:{path}").interface is interface


@pytest.mark.parametrize("adapter", [wsgi, asgi])
def test_a_wrapped_app_has_the_interface_of_its_middleware(project, adapter):
    name = adapter.__name__.rpartition(".")[2]
    project(
        f"audited_wrapped_{name}",
        f"from cookiewarden.{name} import CookieWardenMiddleware as M\n"
        'app = M(None, policy={"site": {"name": "Shop"}}, secret_key="a signing key for tests", pages=None)\n',
    )
    assert load_app(f"audited_wrapped_{name}:app").interface.value == name.upper()


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("audited_nowhere:app", "there is no module audited_nowhere"),
        ("audited_shop_two:app", "there is no app in audited_shop_two"),
        ("audited_shop_two:text", "is not an app"),
        ("audited_shop_two:make", "write audited_shop_two:make()"),
        ("audited_shop_two:fails()", r"failed with ValueError: \x1b[31mno"),
        ("audited_broken:app", "failed with ZeroDivisionError"),
        ("audited_lacking:app", "failed with ModuleNotFoundError"),
        ("audited_leaving:app", "failed with SystemExit"),
    ],
)
def test_a_target_that_is_no_app_is_named_with_what_is_wrong(project, target, words):
    project("audited_shop_two", MODULE)
    project("audited_broken", "1 / 0")
    project("audited_lacking", "import audited_missing_package")
    project("audited_leaving", "raise SystemExit(0)")
    with pytest.raises(TargetError) as caught:
        load_app(target)
    assert str(caught.value).startswith(target + ":")
    assert words in str(caught.value)


def test_a_partial_of_an_app_keeps_its_interface(project):
    project(
        "audited_partial",
        "import functools\nasync def app(settings, scope, receive, send): pass\nmade = functools.partial(app, {})\n",
    )
    assert load_app("audited_partial:made").interface is Interface.ASGI
