"""What a form or the API sends, read into a choice: strictly, for what was not said clearly was not said.

Both may say which versions they showed, as the digests of the categories: an answer counts for those. A form says it in
the field ``versions``, such as ``statistical:YMb7qoXR third-party:T1PNoYwr``.
Rule: anything odd is a ``WrongBodyError`` with the status and the sentence that the client is told, and nothing has
changed by then.
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

_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"
_MAX_FIELDS = 32
_DIGEST = re.compile(r"[A-Za-z0-9_-]{8}")


class WrongBodyError(Exception):
    """A body that is no choice: the status (RFC 9110 15.5), and what is wrong, in a sentence."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


@dataclass(frozen=True, slots=True)
class ChoiceForm:
    """What is to be changed: the categories granted and those refused; where to go then, if that was said.

    ``versions``: the digests that were shown, by category; ``None`` where the client does not say.
    """

    granted: tuple[Category, ...]
    refused: tuple[Category, ...]
    next: str = ""
    versions: Mapping[Category, str] | None = None

    @property
    def is_refusal(self) -> bool:
        """Whether it does nothing but refuse."""
        return bool(self.refused) and not self.granted

    def other_versions(self, digests: Mapping[Category, str]) -> dict[Category, str]:
        """Return what was shown of each granted category, where that is not the digest in force."""
        if self.versions is None:
            return {}
        shown = {category: self.versions.get(category, UNKNOWN_VERSION) for category in self.granted}
        return {category: version for category, version in shown.items() if version != digests[category]}


def shown_versions(digests: Mapping[Category, str], categories: Iterable[Category]) -> str:
    """Write the field ``versions`` of a form that shows these categories."""
    return " ".join(f"{category}:{digests[category]}" for category in categories)


def read_form(request: Request, body: bytes | None, offered: tuple[Category, ...]) -> ChoiceForm:
    """The choice that one of our forms posts: ``choice`` says which button it was, ``category`` what was ticked.

    ``accept`` grants all that are ``offered`` and that the form showed, for nobody was asked about others; ``refuse``
    refuses all; ``save`` grants what is ticked, and refuses the rest of what the form showed; ``grant`` grants what is
    named on top of what was chosen before.
    """
    text = _text(request, body, _FORM)
    try:
        pairs = parse_qsl(
            text, keep_blank_values=True, strict_parsing=bool(text), errors="strict", max_num_fields=_MAX_FIELDS
        )
    except ValueError:
        raise WrongBodyError(400, "The form cannot be read.") from None
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    unknown = sorted(fields.keys() - {"choice", "category", "next", "versions"})
    if unknown:
        raise WrongBodyError(422, f"There is no field {_shown(unknown[0])}.")
    for name in ("choice", "next", "versions"):
        if len(fields.get(name, ())) > 1:
            raise WrongBodyError(422, f"The field {name} comes more than once.")
    address = fields.get("next", [""])[0]
    if address and not is_own_address(address):
        raise WrongBodyError(422, "The field next is no path of this site.")
    versions = _versions_of_form(fields["versions"][0]) if "versions" in fields else None
    ticked = _categories(fields.get("category", []))
    choice = fields.get("choice", [""])[0]
    if choice == "accept":
        granted = tuple(category for category in offered if versions is None or category in versions)
        return ChoiceForm(granted, (), address, versions)
    if choice == "refuse":
        return ChoiceForm((), CONSENT_CATEGORIES, address)
    if choice == "save":
        shown = CONSENT_CATEGORIES if versions is None else versions
        refused = tuple(category for category in CONSENT_CATEGORIES if category in shown and category not in ticked)
        return ChoiceForm(ticked, refused, address, versions)
    if choice == "grant" and ticked:
        return ChoiceForm(ticked, (), address, versions)
    raise WrongBodyError(422, "The field choice is one of accept, refuse, save, and grant with a category.")


def read_json(request: Request, body: bytes | None) -> ChoiceForm:
    """The choice that the API is given: ``{"granted": ["statistical"]}``; what is not granted is refused.

    With ``"versions": {"statistical": "YMb7qoXR"}`` it says what was shown.
    """
    text = _text(request, body, _JSON)
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise WrongBodyError(400, "The body is no JSON document.") from None
    if not isinstance(value, dict):
        raise WrongBodyError(422, 'The body is no object: write {"granted": ["statistical"]}.')
    unknown = sorted(value.keys() - {"granted", "versions"})
    if unknown:
        raise WrongBodyError(422, f"There is no field {_shown(unknown[0])}.")
    granted = value.get("granted")
    if not isinstance(granted, list) or not all(isinstance(category, str) for category in granted):
        raise WrongBodyError(422, 'The field granted is a list of categories: ["statistical"], or [] to refuse all.')
    versions = _versions(value["versions"]) if "versions" in value else None
    given = _categories(granted)
    refused = tuple(category for category in CONSENT_CATEGORIES if category not in given)
    return ChoiceForm(given, refused, versions=versions)


def _text(request: Request, body: bytes | None, media_type: str) -> str:
    """The body as text, if it is of that type; ``None`` stands for one that was too long to read."""
    if body is None:
        raise WrongBodyError(413, "The body is over 8 KiB.")
    given, *parameters = (part.strip().lower() for part in (request.header("content-type") or "").split(";"))
    charsets = [value.strip('"') for name, _, value in (one.partition("=") for one in parameters) if name == "charset"]
    if given != media_type or any(charset not in ("utf-8", "utf8") for charset in charsets):
        raise WrongBodyError(415, f"The body must be {media_type}, in UTF-8.")
    if (request.header("content-encoding") or "identity").strip().lower() != "identity":
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


def _versions_of_form(text: str) -> dict[Category, str]:
    pairs = [pair.partition(":") for pair in text.split(" ")]
    found = {name: digest for name, _, digest in pairs}
    if len(found) < len(pairs):
        raise WrongBodyError(422, "The field versions names a category twice.")
    return _versions(found)


def _versions(value: object) -> dict[Category, str]:
    """Check what a client says that it showed: a digest for each of some categories that need consent."""
    if not isinstance(value, dict) or not all(
        name in CONSENT_CATEGORIES and isinstance(digest, str) and _DIGEST.fullmatch(digest)
        for name, digest in value.items()
    ):
        raise WrongBodyError(422, "The field versions gives a version for each category shown, as it stands here.")
    return {Category(name): digest for name, digest in value.items()}


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
