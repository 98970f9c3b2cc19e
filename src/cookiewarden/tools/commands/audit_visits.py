"""The visits of ``cookiewarden audit``: to a site over HTTP or in a browser, and to an app in this process.

Rules: an error names its target as every report does, without query, user and password. Whoever waits at a terminal
sees how many pages were opened.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cookiewarden.tools.commands.extras import needs_extra

if TYPE_CHECKING:
    from cookiewarden.tools.audit.observed import Observed, Page, State


def crawled(url: str, sought: Sequence[State]) -> Observed:
    """Visit a site over HTTP. Raises ``TargetError``."""
    from cookiewarden.tools.audit.apps import TargetError
    from cookiewarden.tools.audit.crawl import crawl
    from cookiewarden.tools.audit.redaction import redacted_text

    try:
        with _progress() as report:
            return crawl(url, states=sought, report=report)
    except ValueError as error:
        raise TargetError(f"{redacted_text(url)}: {error}") from None


def browsed(
    url: str, sought: Sequence[State], *, program: str | None, evidence: Path | None, is_mobile: bool
) -> Observed:
    """Visit a site with an installed Chromium, ``program`` if it is named. Raises ``TargetError``."""
    from cookiewarden.tools.audit.apps import TargetError
    from cookiewarden.tools.audit.redaction import redacted_text

    with needs_extra("an audit with a browser", "browser"):
        from cookiewarden.tools.audit.browser import browse
    try:
        chromium = program or ""
        with _progress() as report:
            return browse(url, states=sought, program=chromium, report=report, evidence=evidence, is_mobile=is_mobile)
    except ValueError as error:
        raise error if isinstance(error, TargetError) else TargetError(f"{redacted_text(url)}: {error}") from None
    except OSError as error:  # of a picture that could not be written
        raise TargetError(f"{error.filename or evidence}: {os.strerror(error.errno or 0)}") from None


def visited(target: str, host: str, paths: Sequence[str], sought: Sequence[State]) -> Observed:
    """Visit an app in this process, without a server. Raises ``TargetError`` and ``click.BadParameter``."""
    from cookiewarden.tools.audit.apps import TargetError, is_app, load_app
    from cookiewarden.tools.audit.containment import kept_quiet
    from cookiewarden.tools.audit.in_process import audit_app

    for path in paths:
        if not path.startswith("/") or path.startswith("//"):
            raise click.BadParameter(f'"{path}": must be a path of the site, such as /cart', param_hint="--path")
    if not is_app(target):
        remedy = "give https://shop.example, shop.wsgi:app, or a file that a browser, a collector or a middleware wrote"
        raise TargetError(f"{target}: is neither an address, nor an app, nor a file; {remedy}")
    with kept_quiet():
        loaded = load_app(target)
    try:
        with _progress() as report:
            return audit_app(
                loaded, f"https://{host}/", time.time, target=target, paths=paths, sought=sought, report=report
            )
    except ValueError as error:
        raise TargetError(f"{target}: {error}") from None


@contextmanager
def _progress() -> Iterator[Callable[[Page], None]]:
    """Show a bar on a terminal, and return what is to be called with each page that was opened."""
    from rich.progress import BarColumn, TextColumn

    from cookiewarden.tools.console import progress_of

    with progress_of(TextColumn("{task.description}"), BarColumn(), TextColumn("pages: {task.completed}")) as bar:
        task = bar.add_task("Auditing", total=None)
        yield lambda page: bar.update(task, advance=1, description=f"Auditing: {page.state}")
