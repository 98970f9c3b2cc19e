"""Reads the inspection.json of the EDPS website-evidence-collector: cookies, keys of local storage, and hosts.

Source: the collector's output, version 2.1.2, in its own tests, and the code of its versions since 0.2.1. Rule:
everything in the file may be missing or of another type, and is then ignored.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from math import isfinite
from typing import Any

from cookiewarden.http.hosts import contacted_host
from cookiewarden.tools.audit.json_values import at, items_at, list_at, moment_at, text_at
from cookiewarden.tools.audit.made_lines import line_of, note_left_out
from cookiewarden.tools.audit.notebook import Notebook
from cookiewarden.tools.audit.observed import Observed, SeenHost, SeenKey, State
from cookiewarden.tools.audit.seen_lines import place_of

_MAX_COOKIES = 20_000
_MAX_HOSTS = 2_000
#: Where the file has local storage, and what WebSockets sent: today, and in older versions.
_STORAGES = ("localStorage", "local_storage")
_WEBSOCKETS = ("websocketLog", "websockets")
_NO_ATTRIBUTES = (
    "Some cookies stand only in the log of the collector. Of these, its file keeps neither Max-Age nor Secure, "
    "HttpOnly and SameSite."
)


def is_evidence(document: Any) -> bool:
    """Return whether a JSON document is an inspection of the website-evidence-collector.

    >>> is_evidence({"uri_ins": "https://a.example/", "cookies": []}), is_evidence({"cookies": []})
    (True, False)
    """
    return isinstance(at(document, "cookies"), list) and isinstance(at(document, "uri_ins"), str)


def observed_in_evidence(document: Any, target: str, state: State, now: float) -> Observed:
    """Return what an inspection says. ``state``: what its visitor had chosen. ``now``: for what has no time.

    >>> cookie = {"name": "a", "domain": "a.example", "path": "/", "session": True, "secure": True}
    >>> page = {"uri_ins": "https://a.example/", "cookies": [cookie]}
    >>> observed_in_evidence(page, "inspection.json", State.NO_CHOICE, 0.0).lines[0].line
    b'a=; Path=/; Secure'
    """
    notebook = Notebook(states={state})
    began = moment_at(document, "start_time")
    began = now if began is None else began
    cookies = document["cookies"]
    if len(cookies) > _MAX_COOKIES:
        notebook.note(f"Only the first {_MAX_COOKIES:,} cookies were read.")
        notebook.cut.add(state)
    kept = [_add_cookie(notebook, cookie, state, began) for cookie in cookies[:_MAX_COOKIES]]
    note_left_out(notebook, state, kept.count(False))
    own = text_at(document, "host")
    for address in islice(_addresses(document), _MAX_HOSTS):
        known = contacted_host(address)
        if known and known.partition(":")[0] != own:  # another port of the site counts as another party there
            notebook.hosts[SeenHost(state, known)] = None
    for origin, name in _stored(document):
        notebook.keep_key(SeenKey(state, origin, "local-storage", name))
    seen = notebook.observed(target, "by the website-evidence-collector", began)
    return replace(seen, site=place_of(text_at(document, "uri_dest") or text_at(document, "uri_ins"))[0])


def _addresses(document: Any) -> Iterator[str]:
    """Yield an address for each host that was contacted. The old ``entries`` hold those of the site, too."""
    for key in ("thirdParty", "entries"):
        yield from (f"https://{host}" for host in list_at(document, "hosts", "requests", key) if isinstance(host, str))
    for key in _WEBSOCKETS:
        yield from (text_at(socket, "url") for _, socket in items_at(document, key))


def _stored(document: Any) -> Iterator[tuple[str, str]]:
    """Yield the origin and the name of each key in local storage."""
    for key in _STORAGES:
        for origin, _ in items_at(document, key):
            yield from ((origin, name) for name, _ in items_at(document, key, origin))


def _add_cookie(notebook: Notebook, cookie: Any, state: State, began: float) -> bool:
    """Keep a cookie; return whether a line can hold it."""
    name, domain, path = (text_at(cookie, key) for key in ("name", "domain", "path"))
    moment = moment_at(cookie, "log", "timestamp")
    received = began if moment is None else moment
    flags = {"Secure": "secure", "HttpOnly": "httpOnly", "Partitioned": "partitionKey"}
    line = line_of(
        name,
        path=path,
        lifetime=_lifetime(cookie, received),
        flags=tuple(flag for flag, key in flags.items() if at(cookie, key)),
        same_site=text_at(cookie, "sameSite"),
    )
    if line is not None:
        is_partial = at(cookie, "secure") is None
        if is_partial:
            notebook.note(_NO_ATTRIBUTES)
        scheme = "http" if at(cookie, "sourceScheme") == "NonSecure" else "https"
        url = f"{scheme}://{domain}{path if path.startswith('/') else '/'}"
        notebook.keep_lines(state, url, [line], received, _set_by(cookie), is_partial=is_partial)
    return line is not None


def _set_by(cookie: Any) -> str:
    """Return the script that set a cookie; ``""`` if a response did."""
    script = next((text_at(frame, "fileName") for frame in list_at(cookie, "log", "stack")), "")
    return script if at(cookie, "log", "type") == "Cookie.JS" else ""


def _lifetime(cookie: Any, received: float) -> float | None:
    """Return how long a cookie is kept, in seconds. Its end is a number, or a date as JavaScript writes it."""
    if at(cookie, "session") is True:
        return None
    expires = at(cookie, "expires")
    end = moment_at(cookie, "expires") if isinstance(expires, str) else expires
    if isinstance(end, bool) or not isinstance(end, int | float):
        return None
    try:
        left = float(end) - received
    except OverflowError:
        return None
    return left if end >= 0 and isfinite(left) else None
