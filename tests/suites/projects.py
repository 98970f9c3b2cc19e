"""The suites: of which release, with what else installed, which of their tests, and where their apps are wrapped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Suite:
    """One project's tests. ``wraps``: keys of ``inside/suite_wrap.PLACES``. ``left_out``: by test or file, the reason
    for which neither run has it. ``script``: what runs the tests, if pytest does not. ``repository``: where the
    tests are, if the source distribution comes without; a tag names the version there."""

    name: str
    version: str
    wraps: tuple[str, ...]
    requirements: tuple[str, ...] = ()
    tests: tuple[str, ...] = ("tests",)
    left_out: Mapping[str, str] = field(default_factory=dict)
    script: str | None = None
    repository: str | None = None
    tag: str = "{version}"


SUITES = {
    suite.name: suite
    for suite in [
        Suite(
            "starlette",
            "1.10.0",
            wraps=("starlette.testclient", "httpx._transports.asgi", "httpx2._transports.asgi"),
            requirements=("starlette[full]", "httpx2", "blockbuster", "opentelemetry-sdk", "pytest", "trio"),
        ),
        Suite(
            "flask",
            "3.1.3",
            wraps=("werkzeug.test", "werkzeug.serving"),
            requirements=("asgiref", "greenlet", "pytest", "python-dotenv"),
        ),
        Suite(
            "werkzeug",
            "3.1.9",
            wraps=("werkzeug.test", "werkzeug.serving"),
            requirements=("cffi", "cryptography", "ephemeral-port-reserve", "pytest", "pytest-timeout"),
        ),
    ]
}
