"""The five published documents, all the way: imported, checked, rendered, imported again, enforced and audited.

The documents are not part of the repository; see ``tests/policy/test_published_policies.py``.
"""

import json
import sys

import pytest
from werkzeug.test import Client

from cookiewarden import Policy
from cookiewarden.wsgi import CookieWardenMiddleware
from demo_runs import run
from policy.test_published_policies import each_document, needs_documents

pytestmark = needs_documents
#: What no document declares. The app sets it, too.
UNDECLARED = "_ga"
APP = """
from cookiewarden.wsgi import CookieWardenMiddleware

NAMES = {names}

def bare(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/html"), *(("Set-Cookie", name + "=1; Secure") for name in NAMES)])
    return [b"<!doctype html><title>A page</title>"]

wrapped = CookieWardenMiddleware(bare, policy={policy!r}, secret_key="a key that is only for tests")
"""


def ran(*arguments):
    done = run(*map(str, arguments))
    assert done.exit_code == 0, done.output
    return done.stdout


def facts_of(policy):
    return {(declaration.names, declaration.category) for declaration in policy.declarations}


@pytest.fixture
def imported(path, tmp_path):
    """The file of the policy that a document was imported to."""
    file = tmp_path / "cookies.toml"
    ran("import", path, "-o", file)
    return file


def names_of(policy):
    """Return a name of each cookie that a policy declares, and one that it does not."""
    return [*(name.replace("*", "x") for one in policy.declarations for name in one.names), UNDECLARED]


@each_document
def test_a_document_is_imported_into_a_policy_without_an_error_or_a_warning_but_for_what_it_does_not_say(
    path, imported
):
    found = json.loads(ran("check", imported, "--strict", "--ignore", "CW118", "--json"))["findings"]
    assert {finding["level"] for finding in found} <= {"note"}


@each_document
@pytest.mark.parametrize("form", ["html", "md"])
def test_its_page_can_be_published_and_imported_again(path, imported, tmp_path, form):
    page, again = tmp_path / f"page.{form}", tmp_path / "again.toml"
    ran("render", imported, "-o", page)
    ran("import", page, "-o", again)
    assert facts_of(Policy.load(again)) == facts_of(Policy.load(imported))
    assert "nothing changed" in ran("diff", imported, imported).lower()


@each_document
def test_its_cookies_leave_the_app_and_no_other_does(path, imported):
    names = names_of(Policy.load(imported))

    def app(environ, start_response):
        start_response("200 OK", [("Set-Cookie", f"{name}=1") for name in names])
        return []

    wrapped = CookieWardenMiddleware(app, policy=imported, secret_key="a key that is only for tests")
    left = [line.partition("=")[0] for line in Client(wrapped).get("/").headers.getlist("Set-Cookie")]
    assert left == [name for name in names if name != UNDECLARED]


@each_document
def test_an_audit_finds_the_other_one_in_the_bare_app_and_nothing_in_the_wrapped_one(
    path, imported, tmp_path, monkeypatch
):
    policy = Policy.load(imported)
    module = f"app_of_{path.stem[:3]}"
    (tmp_path / f"{module}.py").write_text(APP.format(names=names_of(policy), policy=str(imported)), "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    bare = run("audit", f"{module}:bare", "--policy", str(imported), "--json")
    wrapped = run("audit", f"{module}:wrapped", "--policy", str(imported), "--json")
    monkeypatch.delitem(sys.modules, module)
    assert {finding["cookie"] for finding in json.loads(bare.stdout)["findings"] if finding["level"] == "error"} == {
        UNDECLARED
    }
    assert bare.exit_code == 1
    assert [finding for finding in json.loads(wrapped.stdout)["findings"] if finding["level"] == "error"] == []
    assert wrapped.exit_code == 0
