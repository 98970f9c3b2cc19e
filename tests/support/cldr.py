"""Write dates, lengths of time and names of languages as Babel does. Its words are CLDR's, and may change.

Rule: a test takes such words from here, and never writes them down.
"""

from babel import Locale
from babel.dates import TIMEDELTA_UNITS, format_date, format_timedelta


def day(date, tag="en"):
    return format_date(date, "long", locale=_locale(tag))


def length(text, tag="en"):
    """Return a lifetime such as ``"13 months"`` in the words of a language."""
    number, unit = text.removesuffix("s").split()
    seconds = int(number) * dict(TIMEDELTA_UNITS)[unit]
    words = format_timedelta(seconds, granularity=unit, threshold=float("inf"), locale=_locale(tag))
    return " ".join(words.split())  # as tests read a page: any blanks as one space


def own_name(tag):
    """Return the name of a language in that language, with a capital."""
    name = Locale.parse(tag, sep="-").get_display_name()
    return name[0].upper() + name[1:]


def territory(code, tag="en"):
    """Return the name of a country in a language."""
    return _locale(tag).territories[code]


def _locale(tag):
    """Return the locale of a language. English pages are for the whole world."""
    return Locale.parse("en-001" if tag == "en" else tag, sep="-")
