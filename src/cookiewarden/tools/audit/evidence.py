"""Reads the inspection.json of the EDPS website-evidence-collector: the cookies of its browser, and the hosts.

Source: the collector's output, version 2.1.2, in its own tests. Rule: everything in the file may be missing or of
another type, and is then ignored.
"""

from __future__ import annotations

from math import isfinite
from typing import Any

from cookiewarden.http.csp_report import contacted_host
from cookiewarden.tools.audit.json_values import at, list_at, moment_at, text_at
from cookiewarden.tools.audit.made_lines import line_of
from cookiewarden.tools.audit.notebook import Notebook
from cookiewarden.tools.audit.observed import Observed, SeenHost, State

_MAX_COOKIES = 20_000
_MAX_HOSTS = 2_000
_LOCAL_STORAGE = "The file holds local storage, too, which this audit does not judge."


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
    for cookie in cookies[:_MAX_COOKIES]:
        _add_cookie(notebook, cookie, state, began)
    for host in list_at(document, "hosts", "requests", "thirdParty")[:_MAX_HOSTS]:
        if isinstance(host, str) and (known := contacted_host(f"https://{host}")):
            notebook.hosts[SeenHost(state, known)] = None
    own = SeenHost(state, text_at(document, "host"))
    notebook.hosts.pop(own, None)  # another port of the site counts as another party there
    if at(document, "localStorage"):
        notebook.note(_LOCAL_STORAGE)
    return notebook.observed(target, "by the website-evidence-collector", began)


def _add_cookie(notebook: Notebook, cookie: Any, state: State, began: float) -> None:
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
        scheme = "http" if at(cookie, "sourceScheme") == "NonSecure" else "https"
        url = f"{scheme}://{domain}{path if path.startswith('/') else '/'}"
        notebook.keep_lines(state, url, [line], received, _set_by(cookie))


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
