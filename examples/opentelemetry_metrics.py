"""A Starlette app whose cookies OpenTelemetry counts. Start it with: python examples/opentelemetry_metrics.py

Open http://127.0.0.1:8000/, choose, reload, and press Ctrl-C. It prints the counts then, and every minute before.
"""

import os
import secrets
from contextlib import asynccontextmanager
from pathlib import Path

from opentelemetry import metrics
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import ConsoleMetricExporter, PeriodicExportingMetricReader
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route

from cookiewarden import banner_of
from cookiewarden.asgi import CookieWardenMiddleware

PAGE = """<!doctype html><html lang="en"><meta name="color-scheme" content="light dark"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Exampletown</title><main><h1>Exampletown</h1></main>
<footer><a href="/cookies">Cookie policy</a> · <a href="/cookies/preferences">Cookie preferences</a></footer>{banner}"""
# Prints the counts. To send them to a collector, use an OTLPMetricExporter in place of this exporter.
metrics.set_meter_provider(MeterProvider([PeriodicExportingMetricReader(ConsoleMetricExporter())]))
lines = metrics.get_meter("exampletown").create_counter("cookie.lines", "{line}", "Set-Cookie lines of the app.")


def count(record):  # called for each line; if the reason is "undeclared", the category is a guess
    decision = record.decision
    # No attribute holds a cookie's name: names are unbounded, and each would be a time series. The log has them.
    labels = {"site": record.site, "outcome": record.outcome, "category": decision.category, "reason": decision.reason}
    lines.add(1, {f"cookie.{name}": str(value) for name, value in labels.items()})


async def page(request):
    response = HTMLResponse(PAGE.format(banner=banner_of(request)))
    for name in ("session", "_ga", "pixel"):  # declared necessary, declared statistical, not declared
        response.set_cookie(name, "42")
    return response


@asynccontextmanager
async def lifespan(_):
    yield
    metrics.get_meter_provider().shutdown()  # exports the last counts, even if a signal ends the process


site = Starlette(routes=[Route("/", page)], lifespan=lifespan)
key = os.environ.get("COOKIEWARDEN_SECRET_KEY")
if not key:
    key = secrets.token_urlsafe()
    print("COOKIEWARDEN_SECRET_KEY is not set: this process uses a random key, so choices are lost when it ends")
app = CookieWardenMiddleware(site, policy=Path(__file__).with_name("cookies.toml"), secret_key=key, on_decision=count)

if __name__ == "__main__":
    import uvicorn

    uvicorn.run(app, host="127.0.0.1", port=8000)
