"""Find what a document says of the site: name, host, introduction, date of the last update, and language.

Rule: what is unclear is told as unclear, and a site without a name gets none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, islice

from cookiewarden.tools.importing.answerable import Answerable, answerable_in, mail_lines
from cookiewarden.tools.importing.blocks import Definition, Document, Heading, Item, Paragraph, Table
from cookiewarden.tools.importing.introductions import introduction_of
from cookiewarden.tools.importing.site_names import host_of, name_of_site, title_of
from cookiewarden.tools.importing.update_dates import last_update

_COMMON = {
    "en": "the and of to is you your this are that we on for by with visitor website when purpose expires",
    "fr": "le la les des et du une est vous votre ce nous sur pour par avec qui sont finalité durée",
    "nl": "de het een van en is u uw deze wij op voor door met die zijn worden bezoeker wanneer niet "
    "doel bewaartermijn",
    "de": "der die das und ist sie ihr ihre diese wir auf für von mit werden wird besucher wenn eine "
    "nicht sich zweck dauer laufzeit",
}
_LOOKED_AT = 20_000  # characters
_MOST_TEXTS = 1000


@dataclass(frozen=True, slots=True)
class Facts:
    """What a document says of the site. ``""`` and ``None``: nothing. ``unclear_date``: words that may be the date.

    ``unclear_name``: the title of the document, if the name is nothing but that.
    """

    name: str = ""
    host: str = ""
    introduction: str = ""
    updated: date | None = None
    language: str = "en"
    unclear_date: str = ""
    unclear_name: str = ""
    answerable: Answerable = field(default_factory=Answerable)


def facts_of(document: Document, language: str = "") -> Facts:
    """Return what a document says of the site. ``language``: its language, if the caller knows it."""
    language = language or language_of(document)
    updated, unclear = last_update(_texts(document), language)
    name = name_of_site(document)
    title = "" if name else title_of(document)
    answerable = answerable_in(chain(mail_lines(document), islice(_texts(document), _MOST_TEXTS)))
    introduction = introduction_of(document)
    return Facts(name or title, host_of(document), introduction, updated, language, unclear, title, answerable)


def language_of(document: Document) -> str:
    """Return the language that a document names, or else the one whose words it holds most; ``"en"`` if none.

    >>> from cookiewarden.tools.importing.blocks import Words
    >>> language_of(Document((Paragraph(Words("Ce site utilise des cookies pour vous aider.")),)))
    'fr'
    """
    named = document.language.strip().lower().replace("_", "-")
    if re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", named):
        return named
    text = " ".join(islice(_all_texts(document), _MOST_TEXTS))[:_LOOKED_AT].lower()
    counts = Counter(re.findall(r"[^\W\d]+", text))
    scores = {tag: sum(counts[word] for word in words.split()) for tag, words in _COMMON.items()}
    best = max(scores, key=lambda tag: scores[tag])
    return best if scores[best] else "en"


def _texts(document: Document) -> Iterator[str]:
    """Yield the text of each block that is not a table."""
    for block in document.blocks:
        if isinstance(block, Heading | Paragraph | Item):
            yield block.words.line
        elif isinstance(block, Definition):
            yield block.term.line
            yield from (words.line for words in block.words)


def _all_texts(document: Document) -> Iterator[str]:
    """Yield each text outside tables, and then each cell."""
    yield from _texts(document)
    for block in document.blocks:
        if isinstance(block, Table):
            yield from (words.line for row in block.rows for words in row)
