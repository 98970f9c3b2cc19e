"""Test the claims of the README: its responses and what it says of the log are true."""

import logging
import re
import tomllib

from cookiewarden.wsgi import CookieWardenMiddleware
from documents import KEY, README, blocks_of

BLOCKS = {block.file: block.text for block in blocks_of(README) if block.file}
POLICY = BLOCKS["cookies.toml"]


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


def test_the_responses_of_the_readme_are_true_and_the_log_declares_the_cookie_that_it_names(caplog):
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
    [record] = [record.getMessage() for record in caplog.records if "plugin_id" in record.getMessage()]
    assert tomllib.loads(record.partition("\n")[2])["cookies"][0]["name"] == "plugin_id"
