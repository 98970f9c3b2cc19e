"""Say what each column of a table is about, by its title in English, French, Dutch or German, or else by its cells.

Rule: a column whose title says nothing known is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from cookiewarden.tools.importing.blocks import Table, Words
from cookiewarden.tools.importing.lifetimes import read_lifetime
from cookiewarden.tools.importing.names import is_like_a_name


class Column(StrEnum):
    """What a column, or the label of a value, is about."""

    NAME = "name"
    PROVIDER = "provider"
    FUNCTION = "function"
    PURPOSE = "purpose"
    LIFETIME = "lifetime"
    CATEGORY = "category"
    TYPE = "type"
    DOMAIN = "domain"
    WILDCARD = "wildcard"


# The first row that fits wins. "Name of the provider" is about the provider, so the names stand last.
_TITLES = [
    (Column.WILDCARD, r"wildcard match"),
    (None, r"privacy policy|privacy & gdpr|user privacy|consent required|opt[- ]?out|datenschutz|politique de conf"),
    (None, r"privacybeleid|privacyverklaring|^id$|transfer|data collected|collected data|last (?:seen|update)"),
    (Column.LIFETIME, r"expir\w*|duration|life ?-?time|life ?-?span|retention|how long|valid(?:ity)?\b|ttl|max-?age"),
    (Column.LIFETIME, r"lasts?(?: for)?$|^time$|wie lange?|hoe lang|combien de temps"),
    (Column.LIFETIME, r"(?:storage|storing) (?:period|duration|time|term)|kept for|stored for|period\b|persistence"),
    (Column.LIFETIME, r"durée|conserv\w*|validité|péremption|délai|échéance|duree"),
    (Column.LIFETIME, r"\w*termijn|\w*tijd|\w*duur|\w*datum|geldig\w*|verloopt|verval(?:t|len)|opslagperiode"
        r"|houdbaarheid"
        r"|bewaar\w*|bewaring"),
    (Column.LIFETIME, r"\w*ablauf\w*|\w*dauer|\w*laufzeit|gültig\w*|\w*lebenszeit|aufbewahrung\w*|\w*frist"
        r"|verfall\w*"),
    (Column.TYPE, r"(?:first|1st|third|3rd)(?: party)? ?(?:/|or|vs).*part(?:y|ies)|cookies used|storage type"),
    (Column.TYPE, r"(?:cookie|tracker|storage)[ -]?(?:type|kind)|type of (?:cookie|storage|tracker)s?|technolog\w+"),
    (Column.TYPE, r"soort opslag|type de (?:cookie|traceur|stockage)s?|speicher(?:art|typ)|cookie-?(?:typ|art)\b"),
    (Column.CATEGORY, r"categor\w*|catégor\w*|\w*kategorie\w*|\w*categorie\w*|classification|classificatie"
        r"|einstufung"),
    (Column.PROVIDER, r"provider\w*|vendor|publisher|company|owner|issuer|issued by|set by|placed by|controller"
        r"|platform"),
    (Column.PROVIDER, r"supplier|origin\b|source|fournisseur\w*|éditeur|émetteur|société|prestataire|déposé par"
        r"|provenance"),
    (Column.PROVIDER, r"responsable|organisme|partenaire|tiers\b|aanbieder|leverancier|\w*plaatst door|plaatser"
        r"|dienstverlener"),
    (Column.PROVIDER, r"bedrijf|partij\b|afzender|herkomst|\w*anbieter\w*|herausgeber|\w*dienstleister|unternehmen"),
    (Column.PROVIDER, r"gesetzt (?:von|durch)|betreiber|quelle|herkunft|verantwortlich\w*|partner|third[- ]part(?:y"
        r"|ies)"),
    (Column.PROVIDER, r"^(?:service|dienst|afkomst|outil|tool|services|dienste|diensten|who|qui|wie|wer|anbieter)s?$"
        r"|service name"),
    (Column.DOMAIN, r"domain\w*|domaine|domein\w*|host(?:name)?s?\b|hôte|subgroup|^website$"),
    (Column.FUNCTION, r"function and location|fonction et emplacement|functie en (?:plaats|locatie)|funktion und ort"),
    (Column.PURPOSE, r"purpose\w*|description\w*|explanation|details?\b|aim|reason|what (?:it|they|this|we)"
        r"|used? for"),
    (Column.PURPOSE, r"what (?:is it )?for|wofür|pour quoi"),
    (Column.PURPOSE, r"\busage\b|^use$|uses|objective|^why|why (?:we|is|do)|more information|^information"),
    (Column.PURPOSE, r"finalit\w*|objet|objectif\w*|utilité|utilisation|^but\b|^rôle|à quoi|explication|pourquoi"),
    (Column.PURPOSE, r"doel\w*|\w*omschrijving|beschrijving|gebruik\w*|toelichting|uitleg|waarvoor|waarom|betekenis"),
    (Column.PURPOSE, r"\w*zweck\w*|\w*beschreibung|erläuterung|erklärung|\w*nutzung|\w*verwendung|wozu|warum"
        r"|aufgabe"),
    (Column.FUNCTION, r"function\w*|fonction\w*|functie\w*|funktion\w*"),
    (Column.TYPE, r"^(?:types?|typ|art|soort|nature|kind|party|storage|stockage|opslag|speicher|speicherort)$"
        r"|soort cookie"),
    (Column.NAME, r"\bcookies?\b|names?\b|noms?\b|\w*naam|namen|\w*name|bezeichnung|identifi\w+|\bkeys?\b"
        r"|trackers?\b"),
    (Column.NAME, r"traceurs?\b|témoins?\b|cookies?name\w*|intitulé|schlüssel|sleutel"),
]  # fmt: skip
_PATTERNS = [
    (column, re.compile(rf"(?<!\w)(?:{words})(?!\w)" if "^" not in words else words)) for column, words in _TITLES
]
_LONGEST_TITLE = 64
_MOST_WORDS = 7
_HOST = re.compile(r"\.?(?:[a-z0-9-]+\.)+[a-z]{2,}", re.IGNORECASE)
_LOOKED_AT = 50  # rows


def column_of(title: str) -> Column | None:
    """Return what a column with this title is about, or ``None``.

    >>> column_of("Service provider's name"), column_of("Bewaartermijn"), column_of("Remarks")
    (<Column.PROVIDER: 'provider'>, <Column.LIFETIME: 'lifetime'>, None)
    """
    if "://" in title or title.rstrip().endswith((".", "!", ";")) or ". " in title:
        return None
    words = " ".join(re.sub(r"\((\w{1,3})\)", r"\1", title.lower().replace("’", "'")).strip(" :*.?").split())
    if not words or len(words) > _LONGEST_TITLE or words.count(" ") >= _MOST_WORDS or "_" in words:
        return None
    return next((column for column, pattern in _PATTERNS if pattern.search(words)), None)


def titled_columns(table: Table) -> tuple[list[Column | None], int]:
    """Return what each column is about, and at which row the cells begin, if one of the first rows holds the titles.

    >>> titled_columns(Table("", 0, ((Words("Naam"), Words("Doel")), (Words("_ga"), Words("Telt bezoeken.")))))
    ([<Column.NAME: 'name'>, <Column.PURPOSE: 'purpose'>], 1)
    """
    for number, row in enumerate(table.rows[: max(3, table.header_rows)]):
        found = titles_in(row, is_marked=number < table.header_rows)
        if found:
            return found, number + 1
    return [], 0


def told_columns(table: Table) -> tuple[list[Column | None], int]:
    """Return what each column is about by what its cells hold, and at which row they begin. No names, no columns."""
    start = table.header_rows if table.header_rows < len(table.rows) else 0
    return _by_content(table.rows[start : start + _LOOKED_AT]), start


def titles_in(row: Sequence[Words], *, is_marked: bool = False) -> list[Column | None]:
    """Return what the titles in a row stand for, each only once; ``[]`` if the row holds no titles of cookies."""
    found: list[Column | None] = []
    for words in row:
        column = column_of(words.line)
        found.append(column if column not in found else None)
    if found.count(Column.NAME) == 0 and Column.TYPE in found:
        return []
    known = {column for column in found if column}
    filled = sum(bool(words.text) for words in row)
    is_enough = len(known) > 1 or (is_marked and any("cookie" in words.text.lower() for words in row))
    is_title_row = Column.NAME in known and is_enough and len(known) * 2 >= filled
    return _settled(found) if is_title_row else []


def _settled(found: list[Column | None]) -> list[Column | None]:
    """Return columns with the function as the purpose, if no other column says the purpose."""
    if Column.PURPOSE not in found:
        return [Column.PURPOSE if column is Column.FUNCTION else column for column in found]
    return found


def _by_content(rows: Sequence[Sequence[Words]]) -> list[Column | None]:
    """Return what the columns are about by what their cells hold; ``[]`` unless most cells of one look like names."""
    width = max((len(row) for row in rows), default=0)
    cells = [[row[number].line for row in rows if number < len(row) and row[number].text] for number in range(width)]
    marks = [sum(any(row[number].marked) for row in rows if number < len(row)) for number in range(width)]
    names = [
        sum(is_like_a_name(cell.split(",")[0]) for cell in column) + (marks[number] if number == 0 else 0) * 0.5
        for number, column in enumerate(cells)
    ]
    best = max(range(width), key=lambda number: names[number], default=0)
    if not width or width == 1 or names[best] * 5 < max(len(cells[best]), 1) * 3:
        return []
    found: list[Column | None] = [None] * width
    found[best] = Column.NAME
    others = [number for number in range(width) if number != best and cells[number]]
    for number in others:
        lifetimes = sum(read_lifetime(cell).is_told for cell in cells[number])
        hosts = sum(bool(_HOST.fullmatch(cell)) for cell in cells[number])
        if lifetimes * 2 > len(cells[number]) and Column.LIFETIME not in found:
            found[number] = Column.LIFETIME
        elif hosts * 2 > len(cells[number]) and Column.DOMAIN not in found:
            found[number] = Column.DOMAIN
    left = [number for number in others if found[number] is None]
    longest = max(left, key=lambda number: sum(map(len, cells[number])) / len(cells[number]), default=None)
    if longest is not None:
        found[longest] = Column.PURPOSE
    return found
