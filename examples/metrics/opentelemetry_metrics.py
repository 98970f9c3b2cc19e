"""Cookies and choices, counted by OpenTelemetry. Start it with: python examples/metrics/opentelemetry_metrics.py

Open http://127.0.0.1:8000/, choose, reload, and press Ctrl-C. It prints the counts then, and every minute before.
"""

import os
import secrets
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from opentelemetry.metrics import CallbackOptions, Observation
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import ConsoleMetricExporter, PeriodicExportingMetricReader
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from cookiewarden import DecisionRecord, banner_of, preferences_link_of
from cookiewarden.starlette import install

PAGE = """<!doctype html><html lang="en"><meta name="color-scheme" content="light dark"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Exampletown</title><main><h1>Exampletown</h1></main>
<footer><a href="/cookies">Cookie policy</a> · {link}</footer>{banner}"""
# To send the counts to a collector, use an OTLPMetricExporter in place of the one that prints them.
provider = MeterProvider([PeriodicExportingMetricReader(ConsoleMetricExporter())])
meter = provider.get_meter("exampletown")
lines = meter.create_counter("cookie.lines", "{line}", "Set-Cookie lines of the app.")


def count(record: DecisionRecord) -> None:
    # For each line. If the reason is "undeclared", the category is a guess. No attribute holds a cookie's name: names
    # are unbounded, and each would be a time series. The log has them.
    decision = record.decision
    labels = {"site": record.site, "outcome": record.outcome, "category": decision.category, "reason": decision.reason}
    lines.add(1, {f"cookie.{name}": str(value) for name, value in labels.items()})


def choices(_: CallbackOptions) -> Iterable[Observation]:
    for key, number in installed.counts().choices.items():
        yield Observation(number, {f"cookie.{name}": str(value) for name, value in key._asdict().items()})


async def page(request: Request) -> HTMLResponse:
    response = HTMLResponse(PAGE.format(link=preferences_link_of(request), banner=banner_of(request)))
    for name in ("session", "_ga", "pixel"):  # declared necessary, declared statistical, not declared
        response.set_cookie(name, "42")
    return response


@asynccontextmanager
async def lifespan(_: Starlette) -> AsyncGenerator[None, None]:
    yield
    provider.shutdown()  # exports the last counts, even if a signal ends the process


app = Starlette(routes=[Route("/", page)], lifespan=lifespan)
# A random key does while you try it out: choices are lost at the next start.
key = os.environ.get("COOKIEWARDEN_SECRET_KEY") or secrets.token_urlsafe()
installed = install(app, policy=Path(__file__).with_name("cookies.toml"), secret_key=key, on_decision=count)
meter.create_observable_counter("cookie.choices", [choices], "{event}", "Banners shown, and choices made.")

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=8000)
