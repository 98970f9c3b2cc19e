"""An element of the app's own page that fetches something from an address: a script or a frame.

Rule: the address is one of the web, and no attribute runs code or replaces the address. What breaks this raises
``ValueError`` before anything is written.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from markupsafe import Markup

from cookiewarden.policy.values import CONTROL

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_ATTRIBUTE = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_DIGEST_CHARACTERS = 8


@dataclass(frozen=True, slots=True)
class Element:
    """An empty element. ``attributes``: its names and values in order; ``None`` for one without a value."""

    name: str
    src: str
    attributes: tuple[tuple[str, str | None], ...]

    @property
    def id(self) -> str:
        """The value of its attribute ``id``, ``""`` if it has none."""
        return next((value for name, value in self.attributes if name.lower() == "id" and value), "")

    @property
    def host(self) -> str:
        """The host that it fetches from, ``""`` for the site's own."""
        try:
            return urlsplit(self.src).hostname or ""
        except ValueError:
            return ""

    @property
    def markup(self) -> Markup:
        """The element as HTML."""
        parts = (
            Markup(" {}").format(name) if value is None else Markup(' {}="{}"').format(name, value)
            for name, value in (("src", self.src), *self.attributes)
        )
        return Markup("<{0}{1}></{0}>").format(self.name, Markup("").join(parts))

    @property
    def parts(self) -> list[str | tuple[str, str]]:
        """The element as a list, for the script: its name, then a name and a value for each attribute."""
        return [self.name, ("src", self.src), *((name, value or "") for name, value in self.attributes)]

    def with_id(self, identifier: str) -> Element:
        """Return the element with this ``id``, in place of an empty one."""
        others = (pair for pair in self.attributes if pair[0].lower() != "id")
        return replace(self, attributes=(*others, ("id", identifier)))

    def id_for(self, title: str) -> str:
        """Return an ``id`` made of the address and of what is shown there: the same on each page and at each time."""
        digest = hashlib.sha256(f"{self.src}\0{title}".encode("utf-8", "surrogatepass")).hexdigest()
        return f"cookies-{digest[:_DIGEST_CHARACTERS]}"


def element_of(name: str, src: object, attributes: Mapping[str, object]) -> Element:
    """Return an element that fetches ``src``. An attribute whose value is ``True`` is written without a value.

    Raises ``ValueError`` if ``src`` is not a web address, or if an attribute is not allowed here.
    """
    address = plain(src).strip()
    if not address or CONTROL.search(address):
        raise ValueError(f"src: {address!r} is not an address")
    if _SCHEME.match(address) and not address.lower().startswith(("https:", "http:")):
        raise ValueError(f"src: {address!r} is not a web address; it must begin with https:, http: or /")
    pairs: list[tuple[str, str | None]] = []
    for given, value in attributes.items():
        attribute = given.rstrip("_").replace("_", "-")
        lowered = attribute.lower()
        # Attributes that run code, and those that would replace src, are not allowed.
        if not _ATTRIBUTE.fullmatch(attribute) or lowered.startswith("on") or lowered in ("src", "srcdoc"):
            raise ValueError(f"{given!r} is not an attribute that is allowed here")
        if value is not False:
            pairs.append((attribute, None if value is True else plain(value)))
    return Element(name, address, tuple(pairs))


def plain(value: object) -> str:
    """Return a value as text. Markup is unescaped, so that the checks see what the browser reads."""
    return Markup(value).unescape() if hasattr(value, "__html__") else str(value)
