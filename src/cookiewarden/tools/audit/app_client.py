"""Calls a WSGI or an ASGI app in this process, one request at a time, as a server would: a source for a ``Visit``.

Rule: whatever the app does, each request ends within its time, and no more of a body is kept than a bound allows. An
app that does not end keeps a thread of its own, which ends with the process.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from cookiewarden.http.headers import as_bytes, bytes_of
from cookiewarden.tools.audit.app_requests import Header, environ_of, scope_of
from cookiewarden.tools.audit.apps import Interface, LoadedApp
from cookiewarden.tools.web.reader import AGENT, NoResponseError
from cookiewarden.tools.web.response import Response

_SECONDS_TO_STOP = 1


class _EndedError(Exception):
    """The app tried to end the process. It holds the name of the exception."""


class _Collected:
    """What an app has sent so far. ``problem``: why no more of it is wanted; ``""`` while it is."""

    def __init__(self, max_bytes: int, seconds: float) -> None:
        self._max_bytes, self._seconds, self._end = max_bytes, seconds, monotonic() + seconds
        self.status: int | None = None
        self.headers: list[Header] = []
        self.body = bytearray()
        self.problem = ""

    def start(self, status: object, headers: Iterable[Any]) -> None:
        with suppress(TypeError, ValueError):
            self.status = int(str(status).split(" ", maxsplit=1)[0])
        self.headers = [
            ((bytes_of(name) or b"").lower(), bytes_of(value) or b"")
            for name, value in (header for header in headers if len(header) == 2)
        ]

    def add(self, chunk: bytes) -> bool:
        """Keep a part of the body. Return whether more of it is wanted."""
        room = self._max_bytes - len(self.body)
        self.body += chunk[:room]
        if len(chunk) > room:
            self.problem = f"is larger than {self._max_bytes:,} bytes, so the rest was not read"
        elif monotonic() > self._end:
            self.problem = _too_slow(self._seconds)
        return not self.problem


class AppClient:
    """Sends requests to an app. Use it as a context: an ASGI app starts and ends with it, each within ``seconds``."""

    def __init__(self, loaded: LoadedApp, *, seconds: float) -> None:
        self._app, self._interface = loaded
        self._seconds = seconds
        self._loop = asyncio.new_event_loop() if self._interface is Interface.ASGI else None
        self._lifespan = _Lifespan(self._app)

    def __enter__(self) -> AppClient:
        if self._loop is not None:
            # What the app leaves undone there is no message of the audit.
            self._loop.set_exception_handler(lambda _loop, _context: None)
            self._thread = Thread(target=self._loop.run_forever, daemon=True)
            self._thread.start()
            self._in_loop(self._lifespan.start(), self._seconds)
        return self

    def __exit__(self, *_: object) -> None:
        if self._loop is not None:
            self._in_loop(self._lifespan.end(), self._seconds)
            self._in_loop(_cancel_others(), self._seconds)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(_SECONDS_TO_STOP)
            if not self._thread.is_alive():  # an app that blocks the loop keeps it
                self._loop.close()

    def private_address(self, _url: str) -> str:
        """Return ``""``: nothing but the app is reached."""
        return ""

    def send(
        self, method: str, url: str, headers: Mapping[str, str | bytes], body: bytes, *, seconds: float, max_bytes: int
    ) -> Response:
        """Send a request, and return the response. Raises ``NoResponseError``, whatever the app does."""
        collected = _Collected(max_bytes, seconds)
        named = {"host": urlsplit(url).netloc, "user-agent": f"{AGENT}-audit", **headers}
        named |= {"content-length": str(len(body))} if body else {}
        sent = [(name.encode("ascii"), as_bytes(value)) for name, value in named.items()]
        if self._loop is None:
            problem = self._in_thread(lambda: self._call_wsgi(environ_of(url, method, sent, body), collected), seconds)
        elif self._lifespan.is_failed:
            problem = "has no response: the app failed to start"
        else:
            scope = {**scope_of(url, method, sent), "state": dict(self._lifespan.state)}
            problem = self._in_loop(self._call_asgi(scope, body, collected), seconds)
        if collected.status is None:
            is_late = problem == _too_slow(seconds)
            raise NoResponseError(problem or "has no response: the app ended without one", is_late=is_late)
        problem = collected.problem or problem
        return Response(collected.status, tuple(collected.headers), bytes(collected.body), problem)

    def _in_thread(self, call: Callable[[], None], seconds: float) -> str:
        """Run a call in a thread of its own. Return what went wrong."""
        ended: SimpleQueue[str] = SimpleQueue()

        def run() -> None:
            try:
                call()
            except BaseException as error:  # whatever an app raises, SystemExit too, is the finding
                ended.put(_raised(error))
            else:
                ended.put("")

        Thread(target=run, daemon=True).start()
        try:
            return ended.get(timeout=seconds)
        except Empty:
            return _too_slow(seconds)

    def _in_loop(self, call: Awaitable[None], seconds: float) -> str:
        """Run a call in the event loop of the app. Return what went wrong."""
        assert self._loop is not None

        async def run() -> str:
            try:
                await asyncio.wait_for(call, seconds)
            except TimeoutError:
                return _too_slow(seconds)
            except Exception as error:
                return _raised(error)
            return ""

        future = asyncio.run_coroutine_threadsafe(run(), self._loop)
        try:
            return future.result(seconds + 1)
        except TimeoutError:  # it blocks the loop
            return _too_slow(seconds)
        except Exception as error:
            return _raised(error)

    def _call_wsgi(self, environ: dict[str, Any], collected: _Collected) -> None:
        def start_response(status: str, headers: Iterable[Any], _exc_info: object = None) -> Callable[[bytes], object]:
            collected.start(status, headers)
            return collected.add

        chunks = self._app(environ, start_response)
        try:
            for chunk in chunks:
                if not collected.add(chunk):
                    break
        finally:
            close = getattr(chunks, "close", None)
            if close is not None:
                close()

    async def _call_asgi(self, scope: dict[str, Any], body: bytes, collected: _Collected) -> None:
        is_sent = False
        enough = asyncio.Event()

        async def receive() -> dict[str, Any]:
            nonlocal is_sent
            if is_sent:
                await enough.wait()
                return {"type": "http.disconnect"}
            is_sent = True
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                collected.start(message["status"], message.get("headers", ()))
            elif message["type"] == "http.response.body" and (
                not collected.add(message.get("body", b"")) or not message.get("more_body", False)
            ):
                enough.set()

        app = asyncio.ensure_future(_guarded(self._app, scope, receive, send))
        done = asyncio.ensure_future(enough.wait())
        try:
            await asyncio.wait({app, done}, return_when=asyncio.FIRST_COMPLETED)
            if not app.done() and not collected.problem:
                # What stands after the response, such as a task in the background.
                await asyncio.wait({app}, timeout=1)
        finally:
            done.cancel()
            app.cancel()
        if app.done() and not app.cancelled() and (error := app.exception()) is not None and not enough.is_set():
            raise error


async def _guarded(app: Callable[..., Any], *arguments: Any) -> None:
    """Call an ASGI app. What would end the loop becomes an ordinary exception."""
    try:
        await app(*arguments)
    except (SystemExit, KeyboardInterrupt) as error:
        raise _EndedError(type(error).__name__) from None


async def _cancel_others() -> None:
    """End what the app still does in its loop."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.wait(others, timeout=_SECONDS_TO_STOP) if others else None


class _Lifespan:
    """The lifespan of an ASGI app. An app without one is not missed.

    ``state``: what the app keeps for its requests. ``is_failed``: whether it said that it cannot start.
    """

    def __init__(self, app: Callable[..., Any]) -> None:
        self._app = app
        self._task: asyncio.Future[Any] | None = None
        self.state: dict[str, Any] = {}
        self.is_failed = False

    async def start(self) -> None:
        self._to_app: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._heard = asyncio.Event()

        async def send(message: MutableMapping[str, Any]) -> None:
            self.is_failed |= message["type"] == "lifespan.startup.failed"
            self._heard.set()

        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": self.state}
        await self._to_app.put({"type": "lifespan.startup"})
        self._task = asyncio.ensure_future(_guarded(self._app, scope, self._to_app.get, send))
        await self._heard_or_ended(self._task)

    async def end(self) -> None:
        if self._task is None or self._task.done():
            return
        self._heard.clear()
        await self._to_app.put({"type": "lifespan.shutdown"})
        await self._heard_or_ended(self._task)
        self._task.cancel()

    async def _heard_or_ended(self, task: asyncio.Future[Any]) -> None:
        heard = asyncio.ensure_future(self._heard.wait())
        await asyncio.wait({heard, task}, return_when=asyncio.FIRST_COMPLETED)
        heard.cancel()
        if task.done() and not task.cancelled():
            task.exception()  # it has been looked at


def _raised(error: BaseException) -> str:
    # Not the text: it may quote what a visitor sent.
    return f"has no whole response: the app raised {error if isinstance(error, _EndedError) else type(error).__name__}"


def _too_slow(seconds: float) -> str:
    return f"takes longer than {seconds:g} seconds"
