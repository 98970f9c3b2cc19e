"""Answers the banner of another consent manager, by the rules of DuckDuckGo's autoconsent for banners that it knows.

autoconsent runs in a world of its own beside the scripts of the page, and runs in theirs only what a rule asks for.
Rule: a choice counts as made only if autoconsent says so, something was done for it, and its own test does not fail.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import Any, Self

from duckduckgo_autoconsent import __version__, bundle, rules_json

from cookiewarden.errors import printable
from cookiewarden.tools.audit.choosing import NotChosenError
from cookiewarden.tools.audit.json_values import at, text_at
from cookiewarden.tools.audit.tab import Tab

_AUTOCONSENT = f"autoconsent {__version__}"
_WORLD, _BINDING = "cookiewarden_autoconsent", "cookiewardenHears"
#: That no known banner stands open, autoconsent says in its log only. The console is the one of its own world.
_RELAY = f"""window.autoconsentSendMessage = message => {{ {_BINDING}(JSON.stringify([%s, message])); }};
console.log = text => {{ if (text === "no popup found") window.autoconsentSendMessage({{type: "noPopupFound"}}); }};
"""
#: It waits for our word before it acts, and knows no banner that it can only hide.
_CONFIG = {
    "enabled": True,
    "autoAction": None,
    "detectRetries": 1,  # the page is quiet already; before a third try it would wait for a change of the page
    "enableCosmeticRules": False,
    "enablePrehide": False,
    "isMainWorld": False,
    "logs": {"lifecycle": True},
}
_MAX_FRAMES = 10
_FIND_SECONDS = 10.0
_ANSWER_SECONDS = 25.0
_DONE_SECONDS = 1.0
_TEST_SECONDS = 8.0


class FailedTestError(NotChosenError):
    """autoconsent answered the banner, and its own test says that the site keeps another choice."""


class ForeignBanner:
    """The banner that autoconsent found on a page. ``name``: what autoconsent calls it."""

    def __init__(self, tab: Tab) -> None:
        self._tab = tab
        self._heard: asyncio.Queue[tuple[int, str]] = asyncio.Queue()
        self._scripts: dict[str, int] = {}  # where the scripts of each frame run
        self._world = 0
        self._evaluations = 0
        self.name = ""

    @classmethod
    async def find(cls, tab: Tab) -> Self:
        """Return the banner that stands open on the page of a tab. Raises ``NotChosenError`` if none is known."""
        found = cls(tab)
        tab.session.on("Runtime.executionContextCreated", found._on_context)
        tab.session.on("Runtime.bindingCalled", found._on_call)
        await tab.ask("Runtime.enable", {})
        await tab.ask("Runtime.addBinding", {"name": _BINDING, "executionContextName": _WORLD})
        frames = (await tab.frames())[:_MAX_FRAMES]
        for frame in frames:
            made = await tab.ask("Page.createIsolatedWorld", {"frameId": frame, "worldName": _WORLD})
            world = at(made, "executionContextId")
            if isinstance(world, int):
                await found._run(world, _RELAY % json.dumps(frame) + bundle())
                start = f'{{type: "initResp", config: {json.dumps(_CONFIG)}, rules: {{autoconsent: {rules_json()}}}}}'
                await found._run(world, f"void autoconsentReceiveMessage({start})")
        idle: set[str] = set()
        end = asyncio.get_running_loop().time() + _FIND_SECONDS
        while not idle.issuperset(frames) and (heard := await found._next(end)):
            frame, world, message = heard
            step = text_at(message, "state", "lifecycle")
            if message["type"] == "popupFound":
                found.name = printable(text_at(message, "cmp")[:100])
            elif step == "openPopupDetected":
                found._world = world
                return found
            elif step == "nothingDetected" or message["type"] == "noPopupFound":
                idle.add(frame)
        raise NotChosenError(f"{_AUTOCONSENT} found no open banner that it knows")

    async def answer(self, *, accept: bool) -> str:
        """Accept or refuse everything; return the words that say how. Raises ``NotChosenError``."""
        self._evaluations = 0
        verb = "accept" if accept else "refuse"
        failed = f'{_AUTOCONSENT} could not {verb} on the banner of "{self.name}"'
        await self._tell({"type": "optIn" if accept else "optOut"})
        result = await self._first("optInResult" if accept else "optOutResult", _ANSWER_SECONDS)
        if result is None or result.get("result") is not True:
            raise NotChosenError(failed)
        done = await self._first("autoconsentDone", _DONE_SECONDS)
        if done is None:
            raise NotChosenError(f"{failed}: another one follows")
        if not (done.get("totalClicks") or self._evaluations):
            raise NotChosenError(f"{failed}: it could only hide it")
        await self._tab.settle()
        tested = None
        # A page that loads anew after the choice takes the test with it.
        if result.get("scheduleSelfTest") is True and await self._tell({"type": "selfTest"}):
            tested = await self._first("selfTestResult", _TEST_SECONDS)
            if tested is not None and tested.get("result") is not True:
                raise FailedTestError(f"{failed}: its test of the choice failed")
        done_so = f'{_AUTOCONSENT} {"accepted" if accept else "refused"} on the banner of "{self.name}"'
        return f"{done_so}, and tested the choice" if tested else f"{done_so}, and could not test the choice"

    def _on_context(self, event: Any) -> None:
        about = at(event, "context", "auxData")
        if at(about, "isDefault") is True:
            self._scripts[text_at(about, "frameId")] = at(event, "context", "id")

    def _on_call(self, event: Any) -> None:
        if at(event, "name") == _BINDING:
            self._heard.put_nowait((at(event, "executionContextId"), text_at(event, "payload")))

    async def _next(self, end: float) -> tuple[str, int, dict[str, Any]] | None:
        """Return what autoconsent says next: frame, world and message. Until then, run what its rules ask for.

        ``end``: the moment of the loop at which to return ``None``.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout_at(end):
                while True:
                    world, payload = await self._heard.get()
                    frame, message = json.loads(payload)
                    if message["type"] != "eval":
                        return frame, world, message
                    self._evaluations += 1
                    code = f"Promise.race([{message['code']}, new Promise(end => setTimeout(end, 2000))])"
                    value = await self._run(self._scripts.get(frame, -1), f"{code}.then(Boolean, () => false)")
                    await self._tell({"type": "evalResp", "id": message["id"], "result": value is True}, world)
        return None

    async def _first(self, kind: str, seconds: float) -> dict[str, Any] | None:
        """Return the next message of a kind from the frame of the banner; ``None`` if none comes in time."""
        end = asyncio.get_running_loop().time() + seconds
        while heard := await self._next(end):
            _, world, message = heard
            if message["type"] == kind and world == self._world:
                return message
        return None

    async def _tell(self, message: dict[str, Any], world: int | None = None) -> bool:
        """Say something to autoconsent in a world, by default in that of the banner; return whether it is there."""
        code = f"(autoconsentReceiveMessage({json.dumps(message)}), true)"
        return await self._run(self._world if world is None else world, code) is True

    async def _run(self, world: int, code: str) -> Any:
        """Return the value of a script in a world; ``None`` if that world has gone, or does not react."""
        how = {"expression": code, "contextId": world, "returnByValue": True, "awaitPromise": True}
        return at(await self._tab.ask("Runtime.evaluate", how), "result", "value")
