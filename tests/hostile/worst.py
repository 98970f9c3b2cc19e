"""The worst imaginable inputs for each reader, by name, as functions that make an input of any size.

Rule: make everything before the measurement; what a function returns calls the reader and does nothing else.
"""

import asyncio
import atexit
import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.import_corpus import import_text
from cookiewarden import Category, CookieWardenError, Policy, PolicyError, PolicySet, asgi, wsgi
from cookiewarden.choices.preferences_cookie import PreferencesCookie, check_keys
from cookiewarden.http.cookie import cookie_values, without_cookies
from cookiewarden.http.dates import parse_cookie_date, plain_date
from cookiewarden.http.hosts import check_host, normalize_host
from cookiewarden.http.negotiation import best_format, best_language
from cookiewarden.http.origin import is_same_origin
from cookiewarden.http.request import Request
from cookiewarden.http.set_cookie import parse_set_cookie
from cookiewarden.http.set_cookie_line import is_deletion
from cookiewarden.http.urls import is_own_address, url_path
from cookiewarden.pages.form import WrongBodyError, read_form, read_json
from exchanges import DOCUMENT, NOW, POLICY, SECRET_KEY, SentRequest, http_environ, http_scope, wrap
from hostile.published import DOCUMENTS, ENDURED
from scenarios import chosen

#: Takes a size in bytes and returns the function to measure.
Make = Callable[[int], Callable[[], object]]

#: A beginning, bytes that are repeated up to the size, and an end.
_LINES = {
    "=": (b"a", b"=", b""), ";": (b"a=1", b";", b""), "; ": (b"a=1", b"; ", b"x"), "commas": (b"a=1", b",", b""),
    "quotes": (b"a=", b'"', b""), "escapes": (b'a="', b"\\\"", b""), "%": (b"a=", b"%25", b""),
    "blanks": (b"a", b" ", b"=1"), "blanks before an attribute": (b"a=1;", b" \t", b"Max-Age=0"),
    "tabs": (b"\t", b"\t", b""), "CR": (b"a=1", b"\r", b"x"), "CR LF and a blank": (b"a=1", b"\r\n ", b"x"),
    "lines": (b"a=1", b"\nset-cookie: b=2", b""), "NUL": (b"a=1", b"\0", b""), "attributes": (b"a=1", b"; a=b", b""),
    "Max-Age": (b"a=1", b"; Max-Age=0", b""), "Max-Age, nearly": (b"a=1", b"; max-age ", b"x"),
    "Expires": (b"a=1", b"; Expires=Thu, 01 Jan 1970 00:00:00 GMT", b""), "digits": (b"a=1; Max-Age=", b"9", b""),
    "minus digits": (b"a=1; Max-Age=-", b"9", b""), "zeros": (b"a=1; Max-Age=", b"0", b""),
    "no name": (b"=", b"=", b""), "names": (b"", b"x", b"=1"), "a pattern's name": (b"_ga", b"_ga", b"=1"),
    "8-bit": (b"", b"\xa0", b"=1"), "path": (b"a=1; Path=/", b"a/", b""), "domain": (b"a=1; Domain=", b"a.", b"x"),
}  # fmt: skip
_TEXTS = {
    "commas": (b"", b",", b""), "q-values": (b"", b"a/b;q=0.5,", b""), "parameters": (b"text/html", b";q=1", b""),
    "slashes": (b"", b"/", b""), "deep": (b"/", b"a/", b""), "%": (b"/", b"%", b""), "%2F": (b"/", b"%2F", b""),
    "dots": (b"", b".", b""), "labels": (b"", b"a.", b"org"), "8-bit": (b"/", b"\xc3\xa9", b""),
    "brackets": (b"", b"[", b""), "colons": (b"", b":", b""), "digits": (b"", b"1", b""),
    "hyphens": (b"en", b"-x", b""), "1 1": (b"", b"1 ", b""), "times": (b"", b"1:1:1 ", b""),
    "months": (b"", b"jan ", b""), "blanks": (b"", b" ", b"x"), "query": (b"/?", b"a=b&", b""),
    "ampersands": (b"/?", b"&", b""), "stars": (b"", b"*", b""), "quotes": (b"", b'"', b""),
    "backslashes": (b'"', b"\\", b""),
}  # fmt: skip


def filled(size: int, parts: tuple[bytes, bytes, bytes]) -> bytes:
    """Return a beginning, as much of the middle as fits the size, and an end."""
    start, middle, end = parts
    return start + middle * ((size - len(start) - len(end)) // len(middle)) + end


_POLICY = Policy.from_mapping(POLICY)
_NEARLY = [f"{'a' * (at % 50)}x{at}*{'b' * (at % 7)}" for at in range(5000)] + [f"_ga{at}" for at in range(5000)]
_MANY = Policy.from_mapping({
    "site": {"name": "Many"},
    "cookies": [{"names": _NEARLY, "category": "necessary", "purpose": "p"}],
})  # fmt: skip
_PREFERENCES = PreferencesCookie(_POLICY, check_keys(SECRET_KEY))
_SIGNED = chosen("statistical").partition("=")[2].encode()
_HOSTS = PolicySet([Policy.from_mapping({**POLICY, "site": {"name": "x", "hosts": ["*.example.org", "a.example"]}})])


def _from_bytes(
    reader: Callable[[bytes], object], table: dict[str, tuple[bytes, bytes, bytes]]
) -> Iterator[tuple[str, Make]]:
    for kind, parts in table.items():
        yield kind, lambda size, parts=parts: _bound(reader, filled(size, parts))


def _bound(reader: Callable[..., object], *arguments: object) -> Callable[[], object]:
    return lambda: reader(*arguments)


def _read(*_: object) -> None:
    """Do nothing: each member of a cookie is computed when the caller reads it."""


def _line(line: bytes) -> None:
    cookie = parse_set_cookie(line, host="data.example.org", now=NOW)
    _read(cookie.is_deletion, cookie.expiry, cookie.refusals, cookie.cookie_path, cookie.domain, cookie.same_site)
    is_deletion(line, NOW)
    _POLICY.decide(line, ["statistical"], now=NOW)
    _MANY.decide(line, now=NOW)


def _text(data: bytes) -> None:
    text = data.decode("latin-1")
    (
        url_path(text),
        is_own_address(text),
        normalize_host(text),
        check_host(text),
        parse_cookie_date(data),
        plain_date(data),
    )
    best_format(text, ["text/html", "application/pdf"]), best_language(text, ["en", "fr"]), _HOSTS.for_host(text)
    path, _, query = text.partition("?")
    headers = {"origin": text, "referer": f"https://{text}", "accept-language": text}
    request = Request("GET", "", path, query, text, headers.get)
    request.query_values, request.address, request.referring_address, is_same_origin(request)


def _cookies(data: bytes) -> None:
    cookie_values(data, b"a"), without_cookies(data, {b"a"}.__contains__)
    _PREFERENCES.load(data.split(b"; ")[:2000], NOW)


def _body(data: bytes) -> None:
    for media_type, read in (
        ("application/json", lambda request: read_json(request, data)),
        ("application/x-www-form-urlencoded", lambda request: read_form(request, data, (Category.STATISTICAL,))),
    ):
        try:
            read(Request("POST", "", "/", "", "a", {"content-type": media_type}.get))
        except WrongBodyError:
            continue


_COOKIES = {
    "a=": (b"", b"a=", b""), "a=;": (b"", b"a=;", b""), "blanks": (b"", b" ", b"a=1"),
    "blanks and names": (b"", b"  a=", b""), ";": (b"", b";", b""), "choices": (b"a=", _SIGNED[:-4] + b"; a=", b""),
    "short": (b"", b"a=1; ", b""), "a a": (b"", b"aa =1; ", b""),
}  # fmt: skip
_BODIES = {
    "[": (b"", b"[", b""), "{": (b"", b'{"a":', b""), "strings": (b'{"granted": [', b'"statistical",', b'""]}'),
    "%": (b"", b"%25", b""), "&": (b"", b"&", b""), "fields": (b"choice=save", b"&category=statistical", b""),
    "digits": (b'{"granted": ', b"9", b"}"), "+": (b"choice=", b"+", b""), "keys": (b'{"a":1', b',"a":1', b"}"),
    "escapes": (b'{"', b"\\u0061", b'":1}'), ";": (b"", b"a;", b""),
}  # fmt: skip


def _numbered(size: int, *formats: str) -> str:
    """Return numbered texts, one after the other, up to the size."""
    made, length = [], 0
    for number in itertools.count():
        piece = formats[number % len(formats)].replace("@", f"{number:05d}")
        length += len(piece)
        if length > size:
            break
        made.append(piece)
    return "".join(made)


_HEAD = '{"site":{"name":"x"},"cookies":['
_TOML = "[[cookies]]\nname='c@'\ncategory='necessary'\npurpose='p'\n"
_COOKIE = '{"name":"c@","category":"necessary","purpose":"p"},'
# A dotted key of very many parts is missing, because tomllib itself takes quadratic time for it.
_POLICIES: dict[str, Callable[[int], str]] = {
    "json: brackets": lambda size: "[" * size, "json: objects": lambda size: '{"a":' * (size // 5),
    "json: declarations": lambda size: _HEAD + _numbered(size, _COOKIE)[:-1] + "]}",
    "json: patterns": lambda size: _HEAD + _numbered(size, _COOKIE.replace("@", "@*"))[:-1] + "]}",
    "json: unknown keys": lambda size: "{" + _numbered(size, '"k@":1,')[:-1] + "}",
    "json: one key twice": lambda size: "{" + _numbered(size, '"k@":1,') + '"z":1,"z":1}',
    "json: hosts": lambda size: '{"site":{"name":"x","hosts":[' + _numbered(size, '"h@.a",')[:-1] + "]}}",
    "json: wrong categories": lambda size: _HEAD + _numbered(size, '{"name":"c@","category":"k@"},')[:-1] + "]}",
    "json: a name twice": lambda size: _HEAD + (_COOKIE * (size // len(_COOKIE)))[:-1] + "]}",
    "json: removals": lambda size: '{"site":{"name":"x"},"remove":[' + _numbered(size, '"r@",')[:-1] + "]}",
    "json: digits": lambda size: '{"a":' + "9" * size + "}", "toml: brackets": lambda size: "a = " + "[" * size,
    "toml: tables": lambda size: _numbered(size, "[t@]\n"),
    "toml: declarations": lambda size: "[site]\nname='x'\n" + _numbered(size, _TOML),
    "toml: quotes": lambda size: "a = '''" + "''\\" * (size // 3), "toml: comments": lambda size: "#\n" * (size // 2),
    "toml: escapes": lambda size: 'a = "' + "\\u0061" * (size // 6) + '"',
    "toml: digits": lambda size: "a = " + "9" * size,
    "toml: dates": lambda size: _numbered(size, "d@ = 1970-01-01T00:00:00Z\n"),
    "toml: inline": lambda size: "a = " + "{a=" * (size // 3), "toml: blanks": lambda size: "a = " + " " * size + "1",
}  # fmt: skip


_FOLDER, _NUMBERS = Path(tempfile.mkdtemp(prefix="worst-")), itertools.count()
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)


def _file(suffix: str, text: str) -> Callable[[], object]:
    path = _FOLDER / f"policy-{next(_NUMBERS)}.{suffix}"
    path.write_text(text)

    def load() -> None:
        try:
            Policy.load(path)
        except PolicyError as error:
            str(error)

    return load


class _Site:
    """An app inside both adapters that answers with the given headers."""

    headers: list[tuple[str, str]]

    def __init__(self, policy: Any = POLICY) -> None:
        self.asgi = wrap(asgi.CookieWardenMiddleware, self._asgi_app, policy=policy)
        self.wsgi = wrap(wsgi.CookieWardenMiddleware, self._wsgi_app, policy=policy)

    async def _asgi_app(self, scope: Any, receive: Any, send: Any) -> None:
        await send(
            {"type": "http.response.start", "headers": [(n.encode(), v.encode("latin-1")) for n, v in self.headers]}
        )

    def _wsgi_app(self, environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", self.headers)
        return []

    def through(self, request: SentRequest, headers: list[tuple[str, str]]) -> Callable[[], object]:
        async def send(message: Any) -> None:
            return None

        def call() -> None:
            self.headers = headers
            asyncio.run(self.asgi(http_scope(request), None, send))
            list(self.wsgi(http_environ(request), lambda *arguments: None))

        return call


_SITE, _SITES = _Site(), _Site(_HOSTS)


def _exchange(kind: str, size: int) -> Callable[[], object]:
    refused = chosen()
    site, request, headers = _SITE, SentRequest(cookies=(refused,), headers=DOCUMENT), [("set-cookie", "_ga=1; Path=/")]
    if kind == "Set-Cookie lines":
        headers = [("set-cookie", line + "=1") for line in _numbered(size, "c@,").split(",")]
    elif kind == "Set-Cookie lines of one name":
        headers = [("set-cookie", f"theme={at}; Path=/{at}") for at in range(size // 20)]
    elif kind == "malformed lines":
        headers = [("set-cookie", "a\r\n b=1")] * (size // 10)
    elif kind == "headers":
        headers = [(f"x-{name}", "1") for name in _numbered(size, "c@,").split(",")] + headers
    elif kind == "Cache-Control":
        headers.append(("cache-control", 'x="a\\"b", ' * (size // 12)))
    elif kind == "Vary":
        headers.append(("vary", "a," * (size // 2)))
    elif kind == "cookies":
        request = SentRequest(cookies=(_numbered(size, "c@=1; "), refused), headers=DOCUMENT)
    elif kind == "cookies to delete":
        request = SentRequest(cookies=(_numbered(size, "_ga@=1; "), refused), headers=DOCUMENT)
    elif kind == "many choices":
        request = SentRequest(cookies=(f"{refused}; " * (size // len(refused)),), headers=DOCUMENT)
    elif kind == "segments and a deletion":
        request = SentRequest(cookies=(refused, "theme=1; _ga=1"), path="/" + "a/" * (size // 2), headers=DOCUMENT)
    elif kind == "query parameters of a page":
        request = SentRequest(path="/cookies/preferences?" + "lang=x&" * (size // 7), headers=())
    elif kind == "labels of a host":
        site, request = (
            _SITES,
            SentRequest(host="a." * (size // 2) + "example.org", cookies=(refused,), headers=DOCUMENT),
        )
    elif kind == "accept":
        request = SentRequest(headers=(("accept", "a/b;q=0.1," * (size // 11) + "text/html"),), scheme="http")
    return site.through(request, headers)


_EXCHANGES = (
    "Set-Cookie lines", "Set-Cookie lines of one name", "malformed lines", "headers", "Cache-Control", "Vary",
    "cookies", "cookies to delete", "many choices", "segments and a deletion", "query parameters of a page",
    "labels of a host", "accept",
)  # fmt: skip


def _imported(document: bytes, suffix: str) -> None:
    try:
        import_text(document, f"policy.{suffix}")
    except CookieWardenError as error:
        str(error)


def cases() -> dict[str, Make]:
    """Return every case by its name."""
    found: dict[str, Make] = {}
    for reader, read, table in (
        ("line", _line, _LINES), ("text", _text, _TEXTS), ("cookies", _cookies, _COOKIES), ("body", _body, _BODIES)
    ):  # fmt: skip
        found |= {f"{reader}: {kind}": make for kind, make in _from_bytes(read, table)}
    for kind, text in _POLICIES.items():
        found[kind] = lambda size, kind=kind, text=text: _file(kind.partition(":")[0], text(size))
    for kind in _EXCHANGES:
        found[f"exchange: {kind}"] = lambda size, kind=kind: _exchange(kind, size)
    for (suffix, kind), document in (DOCUMENTS | ENDURED).items():
        found[f"import of {suffix}: {kind}"] = lambda size, suffix=suffix, document=document: _bound(
            _imported, document(size), suffix
        )
    return found
