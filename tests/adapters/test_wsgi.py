"""The WSGI adapter's own duties (PEP 3333): every way to call start_response, and the app's own iterable."""

import sys
from wsgiref.util import FileWrapper
from wsgiref.validate import validator

import pytest

from cookiewarden import consent_of
from cookiewarden.wsgi import CookieWardenMiddleware
from exchanges import SentRequest, http_environ, wrap
from scenarios import SET_OF_POLICIES

STRIPPED = [("Set-Cookie", "sid=1"), ("A", "1")]
MIXED = [("Set-Cookie", "sid=1"), ("set-cookie ", "_fbp=1"), ("A", "1")]


class Server:
    """The server's side: it keeps the arguments of start_response and what the app wrote."""

    def __init__(self):
        self.calls = []
        self.written = []

    def write(self, chunk):
        self.written.append(chunk)

    def __call__(self, *args, **kwargs):
        self.calls.append((args, kwargs))
        return self.write

    @property
    def headers(self):
        return self.calls[-1][0][1]


def run(app, environ=None, **options):
    """Call the wrapped app once, and return the server and the iterable."""
    server = Server()
    body = wrap(CookieWardenMiddleware, app, **options)(http_environ() if environ is None else environ, server)
    return server, body


def answers(headers, body=()):
    def app(environ, start_response):
        start_response("200 OK", headers)
        return body

    return app


def test_the_headers_are_screened_and_the_status_is_passed_on():
    server, _ = run(answers(MIXED))
    assert server.calls == [(("200 OK", STRIPPED), {})]


def test_start_response_gets_a_list_of_pairs_of_strings():
    server, _ = run(answers([("Set-Cookie", "_fbp=1")]))
    assert type(server.headers) is list
    assert server.headers == [("Cache-Control", "private")]
    assert [type(part) for part in server.headers[0]] == [str, str]


def test_headers_that_need_no_change_go_out_in_a_list_that_the_app_cannot_change_later():
    headers = [("Set-Cookie", "sid=1"), ("A", "1")]
    server, _ = run(answers(headers))
    assert server.headers == headers
    # wsgiref and Werkzeug's server send the list with the first bytes of the body, long after start_response.
    headers.append(("Set-Cookie", "_fbp=1"))
    assert server.headers == headers[:2]


def test_the_apps_own_list_is_not_changed():
    headers = list(MIXED)
    run(answers(headers))
    assert headers == MIXED


@pytest.mark.parametrize("kept", [("Set-Cookie", "sid=1"), ("A", "1")])
@pytest.mark.parametrize("beside", [[], [("Set-Cookie", "_fbp=1")]], ids=["alone", "beside a blocked one"])
def test_a_pair_that_an_app_changes_later_goes_out_as_it_was_screened(kept, beside):
    pair = list(kept)
    server, _ = run(answers([pair, *beside]))
    pair[:] = "Set-Cookie", "_fbp=1"
    assert server.headers[0] == kept
    assert type(server.headers[0]) is tuple
    assert ("Set-Cookie", "_fbp=1") not in server.headers


def test_bytes_that_an_app_changes_later_go_out_as_they_were_screened():
    name, value = bytearray(b"X-A"), bytearray(b"sid=1")
    server, _ = run(answers([(name, "_fbp=1"), ("Set-Cookie", value)]))
    name[:], value[:] = b"Set-Cookie", b"_fbp=1"
    assert server.headers == [(b"X-A", "_fbp=1"), ("Set-Cookie", b"sid=1")]


@pytest.mark.parametrize("key", ["wsgi.early_hints", "gunicorn.http2.send_trailers"])
def test_a_hint_or_trailer_that_an_app_changes_later_goes_out_as_it_was_screened(key):
    sent, pair = [], ["A", "1"]

    def app(environ, start_response):
        environ[key]([pair])
        pair[:] = "Set-Cookie", "_fbp=1"
        start_response("200 OK", [])
        return []

    run(app, http_environ(**{key: sent.append}))
    assert sent == [[("A", "1")]]


def test_a_header_that_passes_is_the_same_object():
    headers = [("Set-Cookie", "sid=1"), ("A", "1"), ("B", "2")]
    server, _ = run(answers([headers[0], ["C", "3"], ("Set-Cookie", "_fbp=1"), *headers[1:]]))
    assert [one for one in server.headers if any(one is header for header in headers)] == headers


@pytest.mark.parametrize("kind", [tuple, iter, list, lambda pairs: (pair for pair in pairs)])
def test_headers_may_be_any_iterable(kind):
    assert run(answers(kind(MIXED)))[0].headers == STRIPPED
    assert run(answers(kind(STRIPPED)))[0].headers == STRIPPED


def test_a_character_outside_latin_1_is_blocked():
    assert run(answers([("Set-Cookie", "sid\u20ac=1")]))[0].headers == [("Cache-Control", "private")]


def test_write_is_the_servers_own():
    def app(environ, start_response):
        write = start_response("200 OK", list(MIXED))
        write(b"Set-Cookie: _fbp=1")
        app.write = write
        return []

    server, _ = run(app)
    assert app.write == server.write
    assert server.written == [b"Set-Cookie: _fbp=1"]
    assert server.headers == STRIPPED


class AppError(Exception):
    """What an app raises."""


@pytest.mark.parametrize("how", ["positional", "keyword"])
def test_exc_info_is_passed_on_and_the_second_response_is_screened(how):
    def app(environ, start_response):
        start_response("200 OK", [("Set-Cookie", "sid=1")])
        try:
            raise AppError
        except AppError:
            app.exc_info = sys.exc_info()
            if how == "positional":
                start_response("500 Error", list(MIXED), app.exc_info)
            else:
                start_response("500 Error", list(MIXED), exc_info=app.exc_info)
        return []

    server, _ = run(app)
    assert server.calls[1] == (("500 Error", STRIPPED, app.exc_info), {})


def test_arguments_may_be_named_as_servers_name_them():
    def app(environ, start_response):
        start_response(status="200 OK", headers=list(MIXED), exc_info=None)
        return []

    assert run(app)[0].calls == [(("200 OK", STRIPPED), {})]


def test_what_start_response_raises_reaches_the_app():
    def refuse(status, headers, exc_info=None):
        raise exc_info[1]

    def app(environ, start_response):
        try:
            raise AppError
        except AppError:
            with pytest.raises(AppError):
                start_response("500 Error", [], sys.exc_info())
        return [b"seen"]

    assert wrap(CookieWardenMiddleware, app)(http_environ(), refuse) == [b"seen"]


def test_a_generator_may_call_start_response_late():
    def app(environ, start_response):
        start_response("200 OK", list(MIXED))
        yield b"1"
        yield b"2"

    server, body = run(app)
    assert server.calls == []
    assert next(body) == b"1"
    assert server.headers == STRIPPED
    assert list(body) == [b"2"]


def test_a_choice_counts_until_a_generator_calls_start_response():
    def app(environ, start_response):
        consent_of(environ).grant("statistical")
        start_response("200 OK", [("Set-Cookie", "_ga=1")])
        yield b"1"

    server, body = run(app)
    list(body)
    assert server.headers[0] == ("Set-Cookie", "_ga=1")


def test_the_apps_own_iterable_goes_to_the_server():
    class Body:
        def __iter__(self):
            return iter([b"1"])

        def close(self):
            """Close."""

    body = Body()
    assert run(answers(list(MIXED), body))[1] is body


def test_a_file_wrapper_goes_to_the_server_as_it_is(tmp_path):
    (tmp_path / "file").write_bytes(b"Set-Cookie: _fbp=1")

    def app(environ, start_response):
        start_response("200 OK", list(MIXED))
        return environ["wsgi.file_wrapper"]((tmp_path / "file").open("rb"))

    server, body = run(app, http_environ(**{"wsgi.file_wrapper": FileWrapper}))
    assert type(body) is FileWrapper
    assert b"".join(body) == b"Set-Cookie: _fbp=1"
    body.close()
    assert body.filelike.closed
    assert server.headers == STRIPPED


@pytest.mark.parametrize("starts", [False, True])
def test_what_the_app_raises_reaches_the_server(starts):
    def app(environ, start_response):
        if starts:
            start_response("200 OK", list(MIXED))
        raise AppError

    with pytest.raises(AppError):
        run(app)


def test_the_app_gets_the_very_environ_with_only_dotted_keys_added():
    environ = http_environ()
    before = set(environ)

    def app(given, start_response):
        app.environ = given
        return []

    run(app, environ)
    assert app.environ is environ
    assert all("." in key for key in set(environ) - before)


@pytest.mark.parametrize("secure", [True, False])
def test_added_headers_are_strings_too(secure):
    def app(environ, start_response):
        consent_of(environ).withdraw()
        assert consent_of(environ).is_decided
        start_response("200 OK", [])
        return []

    headers = run(app, secure=secure)[0].headers
    assert [name for name, _ in headers] == ["Set-Cookie", "Cache-Control", "Vary"]
    assert all(type(part) is str for pair in headers for part in pair)


@pytest.mark.parametrize("request_", [SentRequest(), SentRequest(cookies=("cookies_preferences=forged", "sid=1"))])
def test_the_validator_finds_nothing_around_or_inside_the_wrapped_app(request_):
    def app(environ, start_response):
        assert not consent_of(environ).allows("statistical")
        consent_of(environ).grant("first-party")
        try:
            raise AppError
        except AppError:
            headers = [("Content-Type", "text/plain"), ("Set-Cookie", "sid=1"), ("Set-Cookie", "_fbp=1")]
            start_response("200 OK", headers, sys.exc_info())
        return [b"body"]

    server = Server()
    checked = validator(wrap(CookieWardenMiddleware, validator(app)))
    body = checked(http_environ(request_, REQUEST_METHOD="GET", QUERY_STRING=""), server)
    assert list(body) == [b"body"]
    body.close()
    cookies = [value.partition("=")[0] for name, value in server.headers if name == "Set-Cookie"]
    assert cookies == ["sid", "cookies_preferences"]


@pytest.mark.parametrize(
    "keys",
    [
        {"HTTP_COOKIE": "\xff;=;;cookies_preferences=\x00"},
        {"HTTP_COOKIE": "cookies_preferences=\u20ac\udcff"},
        {"HTTP_HOST": ""},
        {"HTTP_HOST": "\xff:::]["},
        {"HTTP_HOST": "x" * 100_000},
        {"HTTP_HOST": "\udcff"},
        {"HTTP_HOST": ".." * 1000},
    ],
)
def test_an_odd_environ_is_answered(keys):
    environ = http_environ(**keys)
    assert run(answers([("Set-Cookie", "_fbp=1")]), environ, policy=SET_OF_POLICIES)[0].headers == [
        ("Cache-Control", "private")
    ]
