"""The floors of the house: which module may import which, and what each may not touch. Read from the source.

Imports under ``if TYPE_CHECKING:`` do not count: they are not there when the package runs.
"""

import ast
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

import cookiewarden
from waiting import SECONDS_TO_WAIT

SOURCE = Path(cookiewarden.__file__).parent
FLOORS = [
    {"errors", "log"},
    {"set_cookie", "cookie_header", "dates", "matching", "memo", "hosts", "cookie_rules", "forking"},
    {"declaration", "policy_file", "policy_layers", "policy_schema", "policy_values", "consent"},
    {"classify", "decide", "policy"},
    {
        *("preferences", "caching", "fields", "notices", "visit", "origin", "choice_record", "options"),
        *("places", "withdrawal", "advice"),
        *("exchange", "counts", "tally", "throttle", "rollout", "decision_hook", "observers"),
        *("quoting", "learned", "learner", "draft"),
        *("additions", "pages", "warden", "embeds"),
    },
    {"__init__"},
    {
        *("asgi", "asgi_scope", "background", "control", "learned_file", "starlette", "wsgi", "wsgi_environ"),
        *("cli", "demo", "testing"),
    },
]
EDGES = FLOORS[-1]
HEIGHT = {module: height for height, floor in enumerate(FLOORS) for module in floor}
TOOLS = {"starlette", "werkzeug", "click", "rich", "uvicorn"}
#: The packages that each module may use, beside the standard library.
PACKAGES = {
    "preferences": {"itsdangerous"},
    "pages": {"babel", "fpdf", "jinja2", "markupsafe", "pymupdf_fonts"},
    "asgi": {"starlette"},
    "starlette": {"starlette"},
    "wsgi": {"werkzeug"},
    "cli": TOOLS,
    "demo": TOOLS | {"jinja2"},
}
MODULES = sorted(SOURCE.rglob("*.py"))
_WITH_FILES = ("html", "languages", "style", "pdf_files")
OPENING_CALLS = {"open", "read_bytes", "read_text", "write_bytes", "write_text", "iterdir", "glob", "rglob", "mkdir"}
CLOCKS_AND_CHANCE = {"now", "utcnow", "today", "environ", "getenv", "urandom"}


def unit_of(path: Path) -> str:
    """The module of the house that a file belongs to; ``demo`` is one, whatever its files."""
    return path.relative_to(SOURCE).with_suffix("").parts[0]


def runtime_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Every node that runs; not what stands under ``if TYPE_CHECKING:``."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            for other in child.orelse:
                yield other
                yield from runtime_nodes(other)
            continue
        yield child
        yield from runtime_nodes(child)


def imports_of(path: Path) -> set[str]:
    """The dotted names that a file imports, ``cookiewarden.x`` for ``from cookiewarden import x``."""
    names = set()
    for node in runtime_nodes(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: a relative import hides its floor"
            module = node.module or ""
            if module == "cookiewarden":
                names |= {f"cookiewarden.{alias.name}" for alias in node.names}
            else:
                names.add(module)
    return names


def own_imports(path: Path) -> set[str]:
    """The modules of the house that a file imports; a public name counts as the package itself."""
    found = set()
    for name in imports_of(path):
        top, _, rest = name.partition(".")
        if top == "cookiewarden":
            unit = rest.partition(".")[0]
            found.add(unit if unit in HEIGHT else "__init__")
    return found


def tops(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imports_of(path)}


def called(path: Path) -> set[str]:
    """The last part of the name of each function that a file calls, and of what it takes from ``os``."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            names.add(ast.unparse(node.func).rpartition(".")[2])
        elif isinstance(node, ast.Attribute) and ast.unparse(node.value) == "os":
            names.add(node.attr)
    return names


def code_lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


each_module = pytest.mark.parametrize(
    "path", MODULES, ids=lambda path: path.relative_to(SOURCE).with_suffix("").as_posix()
)


def test_every_module_stands_on_a_floor():
    assert sorted({unit_of(path) for path in MODULES} - set(HEIGHT)) == []


def test_every_module_of_the_floors_exists():
    assert sorted(set(HEIGHT) - {unit_of(path) for path in MODULES}) == []


@each_module
def test_a_module_imports_from_its_own_floor_or_below(path):
    height = HEIGHT[unit_of(path)]
    assert sorted(name for name in own_imports(path) if HEIGHT[name] > height) == []


@each_module
def test_a_module_imports_the_standard_library_only_and_what_it_may(path):
    allowed = {"cookiewarden"} | PACKAGES.get(unit_of(path), set())
    assert sorted(tops(path) - set(sys.stdlib_module_names) - allowed) == []


@each_module
def test_only_the_facade_and_the_edges_read_a_clock(path):
    if unit_of(path) in EDGES:
        return
    clocks = tops(path) & {"time"}
    assert clocks <= ({"time"} if unit_of(path) == "policy" else set())


@each_module
def test_below_the_edges_nothing_reads_the_environment_or_a_random_source(path):
    if unit_of(path) in EDGES:
        return
    assert sorted(tops(path) & {"random", "secrets", "uuid", "socket", "subprocess", "asyncio"}) == []
    assert sorted(called(path) & CLOCKS_AND_CHANCE) == []


@each_module
def test_only_these_open_files_the_pages_their_own_at_start_and_their_pdfs(path):
    if unit_of(path) in ("policy_file", "learned_file", "cli", "demo") or path.stem in _WITH_FILES:
        return
    assert sorted(called(path) & OPENING_CALLS) == []


@each_module
def test_a_module_is_short(path):
    limit = {"asgi": 200, "starlette": 150, "wsgi": 200}.get(unit_of(path), 300)
    assert code_lines(path) < limit


@each_module
def test_a_module_says_what_it_does(path):
    assert ast.get_docstring(ast.parse(path.read_text("utf-8")))


def python(code: str) -> str:
    """What a fresh interpreter prints that has none of the optional packages."""
    return python_without(code, *sorted(set().union(*PACKAGES.values())), "django", "flask", "fastapi")


def python_without(code: str, *blocked: str) -> str:
    """What a fresh interpreter prints that lacks some packages."""
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


def test_the_engine_needs_no_package():
    code = """
    from cookiewarden import Category, Consent, Decision, Policy, PolicySet, Reason, consent_of
    from cookiewarden.set_cookie import parse_set_cookie
    policy = Policy.from_mapping({"site": {"name": "Exampletown"}})
    print(policy.decide("a=1").reason, parse_set_cookie("a=1").names)
    """
    assert python(code) == "undeclared (b'a',)"


@pytest.mark.parametrize(
    ("module", "told"),
    [
        ("testing", "itsdangerous: pip install 'cookiewarden[asgi]' or pip install 'cookiewarden[wsgi]'"),
        ("asgi", "starlette: pip install 'cookiewarden[asgi]'"),
        ("starlette", "starlette: pip install 'cookiewarden[asgi]'"),
        ("wsgi", "werkzeug: pip install 'cookiewarden[wsgi]'"),
    ],
)
def test_a_part_that_needs_a_package_says_what_to_install(module, told):
    code = f"""
    import cookiewarden
    try:
        import cookiewarden.{module}
    except cookiewarden.MissingExtraError as error:
        print(error)
    """
    without = ("itsdangerous",) if module == "testing" else ("starlette", "werkzeug")
    assert python_without(code, *without).endswith(f"needs the package {told}")


@pytest.mark.parametrize("package", ["babel", "jinja2", "fpdf", "pymupdf_fonts"])
@pytest.mark.parametrize("module", ["asgi", "wsgi"])
def test_the_pages_say_at_start_what_to_install_and_without_them_nothing_is_missing(module, package):
    code = f"""
    import cookiewarden
    from cookiewarden.{module} import CookieWardenMiddleware
    options = {{"policy": {{"site": {{"name": "Exampletown"}}}}, "secret_key": "sixteen or more octets"}}
    CookieWardenMiddleware(None, pages=None, **options)
    try:
        CookieWardenMiddleware(None, **options)
    except cookiewarden.MissingExtraError as error:
        print(error)
    """
    assert f"needs the package {package}: pip install 'cookiewarden[asgi]'" in python_without(code, package)


def test_importing_the_package_imports_no_optional_one():
    code = """
    import cookiewarden
    import sys
    print([name for name in ("asyncio", "cookiewarden.preferences", "cookiewarden.warden") if name in sys.modules])
    """
    assert python(code) == "[]"
