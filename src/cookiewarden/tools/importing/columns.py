"""Say what a title of a column, or the label of a value, is about, in English, French, Dutch or German.

Rule: a title that says nothing known is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache

from cookiewarden.tools.importing.blocks import Words


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
    (Column.LIFETIME, r"lasts?(?: for)?$|^time$|^life$|wie lange?|hoe lang|combien de temps|persistance|läuft ab"
        r"|haltbarkeit|speicherzeit\w*|storage duration"),
    (Column.PROVIDER, r"(?:lié|associé)e?s? (?:au|à (?:un|ce)) service|service (?:lié|associé)|related services?"
        r"|related to (?:the )?service|(?:bijbehorende|gekoppelde) dienst|zugehöriger dienst"),
    (Column.LIFETIME, r"(?:storage|storing) (?:period|duration|time|term)|kept for|stored for|period\b|persistence"),
    (Column.LIFETIME, r"durée|conserv\w*|validité|péremption|délai|échéance|duree"),
    (Column.LIFETIME, r"\w*termijn|\w*tijd|\w*duur|\w*datum|geldig\w*|verloopt|verval(?:t|len)|opslagperiode"
        r"|houdbaarheid"
        r"|bewaar\w*|bewaring"),
    (Column.LIFETIME, r"\w*ablauf\w*|\w*dauer|\w*laufzeit|gültig\w*|\w*lebenszeit|aufbewahrung\w*|\w*frist"
        r"|verfall\w*|gespeichert|aufbewahrt"),
    (Column.TYPE, r"(?:first|1st|third|3rd)(?: party)? ?(?:/|or|vs).*part(?:y|ies)|cookies used|storage type"),
    (Column.TYPE, r"(?:cookie|tracker|storage)[ -]?(?:type|kind)|type of (?:cookie|storage|tracker)s?|technolog\w+"),
    (Column.TYPE, r"verwendete cookies|cookies utilisés|gebruikte cookies|soort opslag"
        r"|type de (?:cookie|traceur|stockage)s?|speicher(?:art|typ)|cookie-?(?:typ|art)\b"),
    (Column.CATEGORY, r"categor\w*|catégor\w*|\w*kategorie\w*|\w*categorie\w*|classification|classificatie"
        r"|einstufung"),
    (Column.PROVIDER, r"provider\w*|vendor|publisher|company|owner|issuer|issued by|set by|placed by|controller"
        r"|platform"),
    (Column.PROVIDER, r"supplier|origin\b|source|fournisseur\w*|éditeur|émetteur|société|prestataire|déposé par"
        r"|provenance|propriétaire"),
    (Column.PROVIDER, r"responsable|organisme|partenaire|tiers\b|aanbieder|leverancier|\w*plaatst door|plaatser"
        r"|dienstverlener|eigenaar|van wie|uitgever|verantwoordelijke|afkomstig van|who sets"),
    (Column.PROVIDER, r"bedrijf|partij\b|afzender|herkomst|\w*anbieter\w*|herausgeber|\w*dienstleister|unternehmen"),
    (Column.PROVIDER, r"gesetzt (?:von|durch)|betreiber|firma|quelle|herkunft|verantwortlich\w*|partner"
        r"|third[- ]part(?:y|ies)"),
    (Column.PROVIDER, r"^(?:service|dienst|afkomst|outil|tool|services|dienste|diensten|who|qui|wie|wer|anbieter)s?$"
        r"|^origine$|service name"),
    (Column.DOMAIN, r"domain\w*|domaine|domein\w*|host(?:name)?s?\b|hôte|subgroup"
        r"|\w*-?untergruppe|sous-groupe|subgroep|^website$"),
    (Column.FUNCTION, r"function and location|fonction et emplacement|functie en (?:plaats|locatie)|funktion und ort"),
    (Column.PURPOSE, r"purpose\w*|description\w*|explanation|details?\b|aim|reason|what (?:it|they|this|we)"
        r"|used? for"),
    (Column.PURPOSE, r"what (?:is it )?for|wofür|pour quoi|wat doe(?:t|n)"),
    (Column.PURPOSE, r"\busage\b|^use$|uses|objective|^why|why (?:we|is|do)|more information|^information"),
    (Column.PURPOSE, r"finalit\w*|détails?|objet|objectif\w*|utilité|utilisation|^but\b|^rôle|à quoi"
        r"|explication|pourquoi"),
    (Column.PURPOSE, r"doel\w*|\w*omschrijving|beschrijving|gebruik\w*|toelichting|uitleg|waarvoor|waarom|betekenis"),
    (Column.PURPOSE, r"^nutzen$"),
    (Column.PURPOSE, r"\w*zweck\w*|\w*beschreibung|erläuterung|erklärung|\w*nutzung|\w*verwendung|wozu|warum"
        r"|aufgabe"),
    (Column.FUNCTION, r"function\w*|fonction\w*|functie\w*|funktion\w*"),
    (Column.TYPE, r"^(?:types?|typ|art|soort|nature|kind|party|storage|stockage|opslag|speicher|speicherort)$"
        r"|soort cookie"),
    (Column.NAME, r"\bcookies?\b|names?\b|noms?\b|\w*naam|namen|\w*name|bezeichnung|identifi\w+|\bkeys?\b"
        r"|trackers?\b"),
    (Column.NAME, r"traceurs?\b|témoins?\b|cookies?name\w*|cookiebezeichnung|intitulé|schlüssel|sleutel|libellé"
        r"|dénomination|benaming"),
    (Column.NAME, r"^kennung$"),
]  # fmt: skip
_PATTERNS = [
    (column, re.compile(rf"(?<!\w)(?:{words})(?!\w)" if "^" not in words else words)) for column, words in _TITLES
]
_LONGEST_TITLE = 64
_MOST_WORDS = 7


def column_of(title: str) -> Column | None:
    """Return what a column with this title is about, or ``None``.

    >>> column_of("Service provider's name"), column_of("Bewaartermijn"), column_of("Remarks")
    (<Column.PROVIDER: 'provider'>, <Column.LIFETIME: 'lifetime'>, None)
    """
    title = re.sub(r"^(max)\. ", r"\1 ", title, flags=re.IGNORECASE)
    if "://" in title or title.rstrip().endswith((".", "!", ";")) or ". " in title:
        return None
    words = " ".join(re.sub(r"\((\w{1,3})\)", r"\1", title.lower().replace("’", "'")).strip(" :*.?").split())
    if not words or len(words) > _LONGEST_TITLE or words.count(" ") >= _MOST_WORDS or "_" in words:
        return None
    return _column_of(words)


@lru_cache(maxsize=512)
def _column_of(words: str) -> Column | None:
    return next((column for column, pattern in _PATTERNS if pattern.search(words)), None)


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
    return settled(found) if is_title_row else []


def settled(found: list[Column | None]) -> list[Column | None]:
    """Return columns with the function as the purpose, if no other column says the purpose."""
    if Column.PURPOSE not in found:
        return [Column.PURPOSE if column is Column.FUNCTION else column for column in found]
    return found
