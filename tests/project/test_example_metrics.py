"""The examples that feed metrics: the exact numbers of lines and choices that they export after some visits.

Each runs in its own process, because both libraries count by process. Run as a program, this module is the visitors
and then the collector: it prints what the example exports.
"""

import asyncio
import importlib
import json
import os
import sys

from cookiewarden.testing import preferences_cookie
from example_runs import EXAMPLES, KEY, run

METRICS = EXAMPLES / "metrics"
LABELS = ("site", "outcome", "category", "reason")
COUNTED = {  # one visitor has not chosen, and one granted statistics
    ("Exampletown", "allowed", "necessary", "necessary"): 2,
    ("Exampletown", "allowed", "statistical", "consented"): 1,
    ("Exampletown", "blocked", "statistical", "undecided"): 1,
    ("Exampletown", "blocked", "first-party", "undeclared"): 2,
}
CHOICE_LABELS = ("site", "event", "source")
CHOSEN = {  # the visitor without a choice sees the banner, and the other one withdraws
    ("Exampletown", "shown", "banner"): 1,
    ("Exampletown", "refused", "page"): 1,
    ("Exampletown", "withdrawn", "page"): 1,
}
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}


def visits():
    """Return the requests of two visitors: method, path, headers, body and status."""
    granted = {"Cookie": preferences_cookie(METRICS / "cookies.toml", KEY, "statistical")}
    return [
        ("GET", "/", {}, b"", 200),
        ("GET", "/", granted, b"", 200),
        ("POST", "/cookies/preferences", granted | FORM, b"choice=refuse", 303),
    ]


def prometheus():
    """Visit the WSGI example, scrape it as Prometheus does, and print the result."""
    from werkzeug.test import Client

    app = importlib.import_module("prometheus_metrics").app
    client = Client(app, use_cookies=False)  # with them, the client would drop our Cookie header
    for method, path, headers, body, status in visits():
        assert client.open(path, method=method, headers=headers, data=body).status_code == status
    scraped = client.get("/metrics")
    assert scraped.content_type.startswith("text/plain")
    assert "Set-Cookie" not in scraped.headers
    print(scraped.text)


def opentelemetry():
    """Start, visit and shut down the ASGI example. It prints what it exports at its shutdown."""
    import httpx

    app = importlib.import_module("opentelemetry_metrics").app

    async def serve():
        received, sent = asyncio.Queue(), asyncio.Queue()
        serving = asyncio.create_task(app({"type": "lifespan", "asgi": {"version": "3.0"}}, received.get, sent.put))
        await received.put({"type": "lifespan.startup"})
        assert (await sent.get())["type"] == "lifespan.startup.complete"
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
            for method, path, headers, body, status in visits():
                assert (await client.request(method, path, headers=headers, content=body)).status_code == status
        await received.put({"type": "lifespan.shutdown"})
        assert (await sent.get())["type"] == "lifespan.shutdown.complete"
        await serving

    asyncio.run(serve())
    sys.stdout.flush()
    os._exit(0)  # as if by a signal: nothing is exported after the shutdown


def exported(library, folder):
    """Return what one library's example exports after the visits."""
    return run(f"{library}_metrics", [__file__, library], folder, KEY)


def scraped(text, name, labels):
    """Return what one counter counts in a scrape, by its labels. Check that there are no other labels."""
    from prometheus_client.parser import text_string_to_metric_families

    found = [family for family in text_string_to_metric_families(text) if family.name == name]
    samples = [sample for family in found for sample in family.samples if sample.name == f"{name}_total"]
    assert {tuple(sorted(sample.labels)) for sample in samples} == {tuple(sorted(labels))}
    return {tuple(sample.labels[label] for label in labels): sample.value for sample in samples}


def both_scraped(text):
    """Return the counts of lines and of choices in a scrape."""
    return scraped(text, "cookie_lines", LABELS), scraped(text, "cookie_choices", CHOICE_LABELS)


def test_prometheus_scrapes_each_line_and_choice_once_by_its_labels(tmp_path):
    assert both_scraped(exported("prometheus", tmp_path)) == (COUNTED, CHOSEN)


def test_prometheus_scrapes_what_all_processes_count_that_share_its_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    for processes in (1, 2, 3):
        counted = both_scraped(exported("prometheus", tmp_path))
        assert counted == tuple(
            {labels: processes * count for labels, count in once.items()} for once in (COUNTED, CHOSEN)
        )


def test_opentelemetry_exports_each_line_and_choice_once_by_its_attributes_at_shutdown(tmp_path):
    printed = json.loads(exported("opentelemetry", tmp_path))
    metrics = {
        metric["name"]: metric
        for resource in printed["resource_metrics"]
        for scope in resource["scope_metrics"]
        for metric in scope["metrics"]
    }
    expected = {"cookie.lines": ("{line}", LABELS, COUNTED), "cookie.choices": ("{event}", CHOICE_LABELS, CHOSEN)}
    assert metrics.keys() == expected.keys()
    for name, (unit, labels, once) in expected.items():
        metric = metrics[name]
        assert (metric["unit"], metric["data"]["is_monotonic"]) == (unit, True)
        points = metric["data"]["data_points"]
        assert all(point["attributes"].keys() == {f"cookie.{label}" for label in labels} for point in points)
        counted = {
            tuple(point["attributes"][f"cookie.{label}"] for label in labels): point["value"] for point in points
        }
        assert (counted, len(points)) == (once, len(once))


if __name__ == "__main__":
    sys.path.insert(0, str(METRICS))
    {"prometheus": prometheus, "opentelemetry": opentelemetry}[sys.argv[1]]()
