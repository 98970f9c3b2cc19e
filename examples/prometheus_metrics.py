"""A Flask app whose cookies Prometheus counts. Start it with: python examples/prometheus_metrics.py

Open http://127.0.0.1:8000/, choose, reload, and see the counts at http://127.0.0.1:8000/metrics.
"""

import os
import secrets
from pathlib import Path

from flask import Flask, make_response, request
from prometheus_client import REGISTRY, CollectorRegistry, Counter, make_wsgi_app, multiprocess
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from cookiewarden import banner_of
from cookiewarden.wsgi import CookieWardenMiddleware

PAGE = """<!doctype html><html lang="en"><meta name="color-scheme" content="light dark">
<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Exampletown</title>
<main><h1>Exampletown</h1><p>Look at <a href="/metrics">what was counted</a>, choose, and look again.</p></main>
<footer><a href="/cookies">Cookie policy</a> · <a href="/cookies/preferences">Cookie preferences</a></footer>{banner}"""
# No label holds a cookie's name: names are unbounded, and each would be a time series. The log has them.
LINES = Counter("cookie_lines", "Set-Cookie lines of the app.", ["site", "outcome", "category", "reason"])


def count(record):  # called for each line; if the reason is "undeclared", the category is a guess
    LINES.labels(record.site, record.outcome, record.decision.category, record.decision.reason).inc()


site = Flask(__name__)


@site.get("/")
def page():
    response = make_response(PAGE.format(banner=banner_of(request)))
    response.set_cookie("session", "abc", httponly=True)  # declared necessary: always passes
    response.set_cookie("_ga", "GA1.1.42")  # declared statistical: passes once the visitor accepts
    response.set_cookie("pixel", "42")  # not declared: never passes
    return response


registry = REGISTRY
if "PROMETHEUS_MULTIPROC_DIR" in os.environ:  # a folder, empty at the start, that several workers share
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)
# On a public site, let only Prometheus reach /metrics.
site.wsgi_app = DispatcherMiddleware(site.wsgi_app, {"/metrics": make_wsgi_app(registry)})

key = os.environ.get("COOKIEWARDEN_SECRET_KEY")
if not key:
    key = secrets.token_urlsafe()
    print("COOKIEWARDEN_SECRET_KEY is not set: this process uses a random key, so choices are lost when it ends")

app = CookieWardenMiddleware(site, policy=Path(__file__).with_name("cookies.toml"), secret_key=key, on_decision=count)

if __name__ == "__main__":
    from wsgiref.simple_server import make_server

    print("Serving on http://127.0.0.1:8000")
    make_server("127.0.0.1", 8000, app).serve_forever()
