"""Render every page once at start, for a made-up site, to find faults in a site's templates.

Rule: nothing of it is kept.
"""

from __future__ import annotations

from pathlib import Path
from traceback import extract_tb

from cookiewarden.errors import OptionError
from cookiewarden.http.request import Request
from cookiewarden.pages.router import Pages
from cookiewarden.policy.consent import UNDECIDED, Consent
from cookiewarden.policy.declaration import Category
from cookiewarden.policy.policy import Policy

# A site that fills every part of the pages.
_SAMPLE = {
    "site": {"name": "Exampletown", "operator": "Town", "contact": "a@example.org", "updated": "2021-03-30"},
    "cookies": [
        {"name": f"{category}*", "category": category.value, "purpose": "A sample", "lifetime": "1 day"}
        for category in Category
    ],
}


def check_templates(pages: Pages) -> None:
    """Render every page, the banner and the placeholder. Raises ``OptionError`` with the line that fails."""
    policy = Policy.from_mapping(_SAMPLE)
    for consent in (UNDECIDED, Consent.of(["statistical"], 0.0)):
        try:
            for path in ("", ".md", "/preferences", "/banner"):
                _answer(pages, policy, consent, Request("GET", "", pages.prefix + path, "", "", _no_header))
            request = Request("POST", "", f"{pages.prefix}/preferences", "", "", _no_header)
            _answer(pages, policy, consent, request)
            pages.placeholder(policy, request, "third-party", "/", "A map")
        except Exception as error:
            line = _template_line(error)
            raise OptionError(f"templates: {line}{type(error).__name__}: {error}") from error


def _answer(pages: Pages, policy: Policy, consent: Consent, request: Request) -> None:
    pages.answer(policy, request, consent, b"", 0.0, is_exempt=False)


def _no_header(name: str) -> None:
    """Return nothing, as for a request without headers."""


def _template_line(error: Exception) -> str:
    """Return the template and the line that an error comes from; ``""`` if no template is involved."""
    frames = [frame for frame in extract_tb(error.__traceback__) if frame.filename.endswith((".html", ".md"))]
    return f"{Path(frames[-1].filename).name}, line {frames[-1].lineno}: " if frames else ""
