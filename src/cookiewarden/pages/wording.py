"""Say the texts, lifetimes and days of a policy in the language of a page.

Rule: no control character leaves it but tab and line break, because some formats cannot write them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from math import inf
from typing import Any

from babel.dates import TIMEDELTA_UNITS, format_date, format_timedelta

from cookiewarden.pages.languages import Language
from cookiewarden.policy.declaration import Lifetime, Text

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_PARAGRAPH = re.compile(r"\n[ \t]*\n\s*")


@dataclass(frozen=True, slots=True)
class Passage:
    """A text, and its language if that is not the language of the page."""

    text: str
    language: str = ""

    def __str__(self) -> str:
        return self.text


def passage(text: Text, language: Language) -> Passage:
    """Return a text of the policy for readers of a language, with its own language if that is another."""
    tag = text.language_for(language.tag)
    # Readers of fr-be also read fr.
    is_foreign = tag.partition("-")[0] != language.tag.partition("-")[0]
    return Passage(_clean(text.in_language(language.tag)), tag if is_foreign else "")


def day_of(seconds: float, language: Language) -> str:
    """Return the day of a moment, given in seconds since 1970-01-01 UTC, in the words of a language."""
    return str(format_date(datetime.fromtimestamp(seconds, UTC).date(), "long", locale=language.locale))


def lifetime_in(lifetime: Lifetime, language: Language) -> str:
    """Return a lifetime in the words of a language."""
    if lifetime.seconds is None:
        return language.say("until you close the browser")
    number, _, unit = lifetime.text.partition(" ")
    granularity: Any = unit.removesuffix("s")
    # Babel must get as many seconds as it counts for one unit; otherwise it shows another number.
    seconds = int(number) * dict(TIMEDELTA_UNITS)[granularity]
    return format_timedelta(seconds, granularity, threshold=inf, locale=language.locale)


def paragraphs(passage: Passage) -> tuple[Passage, ...]:
    """Return the paragraphs of a text, which empty lines part."""
    return tuple(Passage(part.strip(), passage.language) for part in _PARAGRAPH.split(passage.text) if part.strip())


def _clean(text: str) -> str:
    """Replace control characters other than tab and line break with blanks, for some formats cannot write them."""
    return _CONTROL.sub(" ", text.replace("\r\n", "\n"))
