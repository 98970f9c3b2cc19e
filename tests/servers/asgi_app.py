"""The app for ASGI servers, unwrapped (``bare``) and in the middleware (``wrapped``).

Rule: there is a path for every way to respond that ASGI 3 and its extensions allow, and for every way to fail. Nothing
here depends on the event loop.
"""

import json

from cookiewarden import consent_of
from cookiewarden.asgi import CookieWardenMiddleware
from servers.site import ANSWERS, ERROR, FILE, KEPT, OPTIONS, PIECE, PIECES, STATISTICAL, USUAL

# What the app saw, until a client asks for it.
SEEN: list[str] = []


def see(scope, what):
    """Keep what was seen if the query asks for it, so that other requests leave nothing for a later look."""
    if scope["query_string"] == b"watched":
        SEEN.append(what)


def encoded(headers):
    """Return headers as ASGI has them. Names keep their case, and servers must accept that."""
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]


def lowered(headers):
    return [(name.lower(), value) for name, value in encoded(headers)]


HEADERS = lowered(USUAL)


async def start(send, status=200, headers=HEADERS, **more):
    await send({"type": "http.response.start", "status": status, "headers": headers, **more})


async def body(send, *pieces, more=False):
    """Send the pieces. The last one ends the body, unless ``more`` follows."""
    for piece in pieces[:-1]:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": pieces[-1], "more_body": more})


async def answer(path, send):
    planned = ANSWERS[path]
    headers = encoded(planned.all_headers) if path == "/spelled" else lowered(planned.all_headers)
    await start(send, planned.status, headers)
    await body(send, *(planned.pieces or (b"",)))


async def grant(scope, receive, send):
    consent_of(scope).grant("statistical")
    await answer("/", send)


async def large(scope, receive, send):
    await start(send)
    await body(send, *[PIECE] * int(scope["query_string"] or PIECES))


async def echo(scope, receive, send):
    received, is_more = b"", True
    while is_more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        received += message.get("body", b"")
        is_more = message.get("more_body", False)
    await start(send, 200, [*HEADERS, (b"content-length", b"%d" % len(received))])
    await body(send, received)


async def visitor(scope, receive, send):
    number = scope["query_string"]
    lines = [(b"set-cookie", b"%s=%s; Path=/" % (name, number)) for name in (b"sid", b"_fbp", b"_ga")]
    await start(send, 200, [*lines, (b"content-length", b"%d" % len(number))])
    await body(send, number)


async def file(scope, receive, send):
    await start(send, 200, [*HEADERS, (b"content-length", b"%d" % FILE.stat().st_size)])
    if "http.response.pathsend" in scope.get("extensions", {}):
        await send({"type": "http.response.pathsend", "path": str(FILE)})
    else:
        await body(send, FILE.read_bytes())


async def hinted(scope, receive, send):
    if "http.response.early_hint" in scope.get("extensions", {}):
        await send({"type": "http.response.early_hint", "links": [b"</style.css>; rel=preload"]})
    await answer("/plain", send)


async def trailing(scope, receive, send):
    """Send trailers with cookies among them, if the server supports trailers."""
    if "http.response.trailers" not in scope.get("extensions", {}):
        await answer("/stream", send)
        return
    await start(send, trailers=True)
    await body(send, b"first ", b"second")
    trailers = lowered([("X-Digest", "1"), ("Set-Cookie", STATISTICAL), ("Set-Cookie", KEPT)])
    await send({"type": "http.response.trailers", "headers": trailers, "more_trailers": False})


async def before(scope, receive, send):
    raise RuntimeError("before the headers")


async def bad_status(scope, receive, send):
    await start(send, "200 OK")
    await body(send, b"never")


async def bad_header(scope, receive, send):
    await start(send, 200, [*HEADERS, (b"x-bad", 1)])
    await body(send, b"never")


async def at(scope, receive, send):
    await start(send, 200, [*HEADERS, (b"content-length", b"12")])
    raise RuntimeError("at the headers")


async def after(scope, receive, send):
    await start(send)
    await body(send, b"first ", more=True)
    raise RuntimeError("in the body")


async def restarted(scope, receive, send):
    """Start twice, like an error handler that does not know that the response has begun."""
    await start(send)
    await start(send, ERROR.status, lowered(ERROR.all_headers))
    await body(send, *ERROR.pieces)


async def not_started(scope, receive, send):
    return


async def unended(scope, receive, send):
    await start(send)
    await body(send, b"first ", more=True)


async def hang(scope, receive, send):
    """Begin to respond, wait until the client is gone, and go on all the same."""
    await start(send)
    await body(send, b"first ", more=True)
    heard = []
    while "http.disconnect" not in heard:
        heard.append((await receive())["type"])
    try:
        await body(send, b"second ", b"third")
        heard.append("sent")
    except Exception as error:
        heard.append(type(error).__name__)
        raise
    finally:
        see(scope, " ".join(heard))


async def seen(scope, receive, send):
    """Send what was seen since the last request for it."""
    content = json.dumps(SEEN).encode()
    SEEN.clear()
    await start(send, 200, [*HEADERS, (b"content-length", b"%d" % len(content))])
    await body(send, content)


async def accept(receive, send, **keys):
    assert (await receive())["type"] == "websocket.connect"
    await send({"type": "websocket.accept", "headers": HEADERS, **keys})


async def talk(scope, receive, send):
    """Send greetings, echo each message, and close after the word "end"."""
    await accept(receive, send, subprotocol=next(iter(scope["subprotocols"]), None))
    await send({"type": "websocket.send", "text": "hello"})
    await send({"type": "websocket.send", "bytes": b"\x00\xff"})
    while (message := await receive())["type"] == "websocket.receive":
        text, data = message.get("text"), message.get("bytes")
        await send({"type": "websocket.send", **({"text": text} if text is not None else {"bytes": data})})
        if text == "end":
            await send({"type": "websocket.close", "code": 4000, "reason": "as asked"})
            return
    see(scope, f"{message['type']} {message.get('code')}")


async def denied(scope, receive, send):
    await receive()
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close"})
        return
    headers = [*HEADERS, (b"content-length", b"2")]
    await send({"type": "websocket.http.response.start", "status": 403, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": b"no"})


async def closed(scope, receive, send):
    await receive()
    await send({"type": "websocket.close", "code": 4001})


async def failing(scope, receive, send):
    await receive()
    raise RuntimeError("before the handshake")


async def failing_later(scope, receive, send):
    await accept(receive, send)
    raise RuntimeError("after the handshake")


WAYS = {
    "/grant": grant,
    "/large": large,
    "/echo": echo,
    "/visitor": visitor,
    "/file": file,
    "/hinted": hinted,
    "/trailing": trailing,
    "/before": before,
    "/bad-status": bad_status,
    "/bad-header": bad_header,
    "/at": at,
    "/after": after,
    "/restarted": restarted,
    "/not-started": not_started,
    "/unended": unended,
    "/hang": hang,
    "/seen": seen,
}
TALKS = {"/talk": talk, "/denied": denied, "/closed": closed, "/failing": failing, "/failing-later": failing_later}


async def bare(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return None
    path = scope["path"]
    if scope["type"] == "websocket":
        return await TALKS[path](scope, receive, send)
    if path in WAYS:
        return await WAYS[path](scope, receive, send)
    return await answer(path, send)


wrapped = CookieWardenMiddleware(bare, **OPTIONS)
