"""Test the claims of the README: its code runs, its policy loads, its transcript and its log line are true."""

import importlib
import logging
import re
import tomllib
from pathlib import Path

import pytest

from cookiewarden import Policy
from cookiewarden.wsgi import CookieWardenMiddleware

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
SECRET_KEY = "a key that is only for tests"


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


@pytest.fixture
def site(tmp_path, monkeypatch):
    """Return a working folder with the README's policy file. The key is in the environment."""
    (tmp_path / "cookies.toml").write_text(blocks("toml")[0], "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COOKIEWARDEN_SECRET_KEY", SECRET_KEY)
    return tmp_path


def headers_of(block):
    return [tuple(line.split(": ", 1)) for line in block.splitlines()[1:]]


def test_the_policy_file_of_the_readme_loads(site):
    assert Policy.load("cookies.toml").decide("_ga=1", {"statistical"}).allowed


@pytest.mark.parametrize("framework", ["fastapi", "flask"])
def test_the_wrapping_code_of_the_readme_runs(site, monkeypatch, framework):
    pytest.importorskip(framework)
    (code,) = [block for block in blocks("python") if f"from {framework}" in block]
    (site / f"readme_{framework}.py").write_text(code, "utf-8")
    monkeypatch.syspath_prepend(site)
    assert callable(importlib.import_module(f"readme_{framework}").app)


def test_the_wrapping_code_of_the_readme_takes_few_lines():
    wrapping = [block for block in blocks("python") if "CookieWardenMiddleware(" in block]
    assert len(wrapping) == 2
    assert all(len([line for line in block.splitlines() if line.strip()]) <= 13 for block in wrapping)


def test_the_unit_test_of_the_readme_passes(site):
    (code,) = [block for block in blocks("python") if "import Policy, Reason" in block]
    namespace = {}
    exec(compile(code, "README.md", "exec"), namespace)
    namespace["test_analytics_wait_for_consent"]()


def test_the_transcript_and_the_log_line_of_the_readme_are_true(caplog):
    policy = {
        "site": {"name": "Exampletown"},
        "cookies": [
            {"name": "sessionid", "category": "necessary", "purpose": "Keeps you logged in"},
            {"name": "_ga", "category": "statistical", "purpose": "Counts visits"},
        ],
    }
    sent, expected = map(headers_of, blocks("http"))
    left = []

    def app(environ, start_response):
        start_response("200 OK", sent)
        return []

    wrapped = CookieWardenMiddleware(app, policy=policy, secret_key=SECRET_KEY)
    with caplog.at_level(logging.WARNING, logger="cookiewarden"):
        wrapped({}, lambda status, headers: left.extend(headers))
    assert left == expected
    (shown,) = blocks("text")
    assert shown.removeprefix("WARNING:cookiewarden:").rstrip("\n") in [
        record.getMessage() for record in caplog.records
    ]
    assert tomllib.loads(shown.partition("\n")[2])["cookies"][0]["name"] == "plugin_id"
