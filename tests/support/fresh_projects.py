"""Three projects as a newcomer has them before the first hour: of Django, Flask and FastAPI.

Each has one page, which sets three cookies.
Rule: what wraps a project comes from the README, and from nowhere else.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from documents import README, blocks_of, table_of

PAGE = """<!doctype html><title>Exampletown</title>
<h1>Exampletown</h1>
<footer></footer>
</html>
"""
_BLOCKS = {block.file: block.text.partition("\n")[2] for block in blocks_of(README) if block.file}
_STEPS = {row[0].partition(".")[0]: row for row in table_of(README, "Use it in five minutes")}
_COLUMNS = {"django": 1, "flask": 2, "fastapi": 3}

DJANGO_VIEW = """
from django.shortcuts import render


def page(request):
    request.session["visited"] = True
    response = render(request, "base.html")
    response.set_cookie("_ga", "GA1.1.17")
    response.set_cookie("plugin_id", "42")
    return response


urlpatterns = [path("", page), *urlpatterns]
"""

FLASK_APP = """
import os
from flask import Flask, make_response, render_template, session

app = Flask(__name__)
app.secret_key = os.environ["SECRET_KEY"]


@app.get("/")
def page():
    session["visited"] = True
    response = make_response(render_template("base.html"))
    response.set_cookie("_ga", "GA1.1.17")
    response.set_cookie("plugin_id", "42")
    return response
"""

FASTAPI_APP = """
import os
from fastapi import FastAPI, Request
from fastapi.templating import Jinja2Templates

app = FastAPI()
templates = Jinja2Templates("templates")


@app.get("/")
def page(request: Request):
    response = templates.TemplateResponse(request, "base.html")
    response.set_cookie("session", "8f3a")
    response.set_cookie("_ga", "GA1.1.17")
    response.set_cookie("plugin_id", "42")
    return response
"""


class Project:
    """A fresh project of one framework, in a new folder."""

    #: The name of the cookie that the preset of the framework declares.
    session = "session"
    name = ""
    template = "templates/base.html"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        #: How many lines a newcomer writes or changes.
        self.changed = 0
        folder.mkdir()
        self.make()
        self._write(self.template, PAGE)

    def make(self) -> None:
        """Make the project as it is before the first hour."""

    def wrap(self) -> None:
        """Write what the README says into the project."""
        preset = {"django": "django", "flask": "flask", "fastapi": "starlette"}[self.name]
        self._write("cookies.toml", _BLOCKS["cookies.toml"].replace("preset:django", f"preset:{preset}"))
        self.changed += _BLOCKS["cookies.toml"].count("\n")
        cell = _STEPS["4"][_COLUMNS[self.name]]
        self._change(self.template, "</html>", f"{cell}\n</html>")
        self._change(self.template, "</footer>", f"{_STEPS['5'][_COLUMNS[self.name]]}</footer>")

    def set_options(self, options: str) -> None:
        """Give further options to what wraps the app; ``""`` for none."""
        raise NotImplementedError

    def command(self, port: int) -> list[str]:
        """Return the command of the README that starts the server, on a port."""
        words = re.sub(r"[`]", "", _STEPS["6"][_COLUMNS[self.name]]).split()
        module = {"python": [], "flask": ["-m"], "uvicorn": ["-m"]}[words[0]]
        return [sys.executable, *module, *(words if module else words[1:]), *self.at_port(port)]

    def at_port(self, port: int) -> list[str]:
        """Return the arguments that choose a port."""
        return ["--port", str(port)]

    def merge(self, file: str) -> None:
        """Put a block of the README into a file: each line that the file lacks, after the one that precedes it."""
        lines = self._read(file).splitlines()
        at = 0
        for line in _BLOCKS[file].splitlines():
            if line in lines:
                at = lines.index(line) + 1
            elif (same := _beginning_like(line, lines)) is not None:
                lines[same] = line
                at = same + 1
                self.changed += 1
            else:
                lines.insert(at, line)
                at += 1
                self.changed += 1
        self._write(file, "\n".join(lines) + "\n")

    def _read(self, file: str) -> str:
        return (self.folder / file).read_text("utf-8")

    def _write(self, file: str, text: str) -> None:
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def _change(self, file: str, old: str, new: str) -> None:
        text = self._read(file)
        assert text.count(old) == 1, f"{file}: {old!r} stands {text.count(old)} times"
        self._write(file, text.replace(old, new))
        self.changed += 1


def _beginning_like(line: str, lines: list[str]) -> int | None:
    """Return where an assignment to the same name stands, if the line is one."""
    name, equals, _ = line.partition(" = ")
    found = [number for number, other in enumerate(lines) if equals and other.startswith(f"{name} = ")]
    return found[0] if found else None


class Django(Project):
    """``django-admin startproject mysite``, with one view and its template."""

    name = "django"
    session = "sessionid"

    def make(self) -> None:
        command = [sys.executable, "-m", "django", "startproject", "mysite", str(self.folder)]
        subprocess.run(command, check=True)
        self._write("mysite/urls.py", self._read("mysite/urls.py") + DJANGO_VIEW)
        settings = self._read("mysite/settings.py").replace("'DIRS': []", "'DIRS': [BASE_DIR / 'templates']")
        # So that no database has to be made first.
        self._write(
            "mysite/settings.py", settings + 'SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"\n'
        )

    def wrap(self) -> None:
        super().wrap()
        block = _BLOCKS["mysite/settings.py"]
        self._write("mysite/settings.py", self._read("mysite/settings.py") + block)
        self.changed += block.count("\n")
        old = "from django.core.wsgi import get_wsgi_application"
        self._change("mysite/wsgi.py", old, _BLOCKS["mysite/wsgi.py"].strip())
        self._wrapped = self._read("mysite/settings.py")

    def set_options(self, options: str) -> None:
        self._write("mysite/settings.py", self._wrapped + (f"COOKIEWARDEN |= dict({options})\n" if options else ""))

    def at_port(self, port: int) -> list[str]:
        return ["--noreload", str(port)]


class Flask(Project):
    """One module with an app."""

    name = "flask"

    def make(self) -> None:
        self._write("app.py", FLASK_APP)

    def wrap(self) -> None:
        super().wrap()
        self.merge("app.py")
        self._wrapped = self._read("app.py")

    def set_options(self, options: str) -> None:
        self._write("app.py", self._wrapped.replace("CookieWarden(app)", f"CookieWarden(app, {options})"))


class FastApi(Project):
    """One module with an app and its templates."""

    name = "fastapi"

    def make(self) -> None:
        self._write("main.py", FASTAPI_APP)

    def wrap(self) -> None:
        super().wrap()
        self.merge("main.py")
        self._wrapped = self._read("main.py")

    def set_options(self, options: str) -> None:
        self._write(
            "main.py", self._wrapped.replace("install(app, ", f"install(app, {options}{', ' if options else ''}")
        )


PROJECTS = {project.name: project for project in (Django, Flask, FastApi)}
