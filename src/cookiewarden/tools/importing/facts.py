"""Find what a document says of the site: name, host, introduction, date of the last update, and language.

Rule: a date that can be read in two ways is told as unclear, and a site without a name gets none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from cookiewarden.http.hosts import check_host, normalize_host
from cookiewarden.tools.importing.answerable import Answerable, answerable_in, is_contact_line
from cookiewarden.tools.importing.blocks import Block, Definition, Document, Heading, Item, Paragraph, Table

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
    r"\b(?:la(?:st|test)[\s-](?:update[ds]?|modified|modification|change[ds]?|revis(?:ed|ion)"
    r"|review(?:ed)?)|(?:date of (?:the )?last update)"
    r"|updated(?: on)?|(?:dernière|date de) (?:la )?(?:dernière )?(?:mise à jour|modification"
    r"|révision)|mise? à jour(?= ?:| le\b)"
    r"|laatst(?:e)? (?:bijgewerkt|gewijzigd|aangepast|update|wijziging|herzien)|bijgewerkt op|gewijzigd op"
    r"|(?:letzte|letzten) (?:aktualisierung|änderung|überarbeitung)|zuletzt (?:aktualisiert"
    r"|geändert|überarbeitet)|aktualisiert am|stand"
    r"|version (?:of|du|vom|van)|versie van|fassung vom)\b"
)
_ISO = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
_DAY_MONTH = re.compile(r"\b(\d{1,2})(?:\.|st|nd|rd|th|er)?[\s-]+(?:of\s+)?([^\W\d]{3,12})\.?,?[\s-]+(\d{4})\b")
_MONTH_DAY = re.compile(r"\b([^\W\d]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b")
_NUMERIC = re.compile(r"\b(\d{1,2})([/.-])(\d{1,2})\2(\d{4})\b")
_HOST = re.compile(
    r"(?:https?://)?(?<![@\w.-])((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24})(?![\w@-])(?!\.\w)",
    re.IGNORECASE,
)
_FILES = frozenset(
    [
        "html",
        "htm",
        "php",
        "pdf",
        "txt",
        "js",
        "css",
        "png",
        "jpg",
        "svg",
        "json",
        "xml",
        "asp",
        "aspx",
        "net-core",
        "md",
        "csv",
        "exe",
    ]
)
_SITE_WORDS = re.compile(
    r"\b(?:site|website|web site|platform|plateforme|portal|portail|webseite|plattform|webshop|internetseite"
    r"|applies to|applicable to|s['’]applique (?:à|au)|gilt für|geldt voor|van toepassing op)\b",
    re.IGNORECASE,
)
_POLICY_WORDS = (
    r"(?:cookies?(?:[\s-]*(?:policy|notice|statement|declaration|beleid|verklaring|richtlinien?"
    r"|erklärung|hinweise?))?"
    r"|(?:politique|charte|gestion|déclaration)(?: relative)?(?: de| des| aux| en matière de"
    r"| d[’'])?[\s-]*(?:gestion des )?cookies"
    r"|(?:use|gebruik|utilisation|verwendung) (?:of|van|des|de|von) cookies|cookies? policies|privacy(?: policy)?)"
)
_OF_SITE = re.compile(
    rf"^(?:our |the )?{_POLICY_WORDS}\s*(?:of|for|on|du site|der website|de|du|des|van|voor|von|für|der|-)\s+",
    re.IGNORECASE,
)
_PARTS = re.compile(r"\s+[|–—·•»:-]\s+|\s*\|\s*")
_DOWNLOAD = re.compile(r"download|télécharger|downloaden|herunterladen|pdf", re.IGNORECASE)
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
_LONGEST_INTRODUCTION = 1500
_MOST_PARAGRAPHS = 3
_MOST_TITLE_WORDS = 5


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
    updated, unclear = _updated(document, language)
    name = _name(document)
    title = "" if name else _title(document)
    answerable = answerable_in(islice(_texts(document), _MOST_TEXTS))
    return Facts(name or title, _host(document), _introduction(document), updated, language, unclear, title, answerable)


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


def is_date_line(line: str) -> bool:
    """Return whether a line tells the date of the last update.

    >>> is_date_line("Last update: 2021-03-30")
    True
    """
    return len(line) <= 120 and bool(_LAST_UPDATE.search(line.lower()) and re.search(r"\d", line))


def read_date(text: str, language: str) -> tuple[date | None, bool]:
    """Return the first date in a text, and whether it can be read in two ways.

    >>> read_date("30. März 2021", "de")[0], read_date("03/04/2021", "en")[1]
    (datetime.date(2021, 3, 30), True)
    """
    found: list[tuple[int, date, bool]] = []
    for match in _ISO.finditer(text):
        _keep(found, match, match[1], match[2], match[3])
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


def _updated(document: Document, language: str) -> tuple[date | None, str]:
    texts = _texts(document)
    for text in texts:
        match = _LAST_UPDATE.search(text.lower())
        if match is None:
            continue
        # The date may stand in a block of its own.
        after = text[match.end() : match.end() + 60]
        if not re.search(r"\d", after):
            after += " " + next(texts, "")[:40]
        found, is_unclear = read_date(after, language)
        if found and not is_unclear:
            return found, ""
        if re.search(r"\d", after):
            return None, f"{text[match.start() : match.end()]}{after}"[:120]
    return None, ""


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


def _host(document: Document) -> str:
    """Return the host in a heading, the title, or a sentence of the introduction that speaks of the site."""
    headings = [block.words.line for block in document.blocks if isinstance(block, Heading)]
    paragraphs = [block.words.line for block in document.blocks if isinstance(block, Paragraph)][:8]
    spoken = [sentence for text in paragraphs for sentence in text.split(". ") if _SITE_WORDS.search(sentence)]
    for text in [*headings, document.title, *spoken]:
        hosts = {host for match in _HOST.finditer(text[:1000]) if (host := _as_host(match[1]))}
        if len(hosts) == 1:
            return hosts.pop()
    return ""


def _as_host(text: str) -> str:
    host = normalize_host(text)
    is_file = host.rpartition(".")[2] in _FILES
    return "" if is_file or check_host(host) or (text != text.lower() and "." not in text[1:]) else host


def _name(document: Document) -> str:
    """Return the name of the site in the title, without the words that every such title has."""
    headings = [block.words.line for block in document.blocks if isinstance(block, Heading)]
    for title in [*[one for one in headings if "cookie" in one.lower()][:1], document.title]:
        parts = [part.strip() for part in _PARTS.split(title[:300]) if part.strip()]
        rest = [name for part in parts if (name := _OF_SITE.sub("", part).strip(" .:-–")) and not _is_generic(name)]
        if rest and (len(parts) > 1 or rest[0] != parts[0]):
            return rest[-1] if len(parts) > 1 else rest[0]
    return ""


def _title(document: Document) -> str:
    """Return the title of the document, if it is short, and not what a page about cookies is called."""
    title = document.title.strip()
    return "" if not title or len(title.split()) > _MOST_TITLE_WORDS or _is_generic(title) else title


def _is_generic(text: str) -> bool:
    text = re.sub(r"\([^()]*\)", "", text).strip()
    return bool(
        re.fullmatch(
            rf"{_POLICY_WORDS}|home|accueil|startseite|datenschutz\w*|impressum|index|untitled.*|.*\bprivacy.*|.*confidentialité"
            r"|mentions légales|legal(?: notice)?|policy|our site|this site|\W*",
            text,
            re.IGNORECASE,
        )
    ) or ("cookie" in text.lower())


def _introduction(document: Document) -> str:
    """Return the paragraphs between the title of the policy and the next heading."""
    blocks = list(document.blocks)
    start = next((at for at, block in enumerate(blocks) if _is_title(block)), None)
    if start is None:
        return ""
    found: list[str] = []
    for block in blocks[start + 1 :]:
        if not isinstance(block, Paragraph):
            break
        line = block.words.line
        is_date = is_date_line(line) or (len(line) < 60 and read_date(line, "")[0] is not None)
        if is_date or is_contact_line(line) or (len(line) < 60 and _DOWNLOAD.search(line)):
            continue
        if len(line.split()) < 4 or sum(map(len, found)) + len(line) > _LONGEST_INTRODUCTION:
            break
        found.append(line)
        if len(found) == _MOST_PARAGRAPHS:
            break
    return "\n\n".join(found)


def _is_title(block: Block) -> bool:
    return isinstance(block, Heading) and "cookie" in block.words.line.lower()
