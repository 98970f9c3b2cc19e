"""Find the date of the last update of a document, in English, French, Dutch or German.

Rule: a date that can be read in two ways is told as unclear, and so is a part of a date if no whole one stands below.
What says "updated" counts before what says "reviewed" or "in force".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date
from itertools import pairwise
from typing import NamedTuple

_MONTHS = [
    "january janvier januari januar jänner jan",
    "february février fevrier februari februar feb févr fév",
    "march mars maart märz maerz mar mrt mär",
    "april avril apr avr",
    "may mai mei",
    "june juin juni jun",
    "july juillet juli jul juil",
    "august août aout augustus aug",
    "september septembre sept sep",
    "october octobre oktober oct okt",
    "november novembre nov",
    "december décembre dezember dec déc dez",
]
_MONTH_OF = {word: number for number, words in enumerate(_MONTHS, 1) for word in words.split()}
_LAST_UPDATE = re.compile(
    r"\b(?:last[\s-](?:update[ds]?|modified|modification|change[ds]?|revis(?:ed|ion)"
    r"|amend(?:ed|ment))|(?:date of (?:the )?last update)"
    r"|(?:dernière|date de) (?:la )?(?:dernière )?(?:mise à jour|modification"
    r"|révision)|mise? à jour(?= ?:| le\b)"
    r"|(?:page|politique|charte|document|déclaration)\b[^.]{0,40}\b(?:actualisé|modifié|révisé)e? (?:le|en)"
    r"|laatst(?:e)? (?:bijgewerkt|gewijzigd|aangepast|update|wijziging|herzien)|bijgewerkt op|gewijzigd op"
    r"|(?:letzte|letzten) (?:aktualisierung|änderung|überarbeitung)|zuletzt (?:aktualisiert"
    r"|geändert|überarbeitet)|aktualisiert am"
    r"|zuletzt am(?= .{5,30}(?:aktualisiert|geändert|überarbeitet))"
    r"|version (?:of|du|vom|van)|versie van|fassung vom|(?:version|versie|fassung)(?=:? \d{1,2}\.? [^\W\d]{3}))\b",
    re.IGNORECASE,
)
# These count only where a phrase begins, or beside the word for this document: other things are updated, too.
_BARE_UPDATE = re.compile(
    r"(?:(?<![^.!?:;|(–—])|(?<=[.!?:;|(–—]\s)|(?P<inside>\b))"
    r"(?:updated(?: on)?|stand|latest[\s-](?:update[ds]?|modification|change[ds]?|revision|amendment))\b",
    re.IGNORECASE,
)
# These count only in a line of their own, or beside the word for this document: a law may be in force, too.
_IN_FORCE = re.compile(
    r"\b(?:last[\s-]review(?:ed)?|effective(?: date| from| as of| since| on"
    r"|(?=:? (?:\d|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* \d)))|in force (?:since|from)"
    r"|en(?:trée)? (?:en )?vigueur (?:depuis|à partir|le|à compter)|van kracht (?:sinds|vanaf|per|op)|ingangsdatum"
    r"|geldig (?:vanaf|sinds)|gültig (?:ab|seit)|in kraft (?:seit|getreten|ab)|laatst beoordeeld)\b",
    re.IGNORECASE,
)
_THIS = re.compile(
    r"\b(?:policy|notice|statement|page|document|politique|charte|déclaration|beleid|\w*verklaring|pagina"
    r"|\w*richtlinie|\w*erklärung|seite)\b",
    re.IGNORECASE,
)
_ISO = re.compile(r"\b(\d{4})([-/.])(\d{1,2})\2(\d{1,2})\b")
_DAY_MONTH = re.compile(r"\b(\d{1,2})(?:\.|st|nd|rd|th|er)?[\s-]+(?:of\s+)?([^\W\d]{3,12})\.?,?[\s-]+(\d{4})\b")
_MONTH_DAY = re.compile(r"\b([^\W\d]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b")
_NUMERIC = re.compile(r"\b(\d{1,2})([/.-])(\d{1,2})\2(\d{4})\b")
# A year, or a date with a short year.
_PART = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}([/.-])\d{1,2}\1\d\d\b")
_LONGEST_LINE = 120
_AFTER = 60  # characters after the words, where the date stands


class _Said(NamedTuple):
    """What a text says of a date: the date, or the words that may be one. ``is_update``: that of an update.

    ``is_whole``: day, month and year are there.
    """

    is_update: bool
    is_whole: bool
    found: date | None
    words: str


def last_update(texts: Iterable[str], language: str) -> tuple[date | None, str]:
    """Return the date of the last update in the texts of a document, or the words that may be it.

    >>> last_update(["Last reviewed on 5 May 2025. Last updated on 6 May 2024."], "en")[0].isoformat()
    '2024-05-06'
    >>> last_update(["Last updated: 03/04/2021"], "en")
    (None, 'Last updated: 03/04/2021')
    """
    each = (one for text, following in pairwise([*texts, ""]) for one in _said(text, following, language))
    best = min(each, key=lambda one: (not one.is_update, not one.is_whole), default=None)
    return (best.found, best.words) if best else (None, "")


def _said(text: str, following: str, language: str) -> Iterator[_Said]:
    """Yield what a text says of dates. ``following``: the next text, for the date may stand in a block of its own."""
    for is_update, match in _announcements(text):
        after = text[match.end() : match.end() + _AFTER]
        if not re.search(r"\d", after):
            after += " " + following[:40]
        found, is_unclear = read_date(after, language)
        if found and not is_unclear:
            yield _Said(is_update, True, found, "")
        elif _PART.search(after):
            yield _Said(is_update, found is not None, None, f"{match[0]}{after}"[:_LONGEST_LINE])


def _announcements(text: str) -> Iterator[tuple[bool, re.Match[str]]]:
    """Yield the words before a date, and whether they tell an update, and not since when this document is in force."""
    yield from ((True, match) for match in _LAST_UPDATE.finditer(text))
    is_of_this = _THIS.search(text) is not None
    yield from ((True, match) for match in _BARE_UPDATE.finditer(text) if is_of_this or match["inside"] is None)
    yield from ((False, match) for match in _IN_FORCE.finditer(text) if is_of_this or match.start() == 0)


def is_date_line(line: str) -> bool:
    """Return whether a line tells the date of the last update, or a part of it.

    >>> is_date_line("Last update: 2021-03-30"), is_date_line("Updated every 12 months")
    (True, False)
    """
    return len(line) <= _LONGEST_LINE and _PART.search(line) is not None and any(_announcements(line))


def read_date(text: str, language: str) -> tuple[date | None, bool]:
    """Return the first date in a text, and whether it can be read in two ways.

    >>> read_date("30. März 2021", "de")[0], read_date("03/04/2021", "en")[1]
    (datetime.date(2021, 3, 30), True)
    """
    found: list[tuple[int, date, bool]] = []
    for match in _ISO.finditer(text):
        _keep(found, match, match[1], match[3], match[4])
    for match in _DAY_MONTH.finditer(text):
        _keep(found, match, match[3], str(_MONTH_OF.get(match[2].lower(), 0)), match[1])
    for match in _MONTH_DAY.finditer(text):
        _keep(found, match, match[3], str(_MONTH_OF.get(match[1].lower(), 0)), match[2])
    for match in _NUMERIC.finditer(text):
        first, second = int(match[1]), int(match[3])
        is_unclear = language.startswith("en") and match[2] == "/" and first <= 12 and second <= 12 and first != second
        day, month = (second, first) if second > 12 and first <= 12 else (first, second)
        _keep(found, match, match[4], str(month), str(day), is_unclear)
    if not found:
        return None, False
    _, day_found, is_unclear = min(found)
    return day_found, is_unclear


def _keep(
    found: list[tuple[int, date, bool]], match: re.Match[str], year: str, month: str, day: str, is_unclear: bool = False
) -> None:
    with suppress(ValueError):  # it is not a date of the calendar
        found.append((match.start(), date(int(year), int(month), int(day)), is_unclear))
