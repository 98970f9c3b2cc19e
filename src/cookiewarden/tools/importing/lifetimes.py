"""Read how long a cookie is kept from words in English, French, Dutch or German.

Rule: what can be read in two ways is told as unclear. Two lifetimes become the longer one, and the result says so.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_UNITS = {
    "second": r"seconds?|secs?|secondes?|seconden|sekunden?|sek|s",
    "minute": r"minutes?|mins?|minuten|minuut|minuutjes",
    "hour": r"hours?|hrs?|heures?|uur|uren|stunden?|std|h",
    "day": r"days?|jours?|dagen|dag|tage?n?|d|j",
    "week": r"weeks?|wks?|semaines?|weken|wochen?|w",
    "month": r"months?|mths?|mos?|mois|maanden|maand|mnd|monate?n?|monats?|m",
    "year": r"years?|yrs?|ans?|années?|annees?|jaar|jaren|jr|jahre?n?|jahres|y",
}
_NUMBER_WORDS = {
    0.5: [
        "half", "halb", "halbes", "half a", "demi", "demie", "ein halbes", "een half", "halve", "halber",
        "halben", "un demi", "halbe", "half an", "eine halbe"
    ],
    1.5: ["one and a half", "anderthalb", "eineinhalb", "anderhalf", "anderhalve"],
    1: ["a", "an", "one", "un", "une", "een", "één", "ein", "eine", "einem", "einen", "eines", "einer"],
    2: ["two", "deux", "twee", "zwei"],
    3: ["three", "trois", "drie", "drei"],
    4: ["four", "quatre", "vier"],
    5: ["five", "cinq", "vijf", "fünf"],
    6: ["six", "zes", "sechs"],
    7: ["seven", "sept", "zeven", "sieben"],
    8: ["eight", "huit", "acht"],
    9: ["nine", "neuf", "negen", "neun"],
    10: ["ten", "dix", "tien", "zehn"],
    11: ["eleven", "onze", "elf"],
    12: ["twelve", "douze", "twaalf", "zwölf"],
    13: ["thirteen", "treize", "dertien", "dreizehn"],
    14: ["fourteen", "quatorze", "veertien", "vierzehn"],
    15: ["fifteen", "quinze", "vijftien", "fünfzehn"],
    18: ["eighteen", "dix-huit", "achttien", "achtzehn"],
    20: ["twenty", "vingt", "twintig", "zwanzig"],
    24: ["twenty-four", "vingt-quatre", "vierentwintig", "vierundzwanzig"],
    25: ["twenty-five", "vingt-cinq", "vijfentwintig", "fünfundzwanzig"],
    30: ["thirty", "trente", "dertig", "dreißig"],
    60: ["sixty", "soixante", "zestig", "sechzig"],
    90: ["ninety", "quatre-vingt-dix", "negentig", "neunzig"],
}  # fmt: skip
_NUMBERS = {word: number for number, words in _NUMBER_WORDS.items() for word in words}
_UNIT_OF = {re.compile(words): unit for unit, words in _UNITS.items()}
_WORDS = "|".join(re.escape(word) for word in sorted(_NUMBERS, key=len, reverse=True))
_ONE = re.compile(
    rf"(?<![\w.,/-])(?P<number>\d{{1,9}}(?:[.,]\d{{1,3}})?|(?:{_WORDS})(?=[\s-]))[\s-]{{0,2}}"
    rf"(?P<unit>{'|'.join(_UNITS.values())})\b(?!['’]\w)"
)
_AND_HALF = re.compile(r"\s*(?:and a half|et demie?|en een half|und ein halbe\w*)\b")
_JOINT = re.compile(r"\s*(?:,|and|et|en|und|&|\+|,\s*(?:and|et|en|und))?\s*")
_SESSION = re.compile(
    r"\bsession\w*|\bsessie\w*|\bsitzung\w*|(?:clos|leav|quit)\w* (?:\w+ ){0,2}(?:browser|website|site|tab)"
    r"|browser (?:is|gets) closed|browser (?:closes|closed)|fermeture (?:du|de (?:la"
    r"|votre)) (?:navigateur|page|fenêtre|session)"
    r"|ferm\w+ (?:le|votre|du) navigateur|sluit\w* (?:van )?(?:de |uw |je |het )?(?:browser"
    r"|venster)|browser (?:wordt |is )?(?:ge)?slo\w+"
    r"|browser(?:fenster)?s? (?:geschlossen|schlie\w+|beend\w+)|schlie\w+ (?:des|ihres"
    r"|der) browser\w*|browser-?schlie\w+|browser sluit\w*"
    r"|\w+sessie\b|(?:duration|durée|duur|dauer) (?:of|de|van|des) (?:the |la |het |uw |your "
    r"|votre )?(?:visit\w*|visite|bezoek\w*|besuch\w*)"
)
_RANGE = re.compile(r"(?<![\w.,])(\d{1,9})\s*(?:-|–|—|to|à|bis|tot|/|or|ou|of|oder)\s*(\d{1,9})(?=[\s-]*[a-z])")
_NOTHING = re.compile(
    r"[\s\-–—.?/]*|n\s*[./]?\s*a\.?|none|geen|keine?|aucune?|not stated|non précisée?|niet vermeld"
    r"|nicht angegeben|unknown|onbekend|unbekannt|inconnue?"
)
_THOUSANDS = re.compile(r"\d{1,3}[.,]\d{3}")
# How many of the smaller unit make one of the greater, as people count them.
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
# What may stand beside a lifetime and changes nothing.
_FILLERS = frozenset(
    ["up", "to", "max", "maximum", "max.", "about", "approx.", "approximately", "ca", "ca.", "circa", "environ",
     "for", "after", "from", "until", "the", "of", "at", "end", "on", "a", "an", "je", "jeweils", "each",
     "chacun", "elk", "jusqu'à", "jusqu’à", "au", "à",
     "la", "le", "de", "du", "des", "après", "pour", "pendant", "fin", "maximum.", "maximal", "höchstens", "bis",
     "zu", "nach", "für", "von", "ab", "der", "die", "das", "ende", "tot", "op", "na", "maximaal", "ongeveer", "het",
     "een", "van", "einde", "when", "you", "your", "close", "browser", "duration", "durée", "dauer", "duur", "zum",
     "zur", "lifetime", "lifespan", "expires", "expiry", "retention", "bewaartermijn", "speicherdauer", "laufzeit",
     "only", "persistent", "permanent", "cookie", "less", "than", "last", "visit", "visite", "bezoek", "besuch",
     "set", "update", "zijn", "ends"]
)  # fmt: skip
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
    text = " ".join(words[:_LONGEST].lower().split())
    if _NOTHING.fullmatch(text):
        return FoundLifetime()
    ranged = _RANGE.search(text)
    if ranged:
        text = f"{text[: ranged.start()]}{max(ranged[1], ranged[2], key=int)}{text[ranged.end() :]}"
    found = [length for group in _groups(text) if (length := _sum(group))]
    is_session = bool(_SESSION.search(text))
    if not found:
        return FoundLifetime("session") if is_session else FoundLifetime("", "it is not a length of time")
    longest = max(found, key=_length_of)
    if is_session:
        return FoundLifetime(longest, "it also names the session")
    if ranged or len(set(found)) > 1:
        return FoundLifetime(longest, "the longest of several")
    return FoundLifetime(longest)


def read_lifetimes(words: str) -> list[FoundLifetime]:
    """Return the lifetime of each line of a cell, or of each part between commas if it has one line.

    >>> [found.text for found in read_lifetimes("2 years, session")]
    ['2 years', 'session']
    """
    parts = words.split("\n")
    if len(parts) == 1:
        parts = re.split(r"\s*[,;/]\s*|\s+(?:bzw\.|respectively|resp\.)\s+", words)
    return [read_lifetime(part) for part in parts if part.strip()]


def is_lifetime(words: str) -> bool:
    """Return whether words tell a lifetime and nothing else.

    >>> is_lifetime("up to 13 months"), is_lifetime("Counts visits for 13 months")
    (True, False)
    """
    if len(words) > _LONGEST or not read_lifetime(words).is_told:
        return False
    left = _SESSION.sub(" ", _ONE.sub(" ", " ".join(words.lower().split())))
    return all(word in _FILLERS for word in re.findall(r"[^\W\d_][\w.'’]*|\d+", left))


def _groups(text: str) -> list[list[tuple[float, str]]]:
    """Return the lengths in a text. Those that are joined, as in "1 year and 24 days", are in one group."""
    groups: list[list[tuple[float, str]]] = []
    end = -1
    for match in _ONE.finditer(text):
        unit = next(unit for pattern, unit in _UNIT_OF.items() if pattern.fullmatch(match["unit"]))
        is_and_half = _AND_HALF.match(text, match.end())
        one = (_number(match["number"]) + (0.5 if is_and_half else 0), unit)
        joint = text[end : match.start()]
        if groups and _JOINT.fullmatch(joint) and _rank(unit) < _rank(groups[-1][-1][1]):
            groups[-1].append(one)
        else:
            groups.append([one])
        end = is_and_half.end() if is_and_half else match.end()
    return groups


def _number(text: str) -> float:
    if text in _NUMBERS:
        return _NUMBERS[text]
    return float(re.sub("[.,]", "", text) if _THOUSANDS.fullmatch(text) else text.replace(",", "."))


def _rank(unit: str) -> int:
    return list(_UNITS).index(unit)


def _sum(group: list[tuple[float, str]]) -> str:
    """Return lengths that are joined as one, in the smallest of their units; ``""`` for no time at all."""
    smallest = min((unit for _, unit in group), key=_rank)
    amounts = dict.fromkeys(_UNITS, 0.0)
    for number, unit in group:
        amounts[unit] += number
    if any(number % 1 for number, _ in group):
        smallest = list(_UNITS)[max(_rank(smallest) - 1, 0)]
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
