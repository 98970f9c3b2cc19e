"""The log of the package: a site's logging set-up that switches it off by accident loses nothing that it says."""

import subprocess
import sys
from pathlib import Path

import pytest

import exchanges

# Each in a process of its own, for dictConfig changes the logging of the whole process.
SITE = """
import logging.config
from cookiewarden import {module}
from exchanges import Wrapped

def configure(**more):  # as Django does from LOGGING: it disables existing loggers, unless the site says otherwise
    out = {{"class": "logging.StreamHandler", "stream": "ext://sys.stdout"}}
    handlers = {{"out": out, "none": {{"class": "logging.NullHandler"}}}}
    logging.config.dictConfig({{"version": 1, "handlers": handlers, "root": {{"handlers": ["out"]}}, **more}})

log = logging.getLogger("cookiewarden")
{before}
app = Wrapped({module})
{after}
app.ask(view=lambda carrier: [("Set-Cookie", "_fbp=1")])
"""


def logged(module="asgi", before="", after=""):
    """What a site logs of a blocked cookie. ``before`` and ``after``: what it runs around making the middleware."""
    code = SITE.format(module=module, before=before, after=after)
    command, folder = [sys.executable, "-c", code], Path(exchanges.__file__).parent
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize("module", ["asgi", "wsgi"])
def test_a_set_up_that_disables_existing_loggers_silences_no_middleware_that_is_made_after_it(module):
    assert 'blocked the cookie "_fbp"' in logged(module, before="configure()")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("configure(loggers={'cookiewarden': {'level': 'ERROR'}})", ""),
        ("configure(loggers={'cookiewarden': {'handlers': ['none'], 'propagate': False}})", ""),
        ("configure(); logging.disable(logging.WARNING)", ""),
        ("configure(); log.addFilter(lambda record: False)", ""),
        ("configure()", "log.disabled = True"),
    ],
    ids=["by its level", "by its handlers", "with all logging", "by a filter", "once the middleware is made"],
)
def test_what_a_site_silences_on_purpose_stays_silent(before, after):
    assert logged(before=before, after=after) == ""
