"""Reads a HAR file (HTTP Archive 1.2), as browsers export it: its Set-Cookie lines, the cookies sent, and the hosts.

Rule: everything in the file may be missing or of another type, and is then ignored.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from cookiewarden.http.csp_report import contacted_host
from cookiewarden.tools.audit.json_values import at, list_at, moment_at, text_at
from cookiewarden.tools.audit.notebook import Notebook
from cookiewarden.tools.audit.observed import Observed, Page, SeenHost, SentCookie, State

_MAX_ENTRIES = 50_000
#: The program that Chromium names in its files. It leaves out all cookies unless told otherwise.
_CHROMIUM = "WebInspector"
_NO_COOKIES = "comes without any cookie; export the file again from the browser, with sensitive data"
_NO_PAGE = "holds no page of a site; record while a page opens"
_CHALLENGED = "answers with a challenge, as it does to robots"


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
    moments = [moment_at(entry, "startedDateTime") for entry in entries]
    began = min((moment for moment in moments if moment is not None), default=now)
    for number, (entry, moment) in enumerate(zip(entries, moments, strict=True)):
        url = entry["request"]["url"]
        if host := contacted_host(url):
            notebook.hosts[SeenHost(state, host)] = None
        lines = [line for value in _headers(entry, "response", "set-cookie") for line in value.split("\n") if line]
        encoded = [line.encode("utf-8", "replace") for line in lines]
        notebook.keep_lines(state, url, encoded, began if moment is None else moment)
        # The first request after a withdrawal still carries what its response may delete.
        if number or state is not State.WITHDRAWN:
            notebook.sent |= {SentCookie(state, url, name): None for name in _sent(entry)}
        if _is_page(entry):
            status = at(entry, "response", "status")
            notebook.pages[state, url] = Page(
                state, url, status if isinstance(status, int) and 0 < status < 1000 else None, _problem(entry)
            )
    if not notebook.pages:
        notebook.pages[state, target] = Page(state, target, None, _NO_PAGE)
    if at(document, "log", "creator", "name") == _CHROMIUM and not (notebook.lines or notebook.sent):
        notebook.pages = {key: replace(page, problem=_NO_COOKIES) for key, page in notebook.pages.items()}
    return notebook.observed(target, "by a HAR file", began)


def _headers(entry: Any, side: str, name: str) -> Iterator[str]:
    for header in list_at(entry, side, "headers"):
        if text_at(header, "name").lower() == name and (value := text_at(header, "value")):
            yield value


def _sent(entry: Any) -> Iterator[bytes]:
    """Yield the names of the cookies that a request carried."""
    names = [text_at(cookie, "name") for cookie in list_at(entry, "request", "cookies")]
    if not names:
        pieces = [piece for value in _headers(entry, "request", "cookie") for piece in value.split(";")]
        names = [piece.partition("=")[0].strip() for piece in pieces if "=" in piece]
    yield from (name.encode("utf-8", "replace") for name in names if name)


def _is_page(entry: Any) -> bool:
    """Return whether an entry is the page itself, and not what it fetches."""
    if kind := text_at(entry, "_resourceType"):
        return kind == "document"
    media_type = text_at(entry, "response", "content", "mimeType").lower()
    return media_type.startswith(("text/html", "application/xhtml"))


def _problem(entry: Any) -> str:
    is_challenge = any(value.strip().lower() == "challenge" for value in _headers(entry, "response", "cf-mitigated"))
    return _CHALLENGED if is_challenge else ""
