"""The log of the package: a logging configuration that disables it by accident does not silence it."""

import subprocess
import sys
from pathlib import Path

import pytest

import exchanges

# Each test starts a process, because dictConfig changes the logging of the whole process.
SITE = """
import logging.config
from cookiewarden import {module}
from exchanges import Wrapped

def configure(**more):  # like Django with LOGGING: it disables existing loggers, unless the site says otherwise
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
    """Return what a site logs about a blocked cookie. It runs ``before`` and ``after`` around making the middleware."""
    code = SITE.format(module=module, before=before, after=after)
    command, folder = [sys.executable, "-c", code], Path(exchanges.__file__).parent
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize("module", ["asgi", "wsgi"])
def test_disabling_existing_loggers_does_not_silence_a_middleware_that_is_made_later(module):
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
    ids=["by its level", "by its handlers", "with all logging", "by a filter", "after the middleware is made"],
)
def test_a_log_that_a_site_silences_on_purpose_stays_silent(before, after):
    assert logged(before=before, after=after) == ""
