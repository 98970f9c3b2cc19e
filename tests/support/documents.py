"""Read the project's documents, and run the blocks of code in them.

A document is a Markdown file. Its blocks are its fenced code, those in HTML comments included: a comment hides from the
reader what only the test needs. A block whose first line is a comment with a file name is that file.

Run as a program with the path of a document, this module saves the files of the document in the working folder, and
then runs or checks every other block in order, in one namespace. For a document of an example folder, whose code other
tests run, it only compiles and parses. It exits with 5, and names the package, if a package is missing.
"""

from __future__ import annotations

import ast
import configparser
import importlib
import inspect
import io
import json
import re
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
GUIDES = sorted((ROOT / "examples" / "guides").glob("*.md"))
#: The documents whose code is run, block by block.
RUN = [README, *GUIDES]
#: The documents of the example folders. The programs beside them hold the code, and other tests run those.
FOLDERS = sorted((ROOT / "examples").glob("*/README.md"))
DOCUMENTS = [*RUN, *FOLDERS]
KEY = "a key that is only for tests"
MISSING = 5

_BLOCK = re.compile(r"^( *)```([\w-]*)\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)
_FILE = re.compile(r"(?:#|/\*|<!--|\{#)\s*([\w./-]+\.[a-z]+)\s*(?:\*/|-->|#\})?")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Block:
    """One block of code: its document, the line it begins on, its language and its text."""

    document: Path
    line: int
    language: str
    text: str

    @property
    def file(self) -> str | None:
        """The name of the file that the block is, if its first line names one."""
        match = _FILE.fullmatch(self.text.partition("\n")[0].strip())
        return match[1] if match else None

    def __str__(self) -> str:
        return f"{self.document.relative_to(ROOT)}:{self.line}"


def blocks_of(document: Path) -> list[Block]:
    """Return the blocks of a document, in order."""
    text = document.read_text("utf-8")
    return [
        Block(document, text.count("\n", 0, one.start()) + 1, one[2], dedent(one[3])) for one in _BLOCK.finditer(text)
    ]


def prose_of(document: Path) -> str:
    """Return a document without its blocks and comments."""
    return _COMMENT.sub("", _BLOCK.sub("", document.read_text("utf-8")))


def links_of(document: Path) -> list[str]:
    """Return the targets of the links and pictures of a document."""
    return _LINK.findall(prose_of(document))


def anchors_of(document: Path) -> set[str]:
    """Return the anchors of a document's headings, as GitHub makes them."""
    words = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in _HEADING.findall(prose_of(document)))
    return {one.strip().replace(" ", "-") for one in words}


def table_of(document: Path, heading: str) -> list[list[str]]:
    """Return the rows of the first table under a heading, without its head. Code marks are taken off each cell."""
    text = prose_of(document).partition(f"# {heading}\n")[2]
    rows: list[list[str]] = []
    for line in text.splitlines():
        if line.startswith("|"):
            cells = re.split(r"(?<!\\)\|", line.strip().strip("|"))
            rows.append([cell.strip().strip("`") for cell in cells])
        elif rows:
            break
    return rows[2:]


def check_source(block: Block) -> None:
    """Check that a Python block compiles, and that what it imports of our package exists."""
    tree = ast.parse(block.text, str(block))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "cookiewarden":
            module = importlib.import_module(node.module or "")
            missing = [alias.name for alias in node.names if not hasattr(module, alias.name)]
            assert not missing, f"{block}: {node.module} has no {', '.join(missing)}"


class Story:
    """Runs the blocks of one document in order."""

    def __init__(self) -> None:
        self.namespace: dict[str, Any] = {"__name__": "document"}
        self._response_before: Block | None = None
        self._checks: dict[str, Callable[[Block], None]] = {
            "python": self.run_python,
            "toml": self.load_policy,
            "jinja": compile_jinja,
            "django": compile_django,
            "http": self.compare_responses,
            "json": lambda block: json.loads(block.text),
            "css": check_css,
            "js": check_js,
            "po": check_catalog,
            "ini": lambda block: configparser.ConfigParser(interpolation=None).read_string(block.text),
            "sh": lambda block: None,  # the test of commands checks these
            "text": lambda block: None,  # drawings
        }

    @property
    def languages(self) -> set[str]:
        """The languages that can be checked."""
        return set(self._checks)

    def parse(self, blocks: list[Block]) -> None:
        """Check every block by itself, and run none."""
        checks = {**self._checks, "python": check_source, "toml": lambda block: tomllib.loads(block.text)}
        for block in blocks:
            self._response_before = None
            checks[block.language](block)

    def tell(self, blocks: list[Block]) -> None:
        """Save the files, then run or check every block."""
        for block in blocks:
            if block.file:
                path = Path(block.file)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(block.text, "utf-8")
        for block in blocks:
            if block.file and block.language == "python":
                check_source(block)
            else:
                self._checks[block.language](block)
            if block.language != "http":
                self._response_before = None

    def run_python(self, block: Block) -> None:
        """Run a block, then each test in it. A test gets its arguments by their names."""
        before = set(self.namespace)
        source = "\n" * block.line + block.text  # so that a traceback names the line of the document
        exec(compile(source, str(block.document), "exec"), self.namespace)
        for name in [name for name in self.namespace if name not in before and name.startswith("test_")]:
            test = self.namespace[name]
            test(*(self.namespace[argument] for argument in inspect.signature(test).parameters))

    def load_policy(self, block: Block) -> None:
        """Load a block as a policy, unless it is a base without a site, which is only parsed."""
        from cookiewarden import Policy

        table = tomllib.loads(block.text)
        if block.file:
            Policy.load(block.file) if "name" in table.get("site", {}) else None
        else:
            table.setdefault("site", {}).setdefault("name", "Exampletown")
            Policy.from_mapping(table)

    def compare_responses(self, block: Block) -> None:
        """Check that the middleware turns a response into the one that stands right after it."""
        head, *lines = block.text.splitlines()
        assert re.fullmatch(r"HTTP/1\.1 \d{3} [\w ]+", head), f"{block}: {head}"
        headers = [(name, value) for name, _, value in (line.partition(": ") for line in lines)]
        before, self._response_before = self._response_before, block
        if before is None:
            return
        from cookiewarden.wsgi import CookieWardenMiddleware

        sent = [(name, value) for name, _, value in (line.partition(": ") for line in before.text.splitlines()[1:])]
        left: list[tuple[str, str]] = []

        def app(environ, start_response):
            start_response("200 OK", sent)
            return []

        policy = self.namespace.get("policy", "cookies.toml")
        wrapped = CookieWardenMiddleware(app, policy=policy, secret_key=KEY)
        wrapped(self.namespace.get("environ", {}), lambda status, headers: left.extend(headers))
        assert left == headers, f"{block}: {left}"


def compile_jinja(block: Block) -> None:
    """Compile a template of Jinja2."""
    from jinja2 import Environment

    Environment(extensions=["jinja2.ext.i18n"]).compile(block.text, filename=str(block))


def compile_django(block: Block) -> None:
    """Compile a template of Django, with our template tags."""
    import django
    from django.conf import settings
    from django.template import engines

    if not settings.configured:
        backend = {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}
        settings.configure(
            INSTALLED_APPS=["cookiewarden.django"],
            COOKIEWARDEN={"policy": {"site": {"name": "Exampletown"}}},
            SECRET_KEY=KEY,
            TEMPLATES=[backend],
        )
        django.setup()
    engines["django"].from_string(block.text)


def check_css(block: Block) -> None:
    """Check that the braces of a style sheet match."""
    assert block.text.count("{") == block.text.count("}"), block


def check_js(block: Block) -> None:
    """Check that the API gives the properties that a script reads of it, and that the brackets of the script match."""
    from cookiewarden.wsgi import CookieWardenMiddleware

    policy = {"site": {"name": "Exampletown"}}
    app = CookieWardenMiddleware(lambda environ, start_response: [], policy=policy, secret_key=KEY)
    environ = {"PATH_INFO": "/cookies/preferences.json", "REQUEST_METHOD": "GET", "SERVER_NAME": "localhost"}
    state = json.loads(b"".join(app(environ, lambda status, headers: None)))
    for name, given in (("state", state), ("one", state["categories"][0])):
        read = set(re.findall(rf"\b{name}\.(\w+)", block.text))
        assert read, f"{block}: reads nothing of {name}"
        assert read <= set(given), f"{block}: {name} has no {read - set(given)}"
    for opening, closing in ("{}", "()", "[]"):
        assert block.text.count(opening) == block.text.count(closing), block


def check_catalog(block: Block) -> None:
    """Read a gettext catalog."""
    from babel.messages.pofile import read_po

    read_po(io.BytesIO(block.text.encode()), abort_invalid=True)


def commands_of(block: Block) -> Iterator[str]:
    """Yield the commands of a shell block, without comments. A backslash joins two lines."""
    text = block.text.replace("\\\n", " ")
    for line in text.splitlines():
        for command in re.split(r"\s&&\s|\s\|\s", re.sub(r"(^|\s)#.*", "", line)):
            if command.strip():
                yield command.strip()


if __name__ == "__main__":
    sys.path.insert(0, "")
    try:
        path = Path(sys.argv[1])
        (Story().parse if path in FOLDERS else Story().tell)(blocks_of(path))
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in ("cookiewarden", "document"):
            raise
        print(error.name)
        sys.exit(MISSING)
