"""The record of a choice that ``on_choice`` receives. A site may keep it to prove that the choice was made.

Rule: it says what was chosen, when, how, under which version and after which texts. It never says who chose.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from cookiewarden.policy.declaration import Category

_DAY = 86_400


class ChoiceSource(StrEnum):
    """How a visitor chose: with a form of the pages, with the API, or in a view of the app.

    >>> ChoiceSource("api") is ChoiceSource.API
    True
    """

    PAGE = "page"
    API = "api"
    VIEW = "view"


@dataclass(frozen=True, slots=True)
class ChoiceRecord:
    """A choice that was just made, as ``on_choice`` receives it. It holds no address and no user agent.

    ``time``: the moment of the choice, in seconds since 1970-01-01 UTC; the visitor's cookie keeps only the day.
    ``granted`` and ``refused``: all answers after the choice, new and old. A stale grant is among them, though it lets
    nothing pass. ``versions``: the version answered in each category (GDPR 7(1)). ``language``: that of the pages
    for this request, or of the policy if there are no pages.

    ``withdrawn``: what was granted before, in force or stale, and is refused now (GDPR 7(3)). ``withdrawn_providers``:
    who sets the declared cookies of these categories, each once, in the policy's own language and order. Pass the
    withdrawal on to them. ``signalled``: what a signal of the browser, such as Global Privacy Control, refused on this
    request. ``is_embedded``: whether the request came from a page of another site. ``profile``: the profile whose rules
    counted for the request, ``""`` for none.

    ``texts``: the SHA-256, in hex, of what our pages showed (GDPR 7(1)). ``policy`` is that of the body of
    ``/cookies.json?lang=xx``, and ``banner`` that of ``/cookies/banner?lang=xx``, as an undecided visitor gets them in
    ``language``. Both are missing without pages, or if the visitor granted a version that is no longer in force.

    >>> record = ChoiceRecord("data.example.org", 0.0, (Category.STATISTICAL,), (), {}, "fr", ChoiceSource.PAGE)
    >>> record.granted, record.how.value, record.withdrawn
    ((<Category.STATISTICAL: 'statistical'>,), 'page', ())
    """

    site: str
    time: float
    granted: tuple[Category, ...]
    refused: tuple[Category, ...]
    versions: Mapping[Category, str]
    language: str
    how: ChoiceSource
    withdrawn: tuple[Category, ...] = ()
    withdrawn_providers: tuple[str, ...] = ()
    signalled: tuple[Category, ...] = ()
    is_embedded: bool = False
    texts: Mapping[str, str] = field(default_factory=dict)
    profile: str = ""


def start_of_day(moment: float) -> int:
    """Return when the day of a moment began, both in seconds since 1970-01-01 UTC. A choice is remembered by its day.

    >>> start_of_day(90_000.5)
    86400
    """
    return int(moment // _DAY) * _DAY
