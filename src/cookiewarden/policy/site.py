"""The site that a policy speaks for, what it calls the categories, and how its preferences cookie is set.

Rule: every value is frozen; ``schema`` checks it before it is made.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from cookiewarden.policy.declaration import Lifetime, Text

#: What stands for the name of a site in a draft until somebody says it.
UNNAMED = "This site"


@dataclass(frozen=True, slots=True)
class Site:
    """The site that a policy speaks for: what its ``[site]`` table says."""

    name: Text
    id: str
    hosts: tuple[str, ...] = ()
    introduction: Text | None = None
    operator: Text | None = None
    contact: Text | None = None
    updated: date | None = None
    version: str | None = None
    language: str = "en"
    languages: tuple[str, ...] = ()
    #: Whether a declared cookie that arrives without consent is deleted as if the visitor had refused it.
    expire_unconsented: bool = False
    #: The profiles whose rules the site follows. The first one holds, unless the option ``profile`` picks another.
    profile: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CategoryTexts:
    """What the site calls a category, and how it explains it, in place of the published texts."""

    title: Text | None = None
    explanation: Text | None = None


@dataclass(frozen=True, slots=True)
class PreferencesOptions:
    """How the preferences cookie is set: its name, domain and lifetime. Without a domain it is host-only.

    ``embedded``: whether pages of other sites show this one in a frame, so that the cookie has to be kept there.
    """

    name: str = "cookies_preferences"
    domain: str | None = None
    lifetime: Lifetime = field(default_factory=lambda: Lifetime.parse("6 months"))
    embedded: bool = False
