"""An app for WSGI and ASGI servers whose pages shared caches would keep; each response has a number of its own.

Rule: the path, ``/case/act/number``, says what the app does. The headers for caches come from the table.
"""

import itertools
from email.utils import formatdate
from time import time

from cookiewarden import asgi, consent_of, wsgi
from servers.site import OPTIONS, TOKEN

_DAY = 86_400
#: The headers that make shared caches keep a response, and the caches that do so.
CASES = {
    "public": ([("Cache-Control", "public, max-age=600")], {"nginx", "apache2"}),
    "max-age": ([("Cache-Control", "max-age=600")], {"nginx", "apache2"}),
    "s-maxage": ([("Cache-Control", "no-transform, S-MaxAge=600")], {"nginx", "apache2"}),
    "expires": ([("Expires", formatdate(time() + _DAY, usegmt=True))], {"nginx", "apache2"}),
    "modified": ([("Last-Modified", formatdate(time() - 100 * _DAY, usegmt=True))], {"apache2"}),
    "accel": ([("X-Accel-Expires", "600")], {"nginx"}),
    "accel-at": ([("X-Accel-Expires", f"@{int(time()) + _DAY}")], {"nginx"}),
    "accel-over": ([("X-Accel-Expires", "600"), ("Cache-Control", "no-store")], {"nginx"}),
    "accel-public": ([("X-Accel-Expires", "600"), ("Cache-Control", "public")], {"nginx"}),
}
_NUMBERS = itertools.count()


def _headers(path, carrier):
    """Do what the path asks for, and return the headers of the response."""
    _, case, act, *_ = [*path.split("/"), "", ""]
    if act == "grant":
        consent_of(carrier).grant("statistical")
    lines = [("Set-Cookie", f"_ga={next(_NUMBERS)}; Path=/")] if act == "count" else []
    said = CASES[case][0] if case in CASES else [("Cache-Control", "no-store")]
    return [("X-Token", TOKEN), ("Content-Type", "text/plain"), *said, *lines]


def wsgi_app(environ, start_response):
    start_response("200 OK", _headers(environ["PATH_INFO"], environ))
    return [b"answer %d" % next(_NUMBERS)]


async def asgi_app(scope, receive, send):
    if scope["type"] != "http":
        return
    headers = [
        (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in _headers(scope["path"], scope)
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"answer %d" % next(_NUMBERS)})


wsgi_wrapped = wsgi.CookieWardenMiddleware(wsgi_app, **OPTIONS)
asgi_wrapped = asgi.CookieWardenMiddleware(asgi_app, **OPTIONS)
