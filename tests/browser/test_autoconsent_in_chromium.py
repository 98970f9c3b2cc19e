"""The banner under autoconsent, by which browsers refuse for people: it finds, reads and refuses ours.

It has no rule for this package, so its heuristics do that, as for any banner that it does not know.
The environment variable ``COOKIEWARDEN_AUTOCONSENT`` is the path of the folder of ``@duckduckgo/autoconsent``.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from browser.visitor import MILLISECONDS_TO_WAIT, Visitor

FOLDER = os.environ.get("COOKIEWARDEN_AUTOCONSENT")
SIZES = [(320, 568), (360, 640), (640, 360), (768, 1024), (1280, 800), (1920, 1080)]
CONFIG = {
    "enabled": True,
    "autoAction": "optOut",
    "disabledCmps": [],
    "enablePrehide": False,
    "enableCosmeticRules": True,
    "detectRetries": 20,
    "isMainWorld": True,
    "heuristicMode": "reject",
    # In milliseconds. By default it is 100, so that a busy machine finds nothing.
    "heuristicPopupSearchTimeout": 10_000,
}

pytestmark = [
    pytest.mark.skipif(not FOLDER, reason="COOKIEWARDEN_AUTOCONSENT does not say where autoconsent is"),
    # The banner does not depend on the server.
    pytest.mark.parametrize("served", ["asgi"], indirect=True),
]


def let_it_act(visitor: Visitor) -> list[dict[str, Any]]:
    """Let autoconsent act on the open page, and return its messages, in order."""
    received: list[dict[str, Any]] = []

    def answer(source: Any, message: Any) -> None:
        received.append(message)
        frame = source["frame"]
        if message["type"] == "init":
            reply = {"type": "initResp", "config": CONFIG, "rules": {"autoconsent": rules()}}
        elif message["type"] == "eval":
            reply = {"type": "evalResp", "id": message["id"], "result": frame.evaluate(message["code"])}
        else:
            return
        frame.evaluate("reply => { autoconsentReceiveMessage(reply) }", reply)

    visitor.page.expose_binding("autoconsentSendMessage", answer)
    visitor.page.evaluate((Path(FOLDER or "") / "dist" / "autoconsent.playwright.js").read_text("utf-8"))
    waited = 0
    while waited < MILLISECONDS_TO_WAIT and not any(one["type"] == "autoconsentDone" for one in received):
        visitor.page.wait_for_timeout(50)  # it gives Playwright the turn in which the messages come
        waited += 50
    return received


def rules() -> list[Any]:
    """Return the rules for known banners, none of which may take ours for another."""
    found: list[Any] = json.loads((Path(FOLDER or "") / "rules" / "rules.json").read_text("utf-8"))["autoconsent"]
    return found


@pytest.mark.parametrize(
    ("size", "language"),
    [*((size, "en") for size in SIZES), *((SIZES[0], tag) for tag in ("fr", "nl", "de", "it", "es", "pl", "pt"))],
    ids=str,
)
def test_autoconsent_finds_and_refuses_the_banner(make_visitor, size, language):
    width, height = size
    visitor = make_visitor(viewport={"width": width, "height": height}, locale=language, bypass_csp=True)
    visitor.go("/")
    assert visitor.is_asked
    messages = {message["type"]: message for message in let_it_act(visitor)}
    assert messages["cmpDetected"]["cmp"] == "HEURISTIC-REJECT"
    assert messages["optOutResult"]["result"] is True
    expect(visitor.page.locator("#cookie-consent")).to_have_count(0)
    visitor.go("/cookies/preferences")
    assert visitor.ticked == []
    visitor.go("/")
    assert not visitor.is_asked
