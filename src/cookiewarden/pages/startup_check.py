"""Render every page once at start, for a made-up site, to find faults in a site's templates.

A page that asks must have the fields that ``form`` reads; otherwise no visitor could answer.
Rule: nothing of it is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from traceback import extract_tb

from cookiewarden.errors import OptionError
from cookiewarden.http.request import Request, no_header
from cookiewarden.pages.router import Pages
from cookiewarden.pages.site_folder import find_unused
from cookiewarden.policy.consent import UNDECIDED, Consent
from cookiewarden.policy.declaration import CONSENT_CATEGORIES, Category
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.signals import NO_SIGNALS, Signals

# A site that fills every part of the pages.
_SAMPLE = {
    "site": {"name": "Exampletown", "operator": "Town", "contact": "a@example.org", "updated": "2021-03-30"},
    "categories": {"statistical": {"title": "Analytics", "explanation": "They count visits."}},
    "cookies": [
        {"name": f"{category}*", "category": category.value, "purpose": "A sample", "lifetime": "1 day"}
        for category in Category
    ],
}
_SIGNALLED = Signals(frozenset(CONSENT_CATEGORIES))
# Visitors who see, together, every part of the pages.
_VISITORS = (
    (UNDECIDED, NO_SIGNALS),
    (UNDECIDED, _SIGNALLED),
    (Consent.of(["statistical"], 0.0), NO_SIGNALS),
    (Consent.of(["statistical"], 0.0), _SIGNALLED),
)
#: The fields that each template that asks must have: their names and, of buttons and fixed fields, their values.
_FIELDS = {
    "banner.html": (("choice", "accept"), ("choice", "refuse"), ("versions", None)),
    "preferences.html": (
        ("choice", "save"),
        ("choice", "accept"),
        ("choice", "refuse"),
        ("category", "statistical"),
        ("versions", None),
    ),
    "placeholder.html": (("choice", "grant"), ("category", "third-party"), ("versions", None)),
}


def check_templates(pages: Pages, folder: Path) -> list[str]:
    """Render every page, the banner and the placeholder, and return what the site's folder holds in vain.

    Raises ``OptionError`` with the line that fails, or with every field that a template lacks.
    """
    policy = Policy.from_mapping(_SAMPLE)
    asking: dict[str, str] = {}
    for consent, signals in _VISITORS:
        try:
            shown = {
                path: _answer(
                    pages, policy, consent, signals, Request("GET", "", pages.prefix + path, "", "", no_header)
                )
                for path in ("", ".md", "/preferences", "/banner")
            }
            request = Request("POST", "", f"{pages.prefix}/preferences", "", "", no_header)
            _answer(pages, policy, consent, signals, request)
            frame = pages.element("iframe", "/", {"id": "a-map"})
            placeholder = pages.placeholder(policy, request, "third-party", frame, "A map")
            pages.preferences_link(policy, request, consent, 0.0, is_exempt=False, is_first=True)
        except Exception as error:
            line = _template_line(error)
            raise OptionError(f"templates: {line}{type(error).__name__}: {error}") from error
        if not asking:
            asking = {"banner.html": shown["/banner"], "preferences.html": shown["/preferences"]}
            asking["placeholder.html"] = placeholder
    faults = [fault for name, markup in asking.items() for fault in _lacking(name, markup)]
    if faults:
        raise OptionError(*faults)
    return list(find_unused(folder, pages.templates))


def _answer(pages: Pages, policy: Policy, consent: Consent, signals: Signals, request: Request) -> str:
    return pages.answer(policy, request, consent, b"", 0.0, signals, is_exempt=False).body.decode()


class _Fields(HTMLParser):
    """Collects the buttons and the fields of a page, each by its name and its value, and how its forms are sent.

    What stands in a ``template`` is not part of the page.
    """

    def __init__(self, markup: str) -> None:
        super().__init__()
        self._depth = 0  # of elements named template
        self.found: set[tuple[str, str | None]] = set()
        self.is_posted = False
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._depth += tag == "template"
        if self._depth:
            return
        if tag == "form" and (given.get("method") or "").lower() == "post":
            self.is_posted = True
        if tag in ("button", "input") and "disabled" not in given and (name := given.get("name")):
            self.found |= {(name, given.get("value")), (name, None)}

    def handle_endtag(self, tag: str) -> None:
        self._depth -= tag == "template"


def _lacking(name: str, markup: str) -> Iterator[str]:
    """Yield a fault for each field that a template lacks, with the element to write."""
    fields = _Fields(markup)
    if not fields.is_posted:
        yield f'templates: {name}: has no form that posts; write <form method="post" action="{{{{ links.choose }}}}">'
    for field, value in _FIELDS[name]:
        if (field, value) in fields.found:
            continue
        if field == "choice":
            element = f'<button name="choice" value="{value}">'
            yield f"templates: {name}: the button {value!r} is missing, so visitors cannot answer; write {element}"
        else:
            shown = "{{ versions }}" if field == "versions" else "{{ section.category.value }}"
            kind = "checkbox" if (name, field) == ("preferences.html", "category") else "hidden"
            element = f'<input type="{kind}" name="{field}" value="{shown}">'
            yield f"templates: {name}: the field {field!r} is missing; write {element} inside the form"


def _template_line(error: Exception) -> str:
    """Return the template and the line that an error comes from; ``""`` if no template is involved."""
    frames = [frame for frame in extract_tb(error.__traceback__) if frame.filename.endswith((".html", ".md"))]
    return f"{Path(frames[-1].filename).name}, line {frames[-1].lineno}: " if frames else ""
