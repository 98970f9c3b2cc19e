"""The suites: their releases, what else they need, which of their tests to run, and where to wrap their apps."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Suite:
    """One project's tests.

    ``wraps``: keys of ``inside/suite_wrap.PLACES``. ``script``: what runs the tests, if pytest does not.
    ``repository``: where the tests are, if the source distribution has none. ``tag``: the tag of the version there.
    """

    name: str
    version: str
    wraps: tuple[str, ...]
    requirements: tuple[str, ...] = ()
    tests: tuple[str, ...] = ("tests",)
    script: str | None = None
    repository: str | None = None
    tag: str = "{version}"


_HTTPX = ("httpx._transports.asgi", "httpx2._transports.asgi")

SUITES = {
    suite.name: suite
    for suite in [
        Suite(
            "starlette",
            "1.10.0",
            wraps=("starlette.testclient", *_HTTPX),
            requirements=("starlette[full]", "httpx2[zstd]", "blockbuster", "opentelemetry-sdk", "pytest", "trio"),
        ),
        Suite(
            "flask",
            "3.1.3",
            wraps=("werkzeug.test", "werkzeug.serving"),
            requirements=("asgiref", "greenlet", "pytest<9", "python-dotenv"),
        ),
        # Without watchdog: in some sandboxes its reloader misses changes, and a test then waits forever.
        Suite(
            "werkzeug",
            "3.1.9",
            wraps=("werkzeug.test", "werkzeug.serving"),
            requirements=("cffi", "cryptography", "ephemeral-port-reserve", "pytest", "pytest-timeout"),
        ),
        Suite(
            "django",
            "5.2.19",
            wraps=("django.core.handlers.wsgi", "django.core.handlers.asgi", "django.test.client"),
            requirements=("jinja2", "pillow", "tblib", "tzdata"),
            tests=(
                *("handlers", "sessions_tests", "csrf_tests", "requests_tests", "messages_tests", "test_client"),
                *("test_client_regress", "asgi", "wsgi", "--parallel", "1"),
            ),
            script="tests/runtests.py",
        ),
        Suite(
            "fastapi",
            "0.165.0",
            wraps=("starlette.testclient", *_HTTPX),
            requirements=(
                *("fastapi[standard]", "a2wsgi", "anyio[trio]", "dirty-equals", "flask", "inline-snapshot", "logfire"),
                *("opentelemetry-instrumentation-fastapi", "pwdlib[argon2]", "pyjwt", "pytest", "pytest-timeout"),
                *("pytest-xdist", "pyyaml", "sentry-sdk", "sqlmodel", "strawberry-graphql"),
            ),
        ),
        # The last release whose source distribution has the tests, with the dependencies of its time. Some tests start
        # a database in a container, and fail without one.
        Suite(
            "litestar",
            "2.13.0",
            wraps=("litestar.app",),
            requirements=(
                *("litestar[full]", "advanced-alchemy<0.25", "aiosqlite", "anyio<4.7", "asyncpg", "beanie"),
                *(
                    "beautifulsoup4",
                    "click<8.2",
                    "daphne",
                    "fsspec",
                    "greenlet",
                    "httpx<0.28",
                    "httpx-sse",
                    "hypercorn",
                ),
                *("hypothesis", "msgspec<0.19", "opentelemetry-sdk", "polyfactory<2.19", "psutil"),
                *("psycopg[pool,binary]", "psycopg2-binary", "pydantic<2.11", "pytest<8.4", "pytest-asyncio<0.25"),
                *("pytest-lazy-fixtures<1.2", "pytest-mock", "pytest-rerunfailures<16", "pytest-timeout"),
                *("pytest-xdist", "python-dotenv", "rich-click<1.9", "sqlalchemy<2.1", "starlette<0.42"),
                *("structlog<25", "time-machine<3", "trio"),
            ),
            tests=("tests/e2e", "tests/unit"),
        ),
        # An extension of Litestar. Its tests run apps of a current release.
        Suite(
            "litestar-htmx",
            "0.5.0",
            wraps=("litestar.app",),
            requirements=("litestar[full]==2.25.0", "pytest", "pytest-asyncio"),
        ),
        Suite(
            "quart",
            "0.20.0",
            wraps=("quart.app",),
            requirements=("hypothesis", "pytest<9", "pytest-asyncio", "pytest-cov", "python-dotenv"),
            repository="https://github.com/pallets/quart",
        ),
        Suite(
            "falcon",
            "4.4.0",
            wraps=("falcon.app", "falcon.asgi.app"),
            requirements=(
                *("aiofiles", "cbor2", "httpx", "jsonschema", "msgpack", "msgspec", "mujson", "orjson", "pytest<9"),
                *("pyyaml", "requests", "testtools", "ujson", "uvicorn", "websockets"),
            ),
        ),
        Suite(
            "bottle",
            "0.13.4",
            wraps=("bottle",),
            requirements=("jinja2", "mako", "pytest"),
            tests=("test",),
        ),
        Suite(
            "webtest",
            "3.0.7",
            wraps=("webtest.app",),
            requirements=("pastedeploy", "pyquery", "pytest", "setuptools<81", "wsgiproxy2"),
        ),
        Suite(
            "pyramid",
            "2.1",
            wraps=("pyramid.router",),
            requirements=("pytest", "webtest", "zope.component"),
        ),
    ]
}
