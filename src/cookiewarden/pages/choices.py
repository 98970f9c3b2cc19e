"""What a form or the API sends, read into a choice: strictly, for what was not said clearly was not said.

Rule: anything odd is a ``WrongBodyError`` with the status and the sentence that the client is told, and nothing has
changed by then.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from cookiewarden.consent import as_categories
from cookiewarden.declaration import CONSENT_CATEGORIES, Category
from cookiewarden.visit import Visit, is_own_address

_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"
_MAX_FIELDS = 32


class WrongBodyError(Exception):
    """A body that is no choice: the status (RFC 9110 15.5), and what is wrong, in a sentence."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be changed: the categories granted and those refused; where to go then, if that was said."""

    granted: tuple[Category, ...]
    refused: tuple[Category, ...]
    next: str = ""


def read_form(visit: Visit, body: bytes | None, offered: tuple[Category, ...]) -> Wanted:
    """The choice that one of our forms posts: ``choice`` says which button it was, ``category`` what was ticked.

    ``accept`` grants all that are ``offered``, for nobody was asked about others; ``refuse`` refuses all; ``save``
    grants what is ticked and refuses the rest; ``grant`` grants what is named on top of what was chosen before.
    """
    text = _text(visit, body, _FORM)
    try:
        pairs = parse_qsl(
            text, keep_blank_values=True, strict_parsing=bool(text), errors="strict", max_num_fields=_MAX_FIELDS
        )
    except ValueError:
        raise WrongBodyError(400, "The form cannot be read.") from None
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    unknown = sorted(fields.keys() - {"choice", "category", "next"})
    if unknown:
        raise WrongBodyError(422, f"There is no field {_shown(unknown[0])}.")
    for name in ("choice", "next"):
        if len(fields.get(name, ())) > 1:
            raise WrongBodyError(422, f"The field {name} comes more than once.")
    address = fields.get("next", [""])[0]
    if address and not is_own_address(address):
        raise WrongBodyError(422, "The field next is no path of this site.")
    ticked = _categories(fields.get("category", []))
    choice = fields.get("choice", [""])[0]
    if choice == "accept":
        return Wanted(offered, (), address)
    if choice == "refuse":
        return Wanted((), CONSENT_CATEGORIES, address)
    if choice == "save":
        return Wanted(ticked, tuple(one for one in CONSENT_CATEGORIES if one not in ticked), address)
    if choice == "grant" and ticked:
        return Wanted(ticked, (), address)
    raise WrongBodyError(422, "The field choice is one of accept, refuse, save, and grant with a category.")


def read_json(visit: Visit, body: bytes | None) -> Wanted:
    """The choice that the API is given: ``{"granted": ["statistical"]}``; what is not granted is refused."""
    text = _text(visit, body, _JSON)
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise WrongBodyError(400, "The body is no JSON document.") from None
    if not isinstance(value, dict):
        raise WrongBodyError(422, 'The body is no object: write {"granted": ["statistical"]}.')
    unknown = sorted(value.keys() - {"granted"})
    if unknown:
        raise WrongBodyError(422, f"There is no field {_shown(unknown[0])}.")
    granted = value.get("granted")
    if not isinstance(granted, list) or not all(isinstance(category, str) for category in granted):
        raise WrongBodyError(422, 'The field granted is a list of categories: ["statistical"], or [] to refuse all.')
    given = _categories(granted)
    return Wanted(given, tuple(category for category in CONSENT_CATEGORIES if category not in given))


def _text(visit: Visit, body: bytes | None, media_type: str) -> str:
    """The body as text, if it is of that type; ``None`` stands for one that was too long to read."""
    if body is None:
        raise WrongBodyError(413, "The body is over 8 KiB.")
    given, *parameters = (part.strip().lower() for part in (visit.field("content-type") or "").split(";"))
    charsets = [value.strip('"') for name, _, value in (one.partition("=") for one in parameters) if name == "charset"]
    if given != media_type or any(charset not in ("utf-8", "utf8") for charset in charsets):
        raise WrongBodyError(415, f"The body must be {media_type}, in UTF-8.")
    if (visit.field("content-encoding") or "identity").strip().lower() != "identity":
        raise WrongBodyError(415, "The body must come as it is, without a content coding.")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise WrongBodyError(400, "The body is not UTF-8.") from None


def _categories(names: list[str]) -> tuple[Category, ...]:
    for name in names:
        if name not in tuple(Category):
            raise WrongBodyError(422, f"There is no category {_shown(name)}; known are: {', '.join(Category)}.")
    return tuple(dict.fromkeys(as_categories(names)))


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name comes twice")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _shown(name: str) -> str:
    """What a client sent, for its own eyes: in ASCII, and cut when long."""
    return json.dumps(name[:60])
