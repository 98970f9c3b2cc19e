"""An answer of ours, before an adapter sends it: status, fields, body; and what all answers have in common.

Rule: every answer says what it is and lets nothing else run: a strict Content-Security-Policy, no sniffing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus

_CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_ALWAYS = {
    "Content-Security-Policy": _CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
# What tells of the body goes out with it only (RFC 9110 15.4.5).
_OF_THE_BODY = frozenset({"Content-Type", "Content-Language", "Content-Disposition"})
#: May be kept, and must be asked about each time: a page kept from before a choice would tell a lie after it.
REVALIDATED = "public, no-cache"
NO_STORE = "no-store"


@dataclass(frozen=True, slots=True)
class Answer:
    """A response: ``fields`` by name, each once, in latin-1; ``body`` in octets."""

    status: int
    fields: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def with_fields(self, **fields: str) -> Answer:
        """This answer with more fields; an underscore in a name stands for a hyphen."""
        more = {name.replace("_", "-").title(): value for name, value in fields.items()}
        return replace(self, fields={**self.fields, **more})


def content(media_type: str, body: str | bytes, **fields: str) -> Answer:
    """A 200 that carries a body of that media type."""
    octets = body.encode("utf-8", "replace") if isinstance(body, str) else body
    charset = "; charset=utf-8" if media_type.startswith("text/") else ""
    return Answer(200, {"Content-Type": media_type + charset}, octets).with_fields(**fields)


def json_content(value: object, **fields: str) -> Answer:
    """A 200 that carries a JSON document."""
    return content("application/json", json.dumps(value, ensure_ascii=False, indent=2) + "\n", **fields)


def problem(status: int, detail: str) -> Answer:
    """A refusal in the form of RFC 9457."""
    text = json.dumps({"title": HTTPStatus(status).phrase, "status": status, "detail": detail}, ensure_ascii=False)
    fields = {"Content-Type": "application/problem+json", "Cache-Control": NO_STORE}
    return Answer(status, fields, text.encode() + b"\n")


def redirect(status: int, address: str) -> Answer:
    """A redirect to an address that was checked; it is not kept."""
    return Answer(status, {"Location": address, "Cache-Control": NO_STORE})


def finished(answer: Answer, method: str, if_none_match: str | None) -> Answer:
    """The answer as it goes out: with its ETag where it may be kept, as a 304 where the client has it, with the fields
    of every answer, and without a body where the method is HEAD (RFC 9110 8.8.3, 13.1.2, 9.3.2)."""
    fields = {**_ALWAYS, **answer.fields}
    status, body = answer.status, answer.body
    is_kept = status == HTTPStatus.OK and fields.get("Cache-Control") != NO_STORE
    if is_kept and method in ("GET", "HEAD"):
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        fields["ETag"] = etag
        if if_none_match is not None and _has_tag(if_none_match, etag):
            return Answer(HTTPStatus.NOT_MODIFIED, {name: fields[name] for name in fields if name not in _OF_THE_BODY})
    if status != HTTPStatus.NO_CONTENT:
        fields["Content-Length"] = str(len(body))
    return Answer(status, fields, b"" if method == "HEAD" else body)


def _has_tag(if_none_match: str, etag: str) -> bool:
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in tags or tags == ["*"]
