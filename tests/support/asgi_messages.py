"""ASGI apps that send given messages, and which of these reach the server."""

from cookiewarden.asgi import CookieWardenMiddleware
from exchanges import drive, http_scope, wrap

#: The messages that carry the headers of a response.
STARTS = ["http.response.start", "websocket.accept", "websocket.http.response.start"]


def sends(*messages, returned=None):
    """Return an app that sends these messages; ``app.handed_back`` holds what ``send`` returned."""

    async def app(scope, receive, send):
        app.scope, app.receive, app.send = scope, receive, send
        app.handed_back = [await send(message) for message in messages]
        return returned

    return app


def scope_for(message_type):
    return http_scope(type="websocket" if message_type.startswith("websocket") else "http")


def answered(message, **options):
    """Return what reached the server in place of one message."""
    driven = drive(wrap(CookieWardenMiddleware, sends(message), **options), scope_for(message["type"]))
    assert len(driven.messages) == 1
    return driven.messages[0]
