"""Read a choice from what a form or the API sends.

Both may send the versions that they showed, as digests by category; the answers count for those versions. A form sends
them in its field ``versions``, such as ``statistical:YMb7qoXR third-party:T1PNoYwr``.
Rule: never guess. Anything unclear raises ``WrongBodyError``, with a status and a sentence for the client, before
anything has changed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from cookiewarden.http.request import Request
from cookiewarden.http.urls import is_own_address
from cookiewarden.policy.consent import UNKNOWN_VERSION, as_categories
from cookiewarden.policy.declaration import CONSENT_CATEGORIES, Category

#: The media type of our forms.
FORM_TYPE = "application/x-www-form-urlencoded"
_JSON = "application/json"
_MAX_FIELDS = 32
_DIGEST = re.compile(r"[A-Za-z0-9_-]{8}")
_PLACE = re.compile(r"[A-Za-z0-9_-]{1,64}")


class WrongBodyError(Exception):
    """A body that is not a choice: the status (RFC 9110 15.5), and a sentence that says what is wrong."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


@dataclass(frozen=True, slots=True)
class ChoiceForm:
    """The changes that a visitor asks for: categories granted, and categories refused.

    ``next``: the address to go to afterwards, if given. ``place``: the fragment to go to there, if given. ``versions``:
    the digests that were shown, by category; ``None`` if the client does not send them.
    """

    granted: tuple[Category, ...]
    refused: tuple[Category, ...]
    next: str = ""
    place: str = ""
    versions: Mapping[Category, str] | None = None

    @property
    def is_refusal(self) -> bool:
        """Whether the visitor only refuses."""
        return bool(self.refused) and not self.granted

    def other_versions(self, digests: Mapping[Category, str]) -> dict[Category, str]:
        """Return the digests that were shown of granted categories, without those that are in force."""
        if self.versions is None:
            return {}
        shown = {category: self.versions.get(category, UNKNOWN_VERSION) for category in self.granted}
        return {category: version for category, version in shown.items() if version != digests[category]}


def shown_versions(digests: Mapping[Category, str], categories: Iterable[Category]) -> str:
    """Return the value of the field ``versions`` for a form that shows these categories."""
    return " ".join(f"{category}:{digests[category]}" for category in categories)


def is_place(text: str) -> bool:
    """Return whether a form may name this as the fragment to come back to."""
    return _PLACE.fullmatch(text) is not None


def read_form(request: Request, body: bytes | None, offered: tuple[Category, ...]) -> ChoiceForm:
    """Read the choice that one of our forms posts. ``choice`` names the button; ``category`` names what was ticked.

    - ``accept`` grants each ``offered`` category that the form showed; the visitor was not asked about others.
    - ``refuse`` refuses all categories.
    - ``save`` grants what is ticked, and refuses the rest of what the form showed.
    - ``grant`` grants what is named, and leaves earlier answers as they are.

    Raises ``WrongBodyError``.
    """
    text = _text(request, body, FORM_TYPE)
    try:
        pairs = parse_qsl(
            text, keep_blank_values=True, strict_parsing=bool(text), errors="strict", max_num_fields=_MAX_FIELDS
        )
    except ValueError:
        raise WrongBodyError(400, "The form cannot be read.") from None
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    unknown = sorted(fields.keys() - {"choice", "category", "next", "place", "versions"})
    if unknown:
        raise WrongBodyError(422, f"There is no field {_shown(unknown[0])}.")
    for name in ("choice", "next", "versions"):
        if len(fields.get(name, ())) > 1:
            raise WrongBodyError(422, f"The field {name} comes more than once.")
    address = fields.get("next", [""])[0]
    if address and not is_own_address(address):
        raise WrongBodyError(422, "The field next must be a path of this site.")
    # Two links to the preferences name the same place, if they come into a page by themselves.
    place, *others = dict.fromkeys(fields.get("place", [""]))
    if others or (place and not is_place(place)):
        raise WrongBodyError(422, "The field place must be one fragment: letters, digits, _ and -, at most 64.")
    versions = _versions_of_form(fields["versions"][0]) if "versions" in fields else None
    ticked = _categories(fields.get("category", []))
    choice = fields.get("choice", [""])[0]
    if choice == "accept":
        granted = tuple(category for category in offered if versions is None or category in versions)
        return ChoiceForm(granted, (), address, place, versions)
    if choice == "refuse":
        return ChoiceForm((), CONSENT_CATEGORIES, address, place)
    if choice == "save":
        shown = CONSENT_CATEGORIES if versions is None else versions
        refused = tuple(category for category in CONSENT_CATEGORIES if category in shown and category not in ticked)
        return ChoiceForm(ticked, refused, address, place, versions)
    if choice == "grant" and ticked:
        return ChoiceForm(ticked, (), address, place, versions)
    raise WrongBodyError(422, "The field choice must be accept, refuse, save, or grant with a category.")


def read_json(request: Request, body: bytes | None) -> ChoiceForm:
    """Read the choice that a client sends to the API, such as ``{"granted": ["statistical"]}``; the rest is refused.

    ``"versions": {"statistical": "YMb7qoXR"}`` beside it names the versions that were shown. Raises
    ``WrongBodyError``.
    """
    text = _text(request, body, _JSON)
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise WrongBodyError(400, "The body is not a JSON document.") from None
    if not isinstance(value, dict):
        raise WrongBodyError(422, 'The body must be an object, such as {"granted": ["statistical"]}.')
    unknown = sorted(value.keys() - {"granted", "versions"})
    if unknown:
        raise WrongBodyError(422, f"There is no field {_shown(unknown[0])}.")
    granted = value.get("granted")
    if not isinstance(granted, list) or not all(isinstance(category, str) for category in granted):
        raise WrongBodyError(422, 'The field granted must list categories: ["statistical"], or [] to refuse all.')
    versions = _versions(value["versions"]) if "versions" in value else None
    given = _categories(granted)
    refused = tuple(category for category in CONSENT_CATEGORIES if category not in given)
    return ChoiceForm(given, refused, versions=versions)


def _text(request: Request, body: bytes | None, media_type: str) -> str:
    """Return the body as text, if it has that media type. ``None`` stands for a body that was too long to read."""
    if body is None:
        raise WrongBodyError(413, "The body is over 8 KiB.")
    given, *parameters = (part.strip().lower() for part in (request.header("content-type") or "").split(";"))
    charsets = [value.strip('"') for name, _, value in (one.partition("=") for one in parameters) if name == "charset"]
    if given != media_type or any(charset not in ("utf-8", "utf8") for charset in charsets):
        raise WrongBodyError(415, f"The body must be {media_type}, in UTF-8.")
    if (request.header("content-encoding") or "identity").strip().lower() != "identity":
        raise WrongBodyError(415, "The body must be sent without a content coding.")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise WrongBodyError(400, "The body is not UTF-8.") from None


def _categories(names: list[str]) -> tuple[Category, ...]:
    for name in names:
        if name not in tuple(Category):
            raise WrongBodyError(422, f"{_shown(name)} is not a category; use {', '.join(Category)}.")
    return tuple(dict.fromkeys(as_categories(names)))


def _versions_of_form(text: str) -> dict[Category, str]:
    pairs = [pair.partition(":") for pair in text.split(" ")]
    found = {name: digest for name, _, digest in pairs}
    if len(found) < len(pairs):
        raise WrongBodyError(422, "The field versions names a category twice.")
    return _versions(found)


def _versions(value: object) -> dict[Category, str]:
    """Check the versions that a client sends: digests by category, for categories that need consent."""
    if not isinstance(value, dict) or not all(
        name in CONSENT_CATEGORIES and isinstance(digest, str) and _DIGEST.fullmatch(digest)
        for name, digest in value.items()
    ):
        raise WrongBodyError(422, "The field versions must give the version of each category, as this site showed it.")
    return {Category(name): digest for name, digest in value.items()}


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name comes twice")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _shown(name: str) -> str:
    """Quote what a client sent, for the response to that client: in ASCII, and cut if it is long."""
    return json.dumps(name[:60])
