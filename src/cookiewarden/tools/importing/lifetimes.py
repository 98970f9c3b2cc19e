"""Read how long a cookie is kept from words in English, French, Dutch or German.

Rule: what can be read in two ways, or is not exact, is told as unclear. Two lifetimes become the longer one, and the
result says so.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from cookiewarden.tools.importing.lifetime_words import FILLERS, NUMBER_WORDS, SESSION, UNITS

# The patterns are strings, so that ``re`` compiles each only when a document needs it, and keeps it.
_NUMBERS = {word: number for number, words in NUMBER_WORDS.items() for word in words}
_UNIT_OF = {words: unit for unit, words in UNITS.items()}
_WORDS = "|".join(re.escape(word) for word in sorted(_NUMBERS, key=len, reverse=True))
_AND_A_HALF = r"\s(?:and a half|en een hal(?:f|ve)|und eine? halbe?s?)(?=\s)"
_ONE = (
    rf"(?<![\w.,/-])(?P<number>\d{{1,3}}(?: \d{{3}})+|\d{{1,9}}(?:[.,]\d{{1,3}})?|(?:{_WORDS})(?=[\s-]))"
    rf"(?P<half>{_AND_A_HALF})?[\s-]{{0,2}}(?P<unit>{'|'.join(UNITS.values())})\b(?!['’]\w)"
)
_AND_HALF = r"\s*(?:and a half|et demie?|en een half|und ein halbe\w*)\b"
_JOINT = r"\s*(?:,|and|et|en|und|&|\+|,\s*(?:and|et|en|und))?\s*"
_COUNT = rf"(?:\d{{1,9}}|(?:{_WORDS}))"
_RANGE = (
    r"(?<![\w.,])(?:(\d{1,9})\s*[-–—/]\s*(\d{1,9})"
    rf"|(?!an?\b)({_COUNT})\s*\b(?:to|à|bis|tot|or|ou|of|oder|and|et|en|und)\b\s*(?!an?\b|een hal|eine? hal)({_COUNT}))"
    r"\b(?=[\s-]*[a-z])(?! hal(?:f|ve?|be?s?)\b)"
)
# "Two (2) years", "2 (two) years".
_SAID_TWICE = rf"\b{_COUNT} ?\(({_COUNT})\)(?= ?[a-z])"
_PERSISTENT = (
    r"(?<!non[ -])(?<!not )(?<!nicht )(?<!niet )(?<!pas )\b(?:persist[ae]nte?s?|permanente?|dauerhafte?|unbegrenzt)\b"
)
# "No more than 13 months" says how long it is at most, as "up to" does.
_AT_MOST = (
    r"\b(?:(?:no|not) (?:more|longer) than|pas plus de|(?:niet|nooit) (?:meer|langer) dan|nicht (?:mehr|länger) als)\b"
)
_NOT_EXACT = (
    r"\b(?:at least|more than|longer than|over|minimum|less than|under|about|approx(?:imately)?|around|roughly"
    r"|nearly|almost|ca|circa|au moins|plus d[e'’u]|moins d[e'’u]|environ|presque|minstens|tenminste|ten minste"
    r"|meer dan|langer dan|minder dan|korter dan|ongeveer|bijna|mindestens|wenigstens|mehr als|länger als|weniger als"
    r"|kürzer als|etwa|ungefähr|rund|fast|knapp)\b|[<>≈~]"
    rf"|\b(?:every|tous les|toutes les|chaque|om de|elke|iedere|alle|jede[ns]?) {_COUNT}\b"
)
# One letter that stands for two units: "6 m" may be minutes, and "1 J." a day in French, or a year in German.
_TWO_UNITS = r"\d ?(?:m|J)(?![\w'’])"
_YEARS_BY_LETTER = r"(?<=\d) ?J(?![\w'’])"
_OTHER_NAMES = {
    "2 weeks": r"(?:a|one|1) fortnight",
    "15 minutes": r"(?:een|1) kwartier|(?:eine )?viertelstunde|(?:un )?quart d['’]heure",
}
_NOTHING = (
    r"[\s\-–—.?/]*|n\s*[./]?\s*a\.?|none|geen|keine?|aucune?|not stated|non précisée?|niet vermeld"
    r"|nicht angegeben|unknown|onbekend|unbekannt|inconnue?"
)
_THOUSANDS = r"\d{1,3}[.,]\d{3}"
# How many of the smaller unit make one of the greater, as people count them.
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
# By lines, by commas, and by "and", too.
_SEPARATORS = [
    re.compile(r"\n"),
    re.compile(r"\s*[,;/\n]\s*|\s+(?:bzw\.|respectively|resp\.)\s+"),
    re.compile(r"\s*(?:[,;/\n]|,?\s(?:and|et|en|und|bzw\.|respectively|resp\.)\s)\s*"),
]
_UNIT_OF_TITLE = r"[(\[]\s*(?:in |en )?([^\W\d_]{2,12})\s*[)\]]|\b(?:in|en) ([^\W\d_]{2,12})\s*$"
_NUMBER = r"\d{1,9}(?:[.,]\d{1,3})?"
_ALIKE = 0.03
_LONGEST = 400  # characters
_MOST = 999_999_999


class FoundLifetime(NamedTuple):
    """A lifetime as a policy file has it, ``""`` if there is none, and what is not clear about it, ``""`` if all is."""

    text: str = ""
    unclear: str = ""

    @property
    def is_told(self) -> bool:
        """Whether there is a lifetime."""
        return bool(self.text)


def read_lifetime(words: str) -> FoundLifetime:
    """Return the lifetime that words tell.

    >>> read_lifetime("zwei Jahre").text, read_lifetime("1 year 24 days").text, read_lifetime("jusqu'à 13 mois").text
    ('2 years', '389 days', '13 months')
    >>> read_lifetime("until deleted")
    FoundLifetime(text='', unclear='it is not a length of time')
    """
    text = _plain(words)
    if re.fullmatch(_NOTHING, text):
        return FoundLifetime()
    ranged = re.search(_RANGE, text)
    if ranged:
        greater = max(filter(None, ranged.groups()), key=_number)
        text = f"{text[: ranged.start()]}{greater}{text[ranged.end() :]}"
    found = [length for group in _groups(text) if (length := _sum(group))]
    is_session = bool(re.search(SESSION, text))
    if is_session and not found and re.search(_PERSISTENT, text):
        return FoundLifetime("", "it names the session, and what is longer")
    if not found:
        return FoundLifetime("session") if is_session else FoundLifetime("", "it is not a length of time")
    longest = max(found, key=_length_of)
    if is_session:
        return FoundLifetime(longest, "it also names the session")
    if ranged or not all(_are_alike(one, found[0]) for one in found):
        return FoundLifetime(longest, "the longest of several")
    if re.search(_NOT_EXACT, re.sub(_AT_MOST, " ", text)):
        return FoundLifetime(found[0], "it is not exact")
    return FoundLifetime(found[0], "the letter stands for two units" if re.search(_TWO_UNITS, words[:_LONGEST]) else "")


def read_lifetimes(words: str, count: int) -> list[FoundLifetime]:
    """Return so many lifetimes, if a cell has that many lines, or parts between commas or "and"; else ``[]``.

    >>> [found.text for found in read_lifetimes("2 years, 1 day and session", 3)]
    ['2 years', '1 day', 'session']
    """
    for separator in _SEPARATORS:
        parts = [part for part in separator.split(words) if part.strip()]
        if count > 1 and len(parts) == count:
            found = [read_lifetime(part) for part in parts]
            groups = _groups(_plain(words))
            if separator is _SEPARATORS[-1] and len(groups) == 1 and len(groups[0]) == count:  # "1 year and 1 month"
                return [FoundLifetime(_sum(groups[0]), "it may be one for each name")] * count
            return found if any(one.is_told for one in found) else []
    return []


def with_unit(cell: str, title: str) -> str:
    """Return a number with the unit that the title of its column names, and any other cell as it is.

    >>> with_unit("730", "Duration (days)"), with_unit("13 months", "Duration (days)")
    ('730 days', '13 months')
    """
    named = re.search(_UNIT_OF_TITLE, title.lower()) if re.fullmatch(_NUMBER, cell.strip()) else None
    unit = next(
        (unit for pattern, unit in _UNIT_OF.items() if named and re.fullmatch(pattern, named[1] or named[2])), ""
    )
    return f"{cell.strip()} {unit}s" if unit else cell


def is_lifetime(words: str) -> bool:
    """Return whether words tell a lifetime and nothing else.

    >>> is_lifetime("up to 13 months"), is_lifetime("Counts visits for 13 months")
    (True, False)
    """
    if len(words) > _LONGEST or not read_lifetime(words).is_told:
        return False
    left = re.sub(SESSION, " ", re.sub(_ONE, " ", _plain(words)))
    return all(word in FILLERS for word in re.findall(r"[^\W\d_][\w.'’]*|\d+", left))


def _plain(words: str) -> str:
    """Return words in lower case, with each length as a number and a unit."""
    text = re.sub(_YEARS_BY_LETTER, " jahre", words[:_LONGEST])
    text = re.sub(_SAID_TWICE, r"\1", " ".join(text.lower().split()))
    for length, others in _OTHER_NAMES.items():
        text = re.sub(rf"\b(?:{others})\b", length, text)
    return text


def _groups(text: str) -> list[list[tuple[float, str]]]:
    """Return the lengths in a text. Those that are joined, as in "1 year and 24 days", are in one group."""
    groups: list[list[tuple[float, str]]] = []
    end = -1
    for match in re.finditer(_ONE, text):
        unit = next(unit for pattern, unit in _UNIT_OF.items() if re.fullmatch(pattern, match["unit"]))
        is_and_half = re.match(_AND_HALF, text[match.end() :])
        one = (_number(match["number"]) + (0.5 if is_and_half or match["half"] else 0), unit)
        joint = text[end : match.start()]
        if groups and re.fullmatch(_JOINT, joint) and _goes_on(groups[-1][-1], one):
            groups[-1].append(one)
        else:
            groups.append([one])
        end = match.end() + (is_and_half.end() if is_and_half else 0)
    return groups


def _goes_on(greater: tuple[float, str], smaller: tuple[float, str]) -> bool:
    """Return whether a length goes on with a smaller one, as "1 year" and "24 days", but not "2 years" and "24 hours".

    The smaller one is less than one of the greater unit, and nobody adds hours to months.
    """
    if _rank(smaller[1]) >= _rank(greater[1]):
        return False
    is_far = _rank(greater[1]) > _rank("week") and _rank(smaller[1]) < _rank("day")
    most = 32 if (greater[1], smaller[1]) == ("month", "day") else _how_many(greater[1], smaller[1])
    return not is_far and smaller[0] < most


def _are_alike(one: str, other: str) -> bool:
    """Return whether two lengths are the same as people count, such as 6 months and 180 days."""
    return abs(_length_of(one) - _length_of(other)) <= _ALIKE * _length_of(other)


def _number(text: str) -> float:
    if text in _NUMBERS:
        return _NUMBERS[text]
    text = text.replace(" ", "")
    return float(re.sub("[.,]", "", text) if re.fullmatch(_THOUSANDS, text) else text.replace(",", "."))


def _rank(unit: str) -> int:
    return list(UNITS).index(unit)


def _sum(group: list[tuple[float, str]]) -> str:
    """Return lengths that are joined as one, in the smallest of their units; ``""`` for no time at all."""
    smallest = min((unit for _, unit in group), key=_rank)
    amounts = dict.fromkeys(UNITS, 0.0)
    for number, unit in group:
        amounts[unit] += number
    if any(number % 1 for number, _ in group):
        smallest = "day" if smallest == "month" else list(UNITS)[max(_rank(smallest) - 1, 0)]
    count = sum(number * _how_many(unit, smallest) for unit, number in amounts.items() if number)
    whole = min(round(count), _MOST)
    return f"{whole} {smallest}{'' if whole == 1 else 's'}" if whole > 0 else ""


def _how_many(unit: str, smaller: str) -> float:
    if unit == smaller:
        return 1
    if (unit, smaller) == ("year", "month"):
        return 12
    if (unit, smaller) == ("year", "week"):
        return 52
    days = _DAYS.get(unit)
    if smaller in _DAYS:
        return (days or 0) / _DAYS[smaller]
    return (days * 86_400 if days else _SECONDS[unit]) / _SECONDS[smaller]


def _length_of(text: str) -> float:
    number, _, unit = text.partition(" ")
    return int(number) * _how_many(unit.removesuffix("s"), "second")
