"""Choose what a client prefers: formats by Accept, languages by Accept-Language (RFC 9110 12.5).

Rule: never raise. Ignore a wish that cannot be read; a client that accepts no offered format gets the first one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

_QUALITY = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")
_MAX_WISHES = 32
_MAX_TAG_CHARACTERS = 35  # RFC 5646 4.4.1 asks readers to allow for this many


def wishes(field_value: str) -> list[tuple[str, float]]:
    """Return the members of an Accept or Accept-Language header, in lower case, with their quality, the best first.

    >>> wishes("fr;q=0.5, nl, *;q=0")
    [('nl', 1.0), ('fr', 0.5), ('*', 0.0)]
    """
    found = []
    for member in field_value.split(",")[:_MAX_WISHES]:
        value, *parameters = (part.strip().lower() for part in member.split(";"))
        quality = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                given = parameter[2:].strip()
                quality = float(given) if _QUALITY.fullmatch(given) else 0.0
        if value:
            found.append((value, quality))
    return sorted(found, key=lambda wish: -wish[1])


def best_format(accept: str, offered: Sequence[str]) -> str:
    """Return the offered media type that Accept prefers; of equals, or if it accepts none, the first.

    >>> best_format("application/pdf, text/html;q=0.9", ["text/html", "application/pdf"])
    'application/pdf'
    """
    ranges = dict(reversed(wishes(accept)))

    def quality(media_type: str) -> float:
        kinds = (media_type, media_type.partition("/")[0] + "/*", "*/*")
        return next((ranges[kind] for kind in kinds if kind in ranges), 0.0)

    return max(offered, key=quality)


def best_language(accept_language: str, offered: Sequence[str]) -> str | None:
    """Return the language tag that Accept-Language prefers, or ``None``. ``offered`` is in lower case.

    A wider language serves (fr for fr-be), and so does one of another region (fr-be for fr).

    >>> best_language("pt-BR, fr-BE;q=0.8", ["en", "fr"])
    'fr'
    """
    for tag, quality in wishes(accept_language):
        if quality > 0 and (found := matching_language(tag, offered)):
            return found
    return None


def matching_language(tag: str, offered: Sequence[str]) -> str | None:
    """Return the language that serves a client who asks for ``tag``, or ``None``. ``offered`` is in lower case.

    >>> [matching_language(tag, ["en", "pt-br"]) for tag in ("en_GB", "pt-PT", "x")]
    ['en', 'pt-br', None]
    """
    return closest_language(tag.lower().replace("_", "-"), offered) if len(tag) <= _MAX_TAG_CHARACTERS else None


def closest_language(tag: str, offered: Collection[str]) -> str | None:
    """Return the language that serves a reader of ``tag``, or ``None``. All tags are in lower case.

    It is the language itself, a wider one (fr for fr-be), or one of another region (fr-be for fr).

    >>> [closest_language(tag, ["en", "pt-br"]) for tag in ("en-gb", "pt-pt", "x")]
    ['en', 'pt-br', None]
    """
    wider = tag
    while wider and wider not in offered:
        wider = wider.rpartition("-")[0]
    primary = tag.partition("-")[0]
    return wider or next((known for known in offered if known.partition("-")[0] == primary), None)
