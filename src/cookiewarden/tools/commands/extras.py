"""Name the extra to install if a command lacks a package.

Rule: this module imports without any extra.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from cookiewarden.errors import MissingExtraError

#: The packages that only extras install. Another missing module is a bug, and keeps its traceback.
_PACKAGES = frozenset(
    [
        "babel",
        "click",
        "duckduckgo_autoconsent",
        "httpcore",
        "httpx",
        "jinja2",
        "markdown_it",
        "markupsafe",
        "playwright",
        "rich",
        "selectolax",
        "starlette",
        "uvicorn",
        "werkzeug",
    ]
)


@contextmanager
def needs_extra(part: str, extra: str) -> Iterator[None]:
    """Raise ``MissingExtraError`` if the block lacks a package. ``part``: what needs it, for the message.

    >>> with needs_extra("the demo", "demo"):
    ...     raise ModuleNotFoundError(name="rich.console")
    Traceback (most recent call last):
    ...
    cookiewarden.errors.MissingExtraError: the demo needs the package rich: pip install 'cookiewarden[demo]'
    """
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in _PACKAGES:
            raise
        raise MissingExtraError(part, package, extra) from None
