"""What a site may keep of a choice, to show later that it was made: the record that ``on_choice`` is given.

Rule: it says what was chosen, when, of which version and how; nothing in it says by whom.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from cookiewarden.policy.declaration import Category


class ChoiceSource(StrEnum):
    """How a choice came: by our forms, by our API, or by a view of the app.

    >>> ChoiceSource("api") is ChoiceSource.API
    True
    """

    PAGE = "page"
    API = "api"
    VIEW = "view"


@dataclass(frozen=True, slots=True)
class ChoiceRecord:
    """A choice that was just made, as ``on_choice`` is given it; it holds no address and no user agent.

    ``time`` is the very moment of the choice, in seconds since 1970-01-01 UTC; the visitor's cookie holds only the day.
    ``granted`` and ``refused`` are the answers now in force, of which the new ones are a part; ``versions`` says, for
    each category, which version was answered (GDPR 7(1)). A grant to words that have changed since is among them, and
    lets nothing pass. ``language`` is that in which the visitor was asked, as far as the request tells.

    >>> record = ChoiceRecord("data.example.org", 0.0, (Category.STATISTICAL,), (), {}, "fr", ChoiceSource.PAGE)
    >>> record.granted, record.how.value
    ((<Category.STATISTICAL: 'statistical'>,), 'page')
    """

    site: str
    time: float
    granted: tuple[Category, ...]
    refused: tuple[Category, ...]
    versions: Mapping[Category, str]
    language: str
    how: ChoiceSource
