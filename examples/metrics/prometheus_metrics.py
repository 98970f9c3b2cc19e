"""A Flask app whose cookies and choices Prometheus counts. Start it with: python examples/metrics/prometheus_metrics.py

Open http://127.0.0.1:8000/, choose, reload, and see the counts at http://127.0.0.1:8000/metrics.
"""

import os
import secrets
from threading import Lock

from flask import Flask, Response, make_response, request
from prometheus_client import REGISTRY, CollectorRegistry, Counter, make_wsgi_app, multiprocess
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from cookiewarden import ChoiceKey, ChoiceRecord, DecisionRecord, banner_of, preferences_link_of
from cookiewarden.flask import CookieWarden

PAGE = """<!doctype html><html lang="en"><meta name="color-scheme" content="light dark"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Exampletown</title><main><h1>Exampletown</h1></main>
<footer><a href="/metrics">Counts</a> · <a href="/cookies">Cookie policy</a> · {link}</footer>{banner}"""
# No label holds a cookie's name: names are unbounded, and each would be a time series. The log has them.
LINES = Counter("cookie_lines", "Set-Cookie lines of the app.", ["site", "outcome", "category", "reason"])
CHOICES = Counter("cookie_choices", "Banners shown, and choices made.", ["site", "event", "source"])
counted: dict[ChoiceKey, int] = {}  # what CHOICES has already
lock = Lock()


def count(record: DecisionRecord) -> None:
    # Called for each line. If the reason is "undeclared", the category is a guess.
    LINES.labels(record.site, record.outcome, record.decision.category, record.decision.reason).inc()


def count_choices(_: ChoiceRecord | None = None) -> None:
    with lock:  # called after each choice, and after each banner
        for key, number in app.extensions["cookiewarden"].counts().choices.items():
            CHOICES.labels(*key).inc(number - counted.get(key, 0))
            counted[key] = number


app = Flask(__name__)
# A random key does while you try it out: choices are lost at the next start. The policy is cookies.toml beside this.
key = os.environ.get("COOKIEWARDEN_SECRET_KEY") or secrets.token_urlsafe()
CookieWarden(app, secret_key=key, on_decision=count, on_choice=count_choices)


@app.get("/")
def page() -> Response:
    response = make_response(PAGE.format(link=preferences_link_of(request), banner=banner_of(request)))
    for name in ("session", "_ga", "pixel"):  # declared necessary, declared statistical, not declared
        response.set_cookie(name, "42")
    count_choices()
    return response


registry = REGISTRY
if "PROMETHEUS_MULTIPROC_DIR" in os.environ:  # a folder, empty at the start, that several workers share
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
# On a public site, let only Prometheus reach /metrics.
app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/metrics": make_wsgi_app(registry)})  # type: ignore[method-assign]

if __name__ == "__main__":
    app.run(port=8000)
