"""Test the claims of the README: its five minutes work in a fresh project, its responses and its log line are true."""

import json
import logging
import os
import re
import subprocess
import sys
import tomllib

import pytest

from cookiewarden.wsgi import CookieWardenMiddleware
from documents import KEY, README, ROOT, blocks_of, table_of
from waiting import SECONDS_TO_WAIT

BLOCKS = {block.file: block.text for block in blocks_of(README) if block.file}
POLICY = BLOCKS["cookies.toml"]
STEPS = {row[0].partition(".")[0]: row[1:] for row in table_of(README, "Use it in five minutes")}
COLUMNS = ["django", "flask", "fastapi"]

# What a project has before cookiewarden comes. The page sets a cookie of each kind.
HOME = "<!doctype html><title>Exampletown</title><body><h1>Welcome</h1>{}</body>"
DJANGO = """
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

def home(request):
    response = render(request, "home.html")
    response.set_cookie("sessionid", "1")
    response.set_cookie("_ga", "1")
    response.set_cookie("plugin_id", "1")
    return response

urlpatterns = [path("", home)]
"""
FLASK = """
from flask import make_response, render_template

@app.get("/")
def home():
    response = make_response(render_template("home.html"))
    response.set_cookie("session", "1")
    response.set_cookie("_ga", "1")
    response.set_cookie("plugin_id", "1")
    return response
"""
FASTAPI = """
from fastapi import Request

@app.get("/")
async def home(request: Request):
    response = templates.TemplateResponse(request, "home.html")
    response.set_cookie("session", "1")
    response.set_cookie("_ga", "1")
    response.set_cookie("plugin_id", "1")
    return response
"""
# The visitor opens the page, accepts, and opens it again. The program prints which cookies left, and what was seen.
VISIT = """
import asyncio, importlib, json, sys
import httpx

module, name = sys.argv[1:]
app = getattr(importlib.import_module(module), name)
is_asgi = module == "main"
transport = httpx.ASGITransport(app) if is_asgi else httpx.WSGITransport(app)
names = lambda response: sorted(line.partition("=")[0].strip() for line in response.headers.get_list("set-cookie"))

def said(first, policy, accepting, second):
    banner = 'id="cookie-consent"'
    print(json.dumps({
        "first": names(first), "banner": banner in first.text, "policy": "Counts visits." in policy.text,
        "accepting": accepting.status_code, "second": names(second), "banner again": banner in second.text,
    }))

async def visit():
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        first, policy = await client.get("/"), await client.get("/cookies")
        accepting = await client.post("/cookies/preferences", data={"choice": "accept"})
        said(first, policy, accepting, await client.get("/"))

if is_asgi:
    asyncio.run(visit())
else:
    with httpx.Client(transport=transport, base_url="http://localhost") as client:
        first, policy = client.get("/"), client.get("/cookies")
        accepting = client.post("/cookies/preferences", data={"choice": "accept"})
        said(first, policy, accepting, client.get("/"))
"""


def run(folder, *command):
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    environment |= {"COOKIEWARDEN_SECRET_KEY": KEY, "SECRET_KEY": KEY, "PYTHONPATH": str(ROOT / "src")}
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS_TO_WAIT
    )
    assert done.returncode == 0, done.stderr
    return done


def fresh_project(framework, folder):
    """Make a project, follow the README, and return the module and the name of what a server runs."""
    policy = POLICY.replace("preset:django", {"fastapi": "preset:starlette"}.get(framework, f"preset:{framework}"), 1)
    (folder / "cookies.toml").write_text(policy, "utf-8")
    home = HOME.format(STEPS["4"][COLUMNS.index(framework)].strip("`"))
    if framework == "django":
        run(folder, "-m", "django", "startproject", "mysite", ".")
        (folder / "mysite" / "templates").mkdir()
        (folder / "mysite" / "templates" / "home.html").write_text(home, "utf-8")
        settings = folder / "mysite" / "settings.py"
        text = settings.read_text("utf-8") + '\nINSTALLED_APPS += ["mysite"]\nALLOWED_HOSTS = ["*"]\n'
        settings.write_text(text + BLOCKS["mysite/settings.py"], "utf-8")
        wsgi = folder / "mysite" / "wsgi.py"
        theirs = "from django.core.wsgi import get_wsgi_application\n"
        text = wsgi.read_text("utf-8")
        assert theirs in text
        wsgi.write_text(text.replace(theirs, BLOCKS["mysite/wsgi.py"]), "utf-8")
        (folder / "mysite" / "urls.py").write_text(DJANGO, "utf-8")
        return "mysite.wsgi", "application"
    (folder / "templates").mkdir()
    (folder / "templates" / "home.html").write_text(home, "utf-8")
    file, view = ("app.py", FLASK) if framework == "flask" else ("main.py", FASTAPI)
    (folder / file).write_text(BLOCKS[file] + view, "utf-8")
    return file.removesuffix(".py"), "app"


@pytest.mark.parametrize("framework", COLUMNS)
def test_the_five_minutes_work_in_a_fresh_project(framework, tmp_path):
    pytest.importorskip(framework)
    pytest.importorskip("httpx")
    (tmp_path / "visit.py").write_text(VISIT, "utf-8")
    said = run(tmp_path, "visit.py", *fresh_project(framework, tmp_path))
    necessary = "sessionid" if framework == "django" else "session"
    assert json.loads(said.stdout) == {
        "first": [necessary],
        "banner": True,
        "policy": True,
        "accepting": 303,
        "second": ["_ga", necessary],
        "banner again": False,
    }
    assert 'blocked the cookie "plugin_id"' in said.stderr


def test_wrapping_takes_two_lines_and_their_imports():
    lines = BLOCKS["mysite/settings.py"].splitlines()[1:]
    assert len(lines) == 2
    for file, count in (("app.py", 1), ("main.py", 2)):
        ours = [
            line
            for line in BLOCKS[file].splitlines()
            if re.search("CookieWarden\\(|install\\(|template_helpers]", line)
        ]
        assert len(ours) == count


def test_the_policy_of_the_readme_serves_every_framework_that_it_names():
    assert {f"preset:{name}" for name in ("django", "flask", "starlette")} == set(re.findall(r"preset:\w+", POLICY))


def test_the_responses_and_the_log_line_of_the_readme_are_true(caplog):
    sent, expected = (
        [tuple(line.split(": ", 1)) for line in block.text.splitlines()[1:]]
        for block in blocks_of(README)
        if block.language == "http"
    )
    left = []

    def app(environ, start_response):
        start_response("200 OK", sent)
        return []

    wrapped = CookieWardenMiddleware(app, policy=tomllib.loads(POLICY), secret_key=KEY)
    with caplog.at_level(logging.WARNING, logger="cookiewarden"):
        wrapped({}, lambda status, headers: left.extend(headers))
    assert left == expected
    (shown,) = (block.text for block in blocks_of(README) if block.language == "text")
    assert shown.removeprefix("WARNING:cookiewarden:").rstrip("\n") in [
        record.getMessage() for record in caplog.records
    ]
    assert tomllib.loads(shown.partition("\n")[2])["cookies"][0]["name"] == "plugin_id"
