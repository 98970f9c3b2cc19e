"""Makes the choice of a visitor through our own pages, as a browser's form does, whatever carries the requests.

Rule: a choice counts as made only if the site says so to the next request.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from cookiewarden.tools.audit.links import Links
from cookiewarden.tools.web.addresses import joined

#: Sends one request with its method, address, headers and body, and the visitor's cookies with it. Returns status,
#: headers and body of the response; follows no redirect.
Send = Callable[[str, str, Mapping[str, str], bytes], tuple[int, list[tuple[bytes, bytes]], bytes]]

#: Where our pages are unless the site says otherwise.
DEFAULT_PREFIX = "/cookies"
#: How our pages answer a form whose choice they take.
TAKEN = frozenset({200, 303})
_MAX_TRIES = 3
_SECTION_KEYS = frozenset({"category", "cookies", "granted", "version"})


class NotChosenError(Exception):
    """A choice could not be made; its message says why."""


def find_pages(send: Send, url: str, links: Links) -> str:
    """Return the address under which a site has our pages, without slash at its end; ``""`` if none is found.

    ``url`` and ``links`` are those of a page of the site: its banner or its links say where our pages are.
    """
    for pages in _candidates(url, links):
        if _state(send, pages) is not None:
            return pages
    return ""


def choose(send: Send, pages: str, *, accept: bool) -> None:
    """Accept or refuse everything that a site asks for. ``pages``: from ``find_pages``.

    Raises ``NotChosenError``, also if the site does not keep the choice.
    """
    state = _state(send, pages)
    if state is None:
        raise NotChosenError(f"{pages}/preferences.json does not answer as a page of cookiewarden")
    asked = _asked(state)
    if accept and not asked:
        raise NotChosenError("the site asks for no consent, so there is nothing to accept")
    form = {
        "choice": "accept" if accept else "refuse",
        "versions": " ".join(f"{one['category']}:{one['version']}" for one in asked),
    }
    parts = urlsplit(pages)
    headers = {
        "accept": "text/html,application/xhtml+xml,*/*;q=0.8",
        "content-type": "application/x-www-form-urlencoded",
        "origin": f"{parts.scheme}://{parts.netloc}",
        "sec-fetch-dest": "document",
        "sec-fetch-mode": "navigate",
        "sec-fetch-site": "same-origin",
        "sec-fetch-user": "?1",
    }
    body = urlencode({name: value for name, value in form.items() if value}).encode("ascii")
    status, _, _ = send("POST", f"{pages}/preferences", headers, body)
    if status not in TAKEN:
        raise NotChosenError(f"the site answers a choice with {status}")
    check_choice(send, pages, accept=accept)


def check_choice(send: Send, pages: str, *, accept: bool) -> None:
    """Raise ``NotChosenError`` unless a site says that a choice stands. The arguments are those of ``choose``."""
    state = _state(send, pages)
    if state is None or not state["is_decided"]:
        raise NotChosenError("the site does not keep the choice; its cookie may be refused or lost")
    if {bool(one["granted"]) for one in _asked(state)} - {accept}:
        raise NotChosenError("the site keeps another choice than the one that was made")


def _asked(state: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what a site asks for: categories without cookies are not shown; necessary ones have no version."""
    return [one for one in state["categories"] if one["cookies"] and isinstance(one["version"], str)]


def _candidates(url: str, links: Links) -> Iterator[str]:
    """Return the addresses under which our pages may be, the likeliest first: all on the host of the page."""
    own = urlsplit(url)
    found: dict[str, None] = {}
    for address in (links.choosing, *links.all, joined(url, f"{DEFAULT_PREFIX}/preferences")):
        parts = urlsplit(address)
        if (parts.scheme, parts.netloc) == (own.scheme, own.netloc) and parts.path.endswith("/preferences"):
            found[f"{parts.scheme}://{parts.netloc}{parts.path.removesuffix('/preferences')}"] = None
    default = joined(url, DEFAULT_PREFIX)
    likeliest = [pages for pages in found if pages != default][: _MAX_TRIES - 1]
    yield from [*likeliest, default] if links.choosing else [default, *likeliest]


def _state(send: Send, pages: str) -> dict[str, Any] | None:
    """Return what our pages say of the visitor's choice; ``None`` if they are not there, or are not ours."""
    headers = {
        "accept": "application/json",
        "sec-fetch-dest": "empty",
        "sec-fetch-mode": "cors",
        "sec-fetch-site": "same-origin",
    }
    status, _, body = send("GET", f"{pages}/preferences.json", headers, b"")
    if status != 200:
        return None
    try:
        state = json.loads(body)
        json.dumps(state, ensure_ascii=False).encode()  # what is no text cannot be sent back
    except (ValueError, RecursionError):
        return None
    sections = state.get("categories") if isinstance(state, dict) else None
    if not isinstance(sections, list) or not isinstance(state.get("is_decided"), bool):
        return None
    is_ours = all(
        isinstance(one, dict) and one.keys() >= _SECTION_KEYS and isinstance(one["category"], str) for one in sections
    )
    return state if is_ours else None
