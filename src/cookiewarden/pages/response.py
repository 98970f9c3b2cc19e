"""Build our responses, before an adapter sends them, with the headers that all of them have.

Rule: no response lets anything run. Each has a strict Content-Security-Policy and forbids sniffing. No page of another
site may frame one, unless the policy says that others embed the site.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from urllib.parse import quote

from cookiewarden.choices.record import ChoiceSource
from cookiewarden.http.csp_report import ReportedHost
from cookiewarden.pages.page_request import PageRequest
from cookiewarden.policy.consent import Consent

_CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'"
_UNFRAMED = {"Content-Security-Policy": f"{_CONTENT_SECURITY_POLICY}; frame-ancestors 'none'"}
# Whoever frames a page to lead visitors to a choice gets one that holds nowhere else: the cookie is Partitioned.
_FRAMED = {"Content-Security-Policy": _CONTENT_SECURITY_POLICY}
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
# Headers that describe the body are sent only with it (RFC 9110 15.4.5).
_OF_THE_BODY = frozenset({"Content-Type", "Content-Language", "Content-Disposition"})
#: Caches may keep it, but must ask each time: a page from before a choice would be wrong after it.
REVALIDATED = "public, no-cache"
NO_STORE = "no-store"
_MAX_NAME = 80  # characters


#: How a visitor chose, and the consent from then on.
NewChoice = tuple[ChoiceSource, Consent]


@dataclass(frozen=True, slots=True)
class Response:
    """A response. ``headers``: by name, each once, in latin-1.

    ``choice``: a new one, which the middleware applies. ``reported``: the hosts that a browser reported.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    choice: NewChoice | None = None
    reported: tuple[ReportedHost, ...] = ()

    def with_headers(self, **headers: str) -> Response:
        """Return this response with more headers; an underscore in a name stands for a hyphen."""
        more = {name.replace("_", "-").title(): value for name, value in headers.items()}
        return replace(self, headers={**self.headers, **more})


def content(media_type: str, body: str | bytes, **headers: str) -> Response:
    """Return a 200 with a body of that media type."""
    data = body.encode("utf-8", "replace") if isinstance(body, str) else body
    charset = "; charset=utf-8" if media_type.startswith("text/") else ""
    return Response(200, {"Content-Type": media_type + charset}, data).with_headers(**headers)


def saved_as(name: str) -> str:
    r"""Return the Content-Disposition of a file that the browser saves under a name (RFC 6266, RFC 8187).

    >>> saved_as("cookies-data.example.org.pdf")
    'attachment; filename="cookies-data.example.org.pdf"'
    >>> saved_as("cookies-Ville de Liège.pdf")
    'attachment; filename="cookies-Ville-de-Liege.pdf"; filename*=UTF-8\'\'cookies-Ville-de-Li%C3%A8ge.pdf'
    """
    letters = "".join(char if _is_for_files(char) else " " for char in unicodedata.normalize("NFC", name))
    stem, dot, ending = "-".join(letters.split()).rpartition(".")
    stem = stem[:_MAX_NAME].rstrip("-.")
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode("ascii").rstrip("-.")
    value = f'attachment; filename="{plain}{dot}{ending}"'
    return value if plain == stem else f"{value}; filename*=UTF-8''{quote(stem + dot + ending)}"


def _is_for_files(char: str) -> bool:
    """Return whether a character is a letter, an accent or a digit, or else harmless in the name of a file."""
    return char.isalnum() or char in "._-" or unicodedata.category(char).startswith("M")


def json_content(value: object, **headers: str) -> Response:
    """Return a 200 with a JSON document."""
    return content("application/json", json.dumps(value, ensure_ascii=False, indent=2) + "\n", **headers)


def problem(status: int, detail: str) -> Response:
    """Return an error response in the form of RFC 9457."""
    text = json.dumps({"title": HTTPStatus(status).phrase, "status": status, "detail": detail}, ensure_ascii=False)
    headers = {"Content-Type": "application/problem+json", "Cache-Control": NO_STORE}
    return Response(status, headers, text.encode() + b"\n")


def redirect(status: int, address: str) -> Response:
    """Return a redirect that no cache keeps. The caller has checked the address."""
    return Response(status, {"Location": address, "Cache-Control": NO_STORE})


def localized(page: PageRequest, response: Response, vary: str = "Cookie, Accept-Language") -> Response:
    """Return a response with what headers say of its language. If it shows a choice, no cache may keep it."""
    is_own = page.consent.chosen_at is not None or page.is_exempt
    kept = NO_STORE if is_own else REVALIDATED
    return response.with_headers(cache_control=kept, vary=vary, content_language=page.language.tag)


def finished(response: Response, method: str, if_none_match: str | None, *, is_embedded: bool) -> Response:
    """Return the response as it is sent, with the headers that all have.

    ``is_embedded``: whether pages of other sites may frame it.
    A response that caches may keep gets an ETag, and becomes a 304 if the client has it already. A response to HEAD has
    no body (RFC 9110 8.8.3, 13.1.2, 9.3.2).
    """
    headers = {**(_FRAMED if is_embedded else _UNFRAMED), **_ALWAYS, **response.headers}
    status, body = response.status, response.body
    is_kept = status == HTTPStatus.OK and headers.get("Cache-Control") != NO_STORE
    if is_kept and method in ("GET", "HEAD"):
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers["ETag"] = etag
        if if_none_match is not None and _has_tag(if_none_match, etag):
            left = {name: value for name, value in headers.items() if name not in _OF_THE_BODY}
            return Response(HTTPStatus.NOT_MODIFIED, left)
    if status != HTTPStatus.NO_CONTENT:
        headers["Content-Length"] = str(len(body))
    return replace(response, headers=headers, body=b"" if method == "HEAD" else body)


def _has_tag(if_none_match: str, etag: str) -> bool:
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in tags or tags == ["*"]
