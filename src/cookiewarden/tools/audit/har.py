"""Reads a HAR file (HTTP Archive 1.2), as browsers export it: its Set-Cookie lines, the cookies sent, and the hosts.

Rules: everything in the file may be missing or of another type, and is then ignored. Somebody opened each of its pages
on purpose, so one that was not seen leaves the state unverified.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from cookiewarden.http.hosts import contacted_host
from cookiewarden.http.matching import domain_match
from cookiewarden.http.urls import without_query
from cookiewarden.tools.audit.har_entries import (
    is_page,
    lines_of,
    listed_cookies,
    method_of,
    response_of,
    sent_names,
    status_of,
)
from cookiewarden.tools.audit.json_values import at, moment_at, text_at
from cookiewarden.tools.audit.made_lines import note_left_out
from cookiewarden.tools.audit.notebook import Notebook
from cookiewarden.tools.audit.observed import Observed, Page, SeenHost, SentCookie, State
from cookiewarden.tools.audit.seen_lines import place_of
from cookiewarden.tools.web.challenges import problem_of

_MAX_ENTRIES = 50_000
#: The program that Chromium names in its files. It leaves out all cookies unless told otherwise.
_CHROMIUM = "WebInspector"
#: The one that Safari names.
_SAFARI = "WebKit Web Inspector"
_NO_COOKIES = "comes without any cookie; export the file again from the browser, with sensitive data"
_NO_PAGE = "holds no page of a site; record while a page opens"
_LISTED = (
    "For some responses, the file holds no Set-Cookie lines, only lists of cookies. Those may lack attributes, so the "
    "audit judged none of them there."
)


def is_har(document: Any) -> bool:
    """Return whether a JSON document is a HAR file.

    >>> is_har({"log": {"entries": []}}), is_har([])
    (True, False)
    """
    return isinstance(at(document, "log", "entries"), list)


def observed_in_har(document: Any, target: str, state: State, now: float) -> Observed:
    r"""Return what a HAR file says. ``state``: what its visitor had chosen. ``now``: for entries without a time.

    >>> headers = [{"name": "Set-Cookie", "value": "a=1; Path=/\nb=2"}]
    >>> entry = {"request": {"url": "https://a.example/"}, "response": {"status": 200, "headers": headers}}
    >>> seen = observed_in_har({"log": {"entries": [entry]}}, "a.har", State.NO_CHOICE, 0.0)
    >>> [line.line for line in seen.lines]
    [b'a=1; Path=/', b'b=2']
    """
    notebook = Notebook(states={state})
    entries = [entry for entry in document["log"]["entries"] if text_at(entry, "request", "url")]
    if len(entries) > _MAX_ENTRIES:
        notebook.note(f"Only the first {_MAX_ENTRIES:,} requests were read.")
        notebook.cut.add(state)
        del entries[_MAX_ENTRIES:]
    creator = at(document, "log", "creator", "name")
    moments = [moment_at(entry, "startedDateTime") for entry in entries]
    began = min((moment for moment in moments if moment is not None), default=now)
    left_out = 0
    for number, (entry, moment) in enumerate(zip(entries, moments, strict=True)):
        url, method = entry["request"]["url"], method_of(entry)
        received = began if moment is None else moment
        if host := contacted_host(url):
            notebook.hosts[SeenHost(state, host)] = None
        lines = lines_of(entry, is_joined=creator == _SAFARI)
        listed = [] if lines else listed_cookies(entry, received)
        if listed:
            notebook.note(_LISTED)
            lines = [line for line in listed if line is not None]
            left_out += len(listed) - len(lines)
        notebook.keep_lines(state, url, lines, received, method=method, is_partial=bool(listed))
        # The first request after a withdrawal still carries what its response may delete.
        if number or state is not State.WITHDRAWN:
            notebook.sent |= {SentCookie(state, url, name, method): None for name in sent_names(entry)}
        if is_page(entry):
            status = status_of(entry)
            problem = "" if status is None else problem_of(response_of(entry, status), is_start=False)
            notebook.pages[state, url] = Page(state, url, status, problem)
    note_left_out(notebook, state, left_out)
    if creator == _CHROMIUM and not (notebook.lines or notebook.sent):
        notebook.pages = {key: _without_cookies(page) for key, page in notebook.pages.items()}
    else:
        _note_unseen(notebook, state)
    if not notebook.pages:
        notebook.pages[state, target] = Page(state, target, None, _NO_PAGE)
    return notebook.observed(target, "by a HAR file", began)


def _without_cookies(page: Page) -> Page:
    return replace(page, problem=_NO_COOKIES) if page.is_seen else page


def _note_unseen(notebook: Notebook, state: State) -> None:
    """Note which pages of the site were not seen, and that the state was not seen as a whole.

    A page was seen if its address was answered later, with whatever query: so a browser comes back from a challenge.
    """
    pages = _near_the_first(notebook.pages.values())
    seen = {without_query(page.url) for page in pages if page.is_seen}
    unseen = [page for page in pages if (page.problem or page.status is None) and without_query(page.url) not in seen]
    if unseen:
        notebook.cut.add(state)
    if unseen and any(page.is_seen for page in notebook.pages.values()):
        first = f"{unseen[0].url} {unseen[0].problem or 'has no response'}"
        notebook.note(f"Not seen: {len(unseen)} of {len(pages)} pages, such as {first}.")


def _near_the_first(pages: Iterable[Page]) -> list[Page]:
    """Return the pages of the site to which the first one belongs; the others are frames, mostly."""
    found = list(pages)
    site = place_of(found[0].url)[0].removeprefix("www.") if found else ""
    return [page for page in found if domain_match(place_of(page.url)[0], site)]
