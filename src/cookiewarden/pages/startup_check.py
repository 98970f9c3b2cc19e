"""Every page once, for a site that does not exist: so that what is wrong with a site's templates shows at start."""

from __future__ import annotations

from pathlib import Path
from traceback import extract_tb
from typing import TYPE_CHECKING

from cookiewarden.errors import OptionError
from cookiewarden.http.request import Visit
from cookiewarden.middleware.exchange import Exchange
from cookiewarden.policy.consent import UNDECIDED, Consent
from cookiewarden.policy.declaration import Category
from cookiewarden.policy.policy import Policy

if TYPE_CHECKING:
    from cookiewarden.pages.router import Pages

# With something of everything.
_SAMPLE = {
    "site": {"name": "Exampletown", "operator": "Town", "contact": "a@example.org", "updated": "2021-03-30"},
    "cookies": [
        {"name": f"{category}*", "category": category.value, "purpose": "A sample", "lifetime": "1 day"}
        for category in Category
    ],
}


def rehearse(pages: Pages) -> None:
    """Render every page, the banner and the placeholder. Raises ``OptionError`` with the line that cannot be."""
    for consent in (UNDECIDED, Consent.of(["statistical"], 0.0)):
        exchange = Exchange()
        exchange.policy, exchange.consent = Policy.from_mapping(_SAMPLE), consent
        try:
            for path in ("", ".md", "/preferences", "/banner"):
                pages.answer(Visit("GET", "", pages.prefix + path, "", "", _no_field), exchange, b"")
            visit = Visit("POST", "", f"{pages.prefix}/preferences", "", "", _no_field)
            pages.answer(visit, exchange, b"")
            pages.placeholder(exchange, visit, "third-party", "/", "A map")
        except Exception as error:
            line = _template_line(error)
            raise OptionError(f"templates: {line}{type(error).__name__}: {error}") from error


def _no_field(name: str) -> None:
    """What a request without header fields answers."""


def _template_line(error: Exception) -> str:
    """Which line of which template an error comes from, if one can tell."""
    frames = [frame for frame in extract_tb(error.__traceback__) if frame.filename.endswith((".html", ".md"))]
    return f"{Path(frames[-1].filename).name}, line {frames[-1].lineno}: " if frames else ""
