"""Build our responses, before an adapter sends them, with the headers that all of them have.

Rule: no response lets anything run. Each has a strict Content-Security-Policy and forbids sniffing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus

from cookiewarden.choices.record import ChoiceSource
from cookiewarden.policy.consent import Consent

_CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_ALWAYS = {
    "Content-Security-Policy": _CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
# Headers that describe the body are sent only with it (RFC 9110 15.4.5).
_OF_THE_BODY = frozenset({"Content-Type", "Content-Language", "Content-Disposition"})
#: Caches may keep it, but must ask each time: a page from before a choice would be wrong after it.
REVALIDATED = "public, no-cache"
NO_STORE = "no-store"


#: How a visitor chose, and the consent from then on.
NewChoice = tuple[ChoiceSource, Consent]


@dataclass(frozen=True, slots=True)
class Response:
    """A response. ``headers``: by name, each once, in latin-1. ``choice``: a new one, which the middleware applies."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    choice: NewChoice | None = None

    def with_headers(self, **headers: str) -> Response:
        """Return this response with more headers; an underscore in a name stands for a hyphen."""
        more = {name.replace("_", "-").title(): value for name, value in headers.items()}
        return replace(self, headers={**self.headers, **more})


def content(media_type: str, body: str | bytes, **headers: str) -> Response:
    """Return a 200 with a body of that media type."""
    data = body.encode("utf-8", "replace") if isinstance(body, str) else body
    charset = "; charset=utf-8" if media_type.startswith("text/") else ""
    return Response(200, {"Content-Type": media_type + charset}, data).with_headers(**headers)


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


def finished(response: Response, method: str, if_none_match: str | None) -> Response:
    """Return the response as it is sent, with the headers that all have.

    A response that caches may keep gets an ETag, and becomes a 304 if the client has it already. A response to HEAD has
    no body (RFC 9110 8.8.3, 13.1.2, 9.3.2).
    """
    headers = {**_ALWAYS, **response.headers}
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
