"""Run pytest with our plugin in a folder of a test, and in this process unless workers are wanted."""

from cookiewarden import pytest_plugin
from cookiewarden.testing.places import places

# pytester forgets what a run imports, so the frameworks have to be there before it.
places()

POLICY = """
[site]
name = "Exampletown"

[[cookies]]
name = "sid"
category = "necessary"
purpose = "Sign in"
lifetime = "session"

[[cookies]]
name = "_ga"
category = "statistical"
purpose = "Counts visits"
lifetime = "13 months"
"""
#: The beginning of a module of tests: ``visit`` asks an app that sets these lines for ``/shop``.
MODULE = """
import unittest
import pytest
import werkzeug.test

def visit(*lines):
    def app(environ, start_response):
        start_response("200 OK", [("Set-Cookie", line) for line in lines])
        return []
    werkzeug.test.Client(app).get("/shop?q=secret")

THEME, GA, SID = "theme=s3cr3t; Path=/", "_ga=s3cr3t", "sid=s3cr3t"
"""
BY_POLICY = "--cookiewarden-policy=cookies.toml"


class Project:
    """A folder with a policy and tests, and the runs in it."""

    def __init__(self, pytester, monkeypatch):
        # Only the plugin of this repository is loaded, whichever is installed, and no other plugin.
        monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        for name in ("CI", "BUILD_NUMBER"):  # there, pytest cuts no message in its summary
            monkeypatch.delenv(name, raising=False)
        self.pytester = pytester
        self.path = pytester.path
        (self.path / "cookies.toml").write_text(POLICY, "utf-8")

    def write(self, tests, ini=""):
        """Write the tests, after the beginning of their module."""
        self.pytester.makepyfile(test_shop=MODULE + tests)
        self.pytester.makeini(f"[pytest]\n{ini}")

    def run(self, *arguments, in_process=True):
        """Run pytest, and return its result."""
        given = ("-p", "no:cacheprovider", "--strict-markers", *arguments)
        if in_process:
            # By its name, pytest would remark that it was imported before.
            return self.pytester.runpytest_inprocess(*given, plugins=[pytest_plugin])
        return self.pytester.runpytest_subprocess("-p", pytest_plugin.__name__, *given)

    def test(self, tests, *arguments, ini=""):
        """Write the tests, and run them under the policy."""
        self.write(tests, ini)
        return self.run(BY_POLICY, *arguments)
