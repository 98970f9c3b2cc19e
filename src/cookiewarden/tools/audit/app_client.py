"""Calls a WSGI or an ASGI app in this process, one request at a time, as a server would.

Rule: whatever the app does, each request ends within its time, and no more of a body is kept than a bound allows. An
app that does not end keeps a thread of its own, which ends with the process.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from contextlib import suppress
from dataclasses import dataclass, replace
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from cookiewarden.http.headers import bytes_of, values_of
from cookiewarden.tools.audit.app_requests import Header, environ_of, scope_of
from cookiewarden.tools.audit.apps import Interface, LoadedApp

_SECONDS_TO_STOP = 1


@dataclass(frozen=True, slots=True)
class Reply:
    """A response: its status, headers with names in lower case, and body. ``is_cut``: whether the body was longer.

    ``problem``: why there is no response, and ``status`` is then ``None``, or why it is not whole.
    """

    status: int | None
    headers: tuple[Header, ...] = ()
    body: bytes = b""
    is_cut: bool = False
    problem: str = ""

    def values_of(self, name: bytes) -> list[bytes]:
        """Return the values of the headers of a lower-case name."""
        return [*values_of(self.headers, name)]


class _EndedError(Exception):
    """The app tried to end the process. It holds the name of the exception."""


class _Collected:
    """What an app has sent so far. It is cut when it is too long or takes too long."""

    def __init__(self, max_bytes: int, seconds: float) -> None:
        self._max_bytes, self._end = max_bytes, monotonic() + seconds
        self.status: int | None = None
        self.headers: list[Header] = []
        self.body = bytearray()
        self.is_cut = False

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
        self.is_cut = self.is_cut or len(chunk) > room or monotonic() > self._end
        return not self.is_cut

    def reply(self) -> Reply:
        if self.status is None:
            return Reply(None, problem="has no response: the app ended without one")
        return Reply(self.status, tuple(self.headers), bytes(self.body), self.is_cut)


class AppClient:
    """Sends requests to an app. Use it as a context: an ASGI app starts and ends with it.

    ``seconds``: for each request; ``max_bytes``: of each body.
    """

    def __init__(self, loaded: LoadedApp, *, seconds: float = 10.0, max_bytes: int = 2_000_000) -> None:
        self._app, self._interface = loaded
        self._seconds, self._max_bytes = seconds, max_bytes
        self._loop = asyncio.new_event_loop() if self._interface is Interface.ASGI else None
        self._lifespan = _Lifespan(self._app)

    def __enter__(self) -> AppClient:
        if self._loop is not None:
            self._thread = Thread(target=self._loop.run_forever, daemon=True)
            self._thread.start()
            self._in_loop(self._lifespan.start())
        return self

    def __exit__(self, *_: object) -> None:
        if self._loop is not None:
            self._in_loop(self._lifespan.end())
            self._in_loop(_cancel_others())
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(_SECONDS_TO_STOP)
            if not self._thread.is_alive():  # an app that blocks the loop keeps it
                self._loop.close()

    def ask(self, url: str, method: str = "GET", headers: Iterable[Header] = (), body: bytes = b"") -> Reply:
        """Send a request, and return the response. It never raises for what the app does."""
        collected = _Collected(self._max_bytes, self._seconds)
        sent = [(b"host", urlsplit(url).netloc.encode("latin-1", "replace")), *headers]
        if body:
            sent.append((b"content-length", str(len(body)).encode()))
        if self._loop is None:
            problem = self._within_time(lambda: self._call_wsgi(environ_of(url, method, sent, body), collected))
        elif self._lifespan.is_failed:
            problem = "has no response: the app failed to start"
        else:
            scope = {**scope_of(url, method, sent), "state": dict(self._lifespan.state)}
            problem = self._in_loop(self._call_asgi(scope, body, collected))
        if problem and collected.status is None:
            return Reply(None, problem=problem)
        reply = collected.reply()
        # A page that goes on and on is one; what the app raised, it is not.
        return replace(reply, is_cut=True, problem="" if problem == self._too_slow else problem) if problem else reply

    def _within_time(self, call: Callable[[], None]) -> str:
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
            return ended.get(timeout=self._seconds)
        except Empty:
            return self._too_slow

    def _in_loop(self, call: Awaitable[None]) -> str:
        """Run a call in the event loop of the app. Return what went wrong."""
        assert self._loop is not None

        async def run() -> str:
            try:
                await asyncio.wait_for(call, self._seconds)
            except TimeoutError:
                return self._too_slow
            except Exception as error:
                return _raised(error)
            return ""

        future = asyncio.run_coroutine_threadsafe(run(), self._loop)
        try:
            return future.result(self._seconds + 1)
        except TimeoutError:  # it blocks the loop
            return self._too_slow
        except Exception as error:
            return _raised(error)

    @property
    def _too_slow(self) -> str:
        return f"has no response within {self._seconds:g} seconds"

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
            if not app.done() and not collected.is_cut:
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
