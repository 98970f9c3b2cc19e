"""Fuzz targets for whole exchanges: the adapters read a request, screen a response, or answer it themselves.

Rule: as in ``readers``. A piece of the input is a header, ``name: value``; both adapters receive the same.
"""

import re
from contextlib import suppress
from io import BytesIO
from typing import Any
from urllib.parse import unquote

from cookiewarden import Policy, asgi, wsgi
from cookiewarden.http.cookie import cookie_values
from cookiewarden.http.set_cookie_line import missing_to_delete, read_names
from cookiewarden.http.wsgi_environ import decoded
from cookiewarden.policy.consent import UNDECIDED
from exchanges import NOW, POLICY, SentRequest, http_environ, http_scope, read, wrap
from hostile.readers import CUT, SIGNED, pieces

Header = tuple[bytes, bytes]

_POLICY = Policy.from_mapping(POLICY)
_SITE = wrap(wsgi.CookieWardenMiddleware, lambda environ, start: start("200 OK", [("X-App", "here")]) or [])
#: What ends a line for some HTTP reader, and what such a reader takes for a Set-Cookie line.
_LINE_ENDS = re.compile(rb"\r\n|\r|\n")
_COOKIE_LINE = re.compile(
    rb"[ \t\x0b\x0c\x1c-\x1f\x85\xa0]*set-cookie[ \t\x0b\x0c\x1c-\x1f\x85\xa0]*:(.*)", re.I | re.S
)
_ADDED = [(b"cache-control", b"private"), (b"vary", b"cookie")]


def _header(piece: bytes) -> Header:
    name, _, value = piece.partition(b":")
    return name, value.removeprefix(b" ")


def requests(data: bytes) -> None:
    """Check that both adapters read one request alike."""
    target, *rest = data.split(CUT)
    headers = [(name.lower(), value) for name, value in map(_header, rest)]
    given: dict[bytes, list[bytes]] = {}
    for name, value in headers:
        given.setdefault(name, []).append(value)
    path, _, query = target.decode("latin-1").partition("?")
    path = unquote(path, "latin-1")
    scope = {
        "type": "http", "method": "GET", "path": decoded(path), "query_string": query.encode("latin-1"),
        "root_path": "", "scheme": "https", "headers": headers, "server": ("server.example", 443),
    }  # fmt: skip
    environ: Any = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SERVER_NAME": "server.example"}
    for name, values in given.items():
        key = name.upper().decode("latin-1").replace("-", "_")
        # Servers take the first Host, and join all others.
        joined = values[0] if name == b"host" else (b"; " if name == b"cookie" else b", ").join(values)
        environ[f"HTTP_{key}"] = joined.decode("latin-1")
    (one, ours), (other, theirs) = read(scope), read(environ)
    assert (one.method, one.path, one.query, one.mount) == (other.method, other.path, other.query, other.mount)
    if given.get(b"host", [b"x"])[0]:
        assert one.host == other.host
    for name in ("accept", "accept-language", "referer", "origin", "sec-fetch-site"):
        assert one.header(name) == other.header(name)
    for name in (b"cookies_preferences", b"sid"):
        assert cookie_values(ours, name) == cookie_values(theirs, name)
    assert one.url_path.isascii()
    assert one.query_values == other.query_values
    assert one.address == other.address
    assert one.referring_address == other.referring_address
    assert one.referring_address == "" or one.referring_address.startswith("/")


class _Site:
    """One app inside both adapters. It lives from input to input, as on a server."""

    def __init__(self) -> None:
        self.headers: list[Header] = []
        self._asgi = wrap(asgi.CookieWardenMiddleware, self._asgi_app)
        self._wsgi = wrap(wsgi.CookieWardenMiddleware, self._wsgi_app)

    async def _asgi_app(self, scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.headers})

    def _wsgi_app(self, environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [(name.decode("latin-1"), value.decode("latin-1")) for name, value in self.headers])
        return []

    def through_asgi(self, request: SentRequest) -> list[Header]:
        """Return the headers that leave. Nothing waits here, so no event loop is needed."""
        answered: list[Any] = []

        async def send(message: Any) -> None:
            answered.append(message)

        with suppress(StopIteration):
            self._asgi(http_scope(request), None, send).send(None)
        return list(answered[0]["headers"])

    def through_wsgi(self, request: SentRequest) -> list[Header]:
        """Return the headers that leave, as bytes."""
        answered: list[Any] = []
        self._wsgi(http_environ(request), lambda status, headers: answered.extend(headers))
        return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answered]


_BOTH = _Site()


def screen(data: bytes) -> None:
    """Check that no forbidden line leaves either adapter, as HTTP readers see it, and that allowed ones stay intact."""
    head, cookie, *rest = pieces(data, 2)[:1] + pieces(data, 2)[1].split(CUT)
    headers = [_header(piece) for piece in rest]
    is_document = head[:1] == b"d"
    request = SentRequest(
        cookies=(cookie.decode("latin-1"),) if cookie else (),
        headers=(("sec-fetch-dest", "document"),) if is_document else (),
    )
    _BOTH.headers = headers
    left = [_BOTH.through_asgi(request), _BOTH.through_wsgi(request)]
    assert [(name.lower(), value) for name, value in left[0]] == [(name.lower(), value) for name, value in left[1]]
    valid = [SIGNED[value] for value in dict.fromkeys(cookie_values(cookie, b"cookies_preferences")) if value in SIGNED]
    for kept in left:
        _check_order(headers, kept)
    if len(valid) > 1:
        return
    consent = valid[0] if valid else UNDECIDED
    # Line breaks in other headers are the server's concern.
    wire = b"".join(
        name + b": " + value + b"\r\n"
        for name, value in left[0]
        if name.strip().lower() == b"set-cookie" or not any(byte in value for byte in b"\r\n\0")
    )
    for match in filter(None, map(_COOKIE_LINE.fullmatch, _LINE_ENDS.split(wire))):
        line = match[1]
        assert b"\0" not in line
        decision = _POLICY.decide(line, consent, now=NOW)
        assert decision.allowed, (line, decision)
        assert not read_names(line)[1]

    for name, value in headers:
        if name.rstrip(b" \t").lower() == b"set-cookie" and _POLICY.decide(value, consent, now=NOW).allowed:
            assert not {(name, value), _ended((name, value))}.isdisjoint(left[0])


def _ended(header: Header) -> Header:
    """Return the header as it leaves if it passes only because it is a deletion."""
    name, line = header
    return name, line + (missing_to_delete(line, NOW) or b"")


def _is_rewritten(header: Header, left: Header) -> bool:
    """Return whether a header is for caches and left with another value."""
    name = header[0].partition(b":")[0]
    spoken = name.strip().lower()
    is_for_caches = spoken == b"x-accel-expires" or spoken.endswith((b"-control",))
    return is_for_caches and left[0] == name


def _check_order(headers: list[Header], left: list[Header]) -> None:
    """Check law 2: the app's headers keep their order, recent deletions get a Max-Age, and added headers come last."""
    at = 0
    for header in headers:
        if at < len(left) and (left[at] in (header, _ended(header)) or _is_rewritten(header, left[at])):
            at += 1
        else:
            name = header[0].lower()
            assert b"set-cookie" in name or name[:1] in (b" ", b"\t") or any(byte in name for byte in b"\r\n\0"), header
    for name, value in left[at:]:
        is_ours = (name.lower(), value.lower()) in _ADDED
        assert is_ours or (name.lower() == b"set-cookie" and b"=; Max-Age=0" in value), (name, value)


#: The one script that our pages may name: that of the banner.
_OUR_SCRIPT = re.compile(rb'<script type="module" src="/cookies/script\.js\?v=[0-9a-f]{12}"></script>')


def pages(data: bytes) -> None:
    """Check that the pages answer any request without failing, and that only POST or PUT makes a choice."""
    method, path, query, body, *rest = [*data.split(CUT), b"", b"", b"", b""][: max(4, data.count(CUT) + 1)]
    sent = {name.lower().decode("latin-1"): value.decode("latin-1") for name, value in map(_header, rest)}
    sent["content-length"] = str(len(body))
    verb = method.decode("latin-1").upper()
    query = re.sub(rb"[^!-~]", b"+", query)  # a request line admits nothing else
    environ = http_environ(SentRequest(headers=tuple((n, v) for n, v in sent.items() if n.isascii())))
    environ |= {
        "REQUEST_METHOD": verb, "PATH_INFO": "/cookies" + path.decode("latin-1"),
        "QUERY_STRING": query.decode("latin-1"), "wsgi.input": BytesIO(body),
    }  # fmt: skip
    answered: list[Any] = []
    content = b"".join(_SITE(environ, lambda *arguments: answered.append(arguments)))
    ((status, headers),) = answered
    assert int(status[:3]) < 500
    assert all(
        type(name) is str and name.isascii() and value == value.strip(" \t") and not set("\r\n\0") & set(value)
        for name, value in headers
    )
    cookies = [value for name, value in headers if name == "Set-Cookie" and value.startswith("cookies_preferences=")]
    if cookies:
        assert (verb, path) in (("POST", b"/preferences"), ("PUT", b"/preferences.json"))
        assert environ.get("HTTP_SEC_FETCH_SITE") in (None, "", "same-origin", "none")
        assert status[:3] in ("200", "303")
    for name, value in headers:
        if name == "Location":
            assert re.fullmatch(r"/(?!/)[!-\[\]-~]*(\?[!-~]*)?", value)
    assert b"<script" not in _OUR_SCRIPT.sub(b"", content).lower()


TARGETS = (requests, screen, pages)
