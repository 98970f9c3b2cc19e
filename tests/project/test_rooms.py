"""The rooms of cookiewarden (its packages and top modules): what each module may import and use, by its source."""

from __future__ import annotations

import ast
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from project.rooms import circle, graph, imports_of, modules, room_of
from waiting import SECONDS_TO_WAIT

#: The rooms that each room may import.
ALLOWED = {
    "errors": set(),
    "log": set(),
    "process": {"log"},
    "workers": {"log"},
    "http": set(),
    "policy": {"errors", "http"},
    "reporting": {"errors", "http", "log", "policy", "process", "workers"},
    "choices": {"errors", "http", "policy"},
    "pages": {"choices", "errors", "http", "policy", "process"},
    "middleware": {"choices", "errors", "http", "log", "pages", "policy", "process", "reporting", "workers"},
    "set_cookie": {"http"},
    "__init__": {"choices", "errors", "middleware", "policy", "reporting"},
    "asgi": {"choices", "errors", "http", "middleware", "policy", "reporting"},
    "wsgi": {"choices", "errors", "http", "middleware", "policy", "reporting"},
    "starlette": {"asgi", "errors", "http", "middleware", "policy", "reporting"},
    "django": {"asgi", "errors", "middleware", "policy", "workers", "wsgi"},
    "flask": {"choices", "errors", "log", "middleware", "wsgi"},
    "paste": {"errors", "middleware", "wsgi"},
    "testing": {"asgi", "choices", "errors", "http", "middleware", "policy", "reporting", "wsgi"},
    "tools": {"__init__", "asgi", "errors", "http", "middleware", "pages", "policy", "reporting", "testing", "wsgi"},
    "pytest_plugin": {"errors", "policy", "testing", "tools"},
    "cli": {"__init__", "errors", "policy", "reporting", "tools"},
    "__main__": {"cli"},
}
EDGES = {"asgi", "wsgi", "starlette", "flask", "paste", "cli", "pytest_plugin", "testing", "tools"}
TOOLS = {"click", "rich", "starlette", "uvicorn", "werkzeug"}
#: The third-party packages that each room or module may import.
PACKAGES = {
    "choices.preferences_cookie": {"itsdangerous"},
    "pages": {"babel", "jinja2", "markupsafe", "pymupdf_fonts", "typst"},
    "middleware.embeds": {"markupsafe"},
    "asgi": {"starlette"},
    "starlette": {"starlette"},
    "django": {"django"},
    "wsgi": {"werkzeug"},
    "flask": {"flask", "werkzeug"},
    "pytest_plugin": {"pytest"},
    "cli": TOOLS,
    "tools": TOOLS | {"jinja2"},
    "tools.web.addresses": {"httpx"},
    "tools.web.network": {"httpcore"},
    "tools.web.reader": {"httpcore", "httpx"},
    "tools.audit.browser": {"playwright"},
    "tools.audit.browser_visitor": {"playwright"},
    "tools.audit.chromium": {"playwright"},
    "tools.audit.foreign_banner": {"duckduckgo_autoconsent"},
    "tools.audit.tab": {"playwright"},
    "tools.audit.ways_to_change": {"playwright"},
    "tools.audit.workers": {"playwright"},
    "tools.importing.html": {"selectolax"},
    "tools.importing.markdown": {"markdown_it"},
}
MODULES = modules()
MODULES_THAT_OPEN_FILES = {
    "policy.file",
    "policy.preset_files",
    "policy.profiles",
    "workers",
    "reporting.learning",
    "pages.templating",
    "pages.languages",
    "pages.site_folder",
    "pages.pdf_files",
    "pages.typesetting",
    "middleware.watch",
}
PROCESSES = {"pages.typesetting": {"subprocess"}}
OPENING_CALLS = {"open", "read_bytes", "read_text", "write_bytes", "write_text", "iterdir", "glob", "rglob", "mkdir"}
CLOCKS_AND_CHANCE = {"now", "utcnow", "today", "environ", "getenv", "urandom"}


def top_packages(path: Path) -> set[str]:
    """Return the top-level packages that a file imports."""
    return {name.partition(".")[0] for name in imports_of(path)}


def called(path: Path) -> set[str]:
    """Return the last part of the name of each function that a file calls, and of each attribute of ``os``."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            names.add(ast.unparse(node.func).rpartition(".")[2])
        elif isinstance(node, ast.Attribute) and ast.unparse(node.value) == "os":
            names.add(node.attr)
    return names


each_module = pytest.mark.parametrize("module", MODULES)


def test_every_room_has_a_row():
    assert {room_of(module) for module in MODULES} == set(ALLOWED)


@each_module
def test_a_module_imports_only_rooms_that_its_own_room_may_import(module):
    room = room_of(module)
    others = {other for other in graph()[module] if room_of(other) not in ALLOWED[room] | {room}}
    assert sorted(others) == []


def test_no_modules_import_each_other_in_a_circle():
    assert " -> ".join(circle(graph())) == ""


@each_module
def test_a_module_imports_only_third_party_packages_that_it_may_import(module):
    allowed = {"cookiewarden"} | PACKAGES.get(room_of(module), set()) | PACKAGES.get(module, set())
    assert sorted(top_packages(MODULES[module]) - set(sys.stdlib_module_names) - allowed) == []


@each_module
def test_only_the_edges_and_the_policy_read_a_clock(module):
    if room_of(module) not in EDGES | {"process"}:
        assert top_packages(MODULES[module]) & {"time"} <= ({"time"} if module == "policy.policy" else set())


@each_module
def test_only_the_edges_read_the_environment_or_a_random_source(module):
    if room_of(module) not in EDGES | {"workers"}:  # the environment says which server it is
        path = MODULES[module]
        # A process forked from one that made a PDF has another one make its own.
        packages = {"random", "secrets", "uuid", "socket", "subprocess", "asyncio"} - PROCESSES.get(module, set())
        assert sorted(top_packages(path) & packages) == []
        assert sorted(called(path) & CLOCKS_AND_CHANCE) == []


@each_module
def test_only_some_modules_open_files(module):
    if module not in MODULES_THAT_OPEN_FILES and room_of(module) not in EDGES:
        assert sorted(called(MODULES[module]) & OPENING_CALLS) == []


@each_module
def test_a_module_is_short(module):
    limit = 150 if room_of(module) in ("asgi", "django", "flask", "paste", "starlette", "wsgi") else 300
    assert len(MODULES[module].read_text("utf-8").splitlines()) <= limit


@each_module
def test_a_module_has_a_docstring(module):
    assert ast.get_docstring(ast.parse(MODULES[module].read_text("utf-8")))


def python(code: str) -> str:
    """Return what a new interpreter without the optional packages prints."""
    return python_without(code, *sorted(set().union(*PACKAGES.values())), "flask", "fastapi")


def python_without(code: str, *blocked: str) -> str:
    """Return what a new interpreter without some packages prints."""
    hook = f"""
    import sys

    class Nothing:
        def find_spec(self, name, path=None, target=None):
            if name.partition(".")[0] in {blocked!r}:
                raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

    sys.meta_path.insert(0, Nothing())
    """
    source = textwrap.dedent(hook) + textwrap.dedent(code)
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, timeout=SECONDS_TO_WAIT)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_decisions_need_no_third_party_package():
    code = """
    from cookiewarden import Category, Consent, Decision, Policy, PolicySet, Reason, consent_of
    from cookiewarden.set_cookie import parse_set_cookie
    policy = Policy.from_mapping({"site": {"name": "Exampletown"}})
    print(policy.decide("a=1").reason, parse_set_cookie("a=1").names)
    """
    assert python(code) == "undeclared (b'a',)"


@pytest.mark.parametrize(
    ("module", "remedy"),
    [
        ("testing", "itsdangerous: pip install 'cookiewarden[asgi]' or pip install 'cookiewarden[wsgi]'"),
        ("asgi", "starlette: pip install 'cookiewarden[asgi]'"),
        ("starlette", "starlette: pip install 'cookiewarden[asgi]'"),
        ("wsgi", "werkzeug: pip install 'cookiewarden[wsgi]'"),
        ("flask", "werkzeug: pip install 'cookiewarden[wsgi]'"),
        ("paste", "werkzeug: pip install 'cookiewarden[wsgi]'"),
    ],
)
def test_a_module_that_needs_a_package_says_what_to_install(module, remedy):
    code = f"""
    import cookiewarden
    try:
        import cookiewarden.{module}
    except cookiewarden.MissingExtraError as error:
        print(error)
    """
    without = ("itsdangerous",) if module == "testing" else ("starlette", "werkzeug")
    assert python_without(code, *without).endswith(f"needs the package {remedy}")


@pytest.mark.parametrize("package", ["babel", "jinja2"])
@pytest.mark.parametrize("module", ["asgi", "wsgi"])
def test_the_pages_say_at_start_what_to_install_and_pages_none_needs_no_package(module, package):
    code = f"""
    import cookiewarden
    from cookiewarden.{module} import CookieWardenMiddleware
    options = {{"policy": {{"site": {{"name": "Exampletown"}}}}, "secret_key": "sixteen or more bytes"}}
    CookieWardenMiddleware(None, pages=None, **options)
    try:
        CookieWardenMiddleware(None, **options)
    except cookiewarden.MissingExtraError as error:
        print(error)
    """
    assert f"needs the package {package}: pip install 'cookiewarden[asgi]'" in python_without(code, package)


def test_importing_cookiewarden_imports_no_optional_package():
    code = """
    import cookiewarden
    import sys
    optional = ("asyncio", "cookiewarden.choices.preferences_cookie", "cookiewarden.pages")
    print([name for name in optional if name in sys.modules])
    """
    assert python(code) == "[]"
