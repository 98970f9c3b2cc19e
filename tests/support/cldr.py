"""What Babel says of a date, a length of time and a language: its words are CLDR's, and a new release may change them.

Rule: a test that meets such words takes them from here, and never writes them down.
"""

from babel import Locale
from babel.dates import TIMEDELTA_UNITS, format_date, format_timedelta


def day(date, tag="en"):
    return format_date(date, "long", locale=_locale(tag))


def length(text, tag="en"):
    """A lifetime such as ``"13 months"``, in the words of a language."""
    number, unit = text.removesuffix("s").split()
    seconds = int(number) * dict(TIMEDELTA_UNITS)[unit]
    words = format_timedelta(seconds, granularity=unit, threshold=float("inf"), locale=_locale(tag))
    return " ".join(words.split())  # as a page is read: of several blanks, whatever they are, one


def own_name(tag):
    """What its speakers call a language, as the first word of a line."""
    name = _locale(tag).get_display_name()
    return name[0].upper() + name[1:]


def _locale(tag):
    return Locale.parse(tag, sep="-")
