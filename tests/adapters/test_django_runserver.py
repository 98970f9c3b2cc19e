"""``manage.py runserver`` serves the wrapped site, and its static files, and starts again when the policy changes."""

import http.client
import re
from itertools import count

import pytest

from django_project import copy_to, started
from waiting import SECONDS_TO_WAIT, until

pytestmark = pytest.mark.slow


def ask(port, path="/"):
    """Return the status of a response, the names of its cookies, and the body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS_TO_WAIT)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        cookies = [value.strip().partition("=")[0] for value in response.msg.get_all("Set-Cookie", [])]
        return response.status, cookies, response.read().decode()
    finally:
        connection.close()


def ports(printed):
    return [int(port) for port in re.findall(r"development server at http://127\.0\.0\.1:(\d+)/", printed)]


@pytest.mark.parametrize("arguments", [(), ("--noreload",)], ids=["with the reloader", "without it"])
def test_runserver_serves_the_wrapped_site_and_its_static_files(tmp_path, arguments):
    project = copy_to(tmp_path)
    with started(project, "manage.py", "runserver", *arguments, "127.0.0.1:0") as printed:
        until(lambda: ports(printed()))
        (port,) = ports(printed())
        status, cookies, body = ask(port)
        assert (status, cookies) == (200, ["sessionid"])
        assert '<section id="cookie-consent"' in body
        assert ask(port, "/static/count.js")[0] == 200
        assert ask(port, "/cookies")[0] == 200
        assert "System check identified no issues" in printed()


def write_until(path, text, condition):
    """Write a file and wait for its effect. Write it again, ever more seldom, because Django may not watch it yet."""
    polls = count()

    def is_met():
        poll = next(polls)
        if poll == 0 or (poll >= 128 and poll & (poll - 1) == 0):
            path.write_text(text, "utf-8")
        return condition()

    until(is_met)


def test_runserver_starts_again_when_the_policy_changes_and_waits_while_it_is_wrong(tmp_path):
    project = copy_to(tmp_path)
    policy = project / "cookies.toml"
    text = policy.read_text("utf-8")
    with started(project, "manage.py", "runserver", "127.0.0.1:0") as printed:

        def shown():
            try:
                return ask(ports(printed())[-1], "/cookies.md")[2]
            except (OSError, http.client.HTTPException):  # it is starting again
                return ""

        until(lambda: ports(printed()))
        wrong = text.replace('"statistical"', '"statistica"')
        write_until(policy, wrong, lambda: "(cookiewarden.E001)" in printed())
        better = text.replace("Counts visits.", "Counts all visits.")
        write_until(policy, better, lambda: "Counts all visits." in shown())
