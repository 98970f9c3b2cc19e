"""Find the category of cookies in headings, captions, cells and sentences, in English, French, Dutch and German.

Rule: a necessary cookie needs no consent, so only plain words make one. "Not necessary", a question, "necessary and
functional", and a word that people also use for what is only useful, do not.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from cookiewarden.policy.declaration import Category


class Sense(StrEnum):
    """What the words for a category mean, before it is known what else the document says."""

    NECESSARY = "necessary"
    SECURITY = "security"
    TECHNICAL = "technical"
    FUNCTIONAL = "functional"
    STATISTICAL = "statistical"
    PREFERENCES = "preferences"
    MARKETING = "marketing"
    FIRST_PARTY = "first-party"
    THIRD_PARTY = "third-party"
    OPTIONAL = "optional"
    UNKNOWN = "unknown"


# Words for what a site needs. Those of the second group are also said of other things, such as the visitor's consent.
_NEEDED = (
    r"(?:necessary|essential\w*|indispensable\w*|nécessaire\w*|necessaire\w*|essentiel\w*|noodzakelijk\w*|essentieel"
    r"|essenti[eë]le|notwendig\w*|essenziell\w*|essentiell\w*|unverzichtbar\w*|zwingend|(?<=strictly )needed)"
)
_REQUIRED = r"(?:required|mandatory|obligatoire\w*|requis\w*|verplicht\w*|vereist\w*|erforderlich\w*)"
ANY_NEEDED = rf"(?:{_NEEDED}|{_REQUIRED})"
COOKIES = r"(?:\w*cookies?|traceurs?|trackers?)"
STRICTLY = r"\b(?:strictly|strictement|strikt|absolutely|absolument|unbedingt|technisch|techniquement|technically) "
_NECESSARY = (
    rf"\b{_NEEDED}(?! (?:information|info|detail|fact|step|schritt|angabe|stap|gegevens|étape))"
    rf"|{STRICTLY}{_REQUIRED}|\b{COOKIES}(?: \w+){{0,4}} {_REQUIRED}|\b{_REQUIRED}(?: \w+){{0,2}} {COOKIES}"
)
# These say it only beside the word for a cookie, or if no other word stands there.
TECHNICAL = r"(?:techni(?:cal|ques?|sche?n?|sch))"
SECURITY = r"(?:security|sécurité|beveiliging|sicherheit)"
_OF_COOKIES = r"(?:de |of |for |voor |für |zur |purement )?"
_TECHNICAL_COOKIES = rf"\b{TECHNICAL} {COOKIES}|\b{COOKIES} {_OF_COOKIES}{TECHNICAL}\b"
_SECURITY_COOKIES = (
    rf"\b{SECURITY} {COOKIES}|\b{COOKIES} {_OF_COOKIES}{SECURITY}\b|\b(?:sicherheits|beveiligings)-?cookies?"
)
# Cookies of both kinds under one name: "necessary and functional", "necessary for the shop, and functional cookies".
_MAYBE = (
    r"(?:functional\w*|de fonctionnalité\w*|fonctionn(?:el|al)\w*|functione(?:el|le)\w*|funktional\w*|funktionell\w*"
    rf"|{SECURITY}|techni(?:cal|ques?|sche[rn]?)\b)"
)
_AND_WORD = r"\s+(?:and|et|en|und|or|ou|of|oder|sowie)\s+(?:\w+\s+){0,2}?"
_AND = rf"(?:[\s-]*{COOKIES})?(?:\s*[,/&+]\s*(?:\w+\s+){{0,2}}?|{_AND_WORD})"
_JOINED = (
    rf"\b{ANY_NEEDED}(?:{_AND}{_MAYBE}"
    rf"|(?:\s+\w+){{1,8}}?,?{_AND_WORD}(?:{_MAYBE}[\s-]*{COOKIES}|{COOKIES} {_MAYBE}))"
    rf"|\b{_MAYBE}{_AND}{ANY_NEEDED}"
)
# "Is it necessary?", but not the mark of a hint, nor a question with its answer.
_QUESTION = rf"\b{ANY_NEEDED}[^.!?]*(?<!\()\?(?!\W*(?:yes|oui|ja)\b)"
_LABEL = re.compile(
    rf"\W*(?:(?:{ANY_NEEDED}|{TECHNICAL}|{SECURITY}|functional\w*|fonctionnels?|functione(?:el|le)|funktional\w*"
    rf"|funktionell\w*|always|toujours|altijd|immer|purely|rein|and|et|en|und|{COOKIES}|\d+)\b\W*)+"
)
# "Not strictly necessary", "other than the necessary ones".
_OPTIONAL = re.compile(
    rf"\b(?:(?:non|un|no|in|kein\w*|geen|aucun\w*)[\s-]*(?:{STRICTLY})?"
    r"|(?:not|\w+n['’]t|never|hardly|less|nicht|nie|niemals|weder|weniger|niet|nooit|noch|minder|pas|jamais|moins|ni"
    r"|without|sans|ohne|zonder|other than|except|besides|beyond|autres? que|sauf|hormis|andere als|außer|andere dan"
    r"|behalve|no longer)[\s-]+(?:\w+[\s-]+){0,3}?)"
    rf"(?:{ANY_NEEDED}|{TECHNICAL}|{SECURITY})\w*"
    rf"|\b{ANY_NEEDED}[\s?:=-]+(?:no|non|nein|nee|false)\W*$"
    rf"|\b{ANY_NEEDED}(?:\s+\w+)?,?\s+(?:or|ou|of|oder|and|et|en|und)\s+(?:not|non|pas|nicht|niet)\b"
    rf"|\b(?:other|autres?|andere[nrs]?)\s+(?:\w+\s+){{1,3}}?(?:than|que|dan|als)\s+(?:\w+\s+){{0,3}}?{ANY_NEEDED}"
    rf"|\b(?:non|nicht|niet)[\s-]+(?:{TECHNICAL}|{SECURITY})\w*"
    r"|\b(?:optional|optionnel|facultati[fv]|optioneel|optionele|zusätzlich)\w*|\bunnecessary\b|\bnonessential\b"
)
# What is needed may be the visitor's consent, and not the cookie.
CONSENT = (
    r"(?:\w*consent\w*|permission|approval|opt-?in|accord|\w*einwilligung\w*|\w*zustimmung\w*|\w*toestemming\w*"
    r"|akkoord)"
)
_NO_CONSENT = re.compile(
    rf"\b(?:no|without|kein\w*|ohne|sans|aucun\w*|geen|zonder)\s+(?:\w+\s+){{0,2}}?{CONSENT}"
    rf"(?:\s+(?:\w+\s+)?{_REQUIRED})?"
    rf"|\b{CONSENT}\s+(?:\w+\s+){{0,3}}?(?:not|nicht|niet|pas)\s+(?:\w+\s+){{0,2}}?{ANY_NEEDED}"
    rf"|\b(?:exempt|dispens)\w*\s+(?:de|du|from|van|von)\s+(?:\w+\s+)?{CONSENT}"
)
_CONSENT_NEEDED = re.compile(
    rf"\b{CONSENT}(?:\s+\w+){{0,4}}?[\s:]+{ANY_NEEDED}|\b{ANY_NEEDED}\s+(?:\w{{2,5}}\s+)?{CONSENT}"
)
_SENSES = [
    (Sense.NECESSARY, _NECESSARY),
    (Sense.TECHNICAL, _TECHNICAL_COOKIES),
    (Sense.SECURITY, _SECURITY_COOKIES),
    (Sense.FUNCTIONAL, r"\bfunctional\w*|\bfunctionality\b|\bfonctionn(?:el|al)\w*|\bfunctione(?:el|le)\w*"
        r"|\bfunktional\w*|\bfunktionell\w*"),
    (Sense.FUNCTIONAL, r"\bfunktions-?\s?cookies|\bde fonctionnement\b"),
    (Sense.STATISTICAL, r"statisti\w*|\banaly(?:tic|tisch|tique|se|sis|zing|tische)\w*|\bperformances?\w*"
        r"|\bmeasur\w+|\bmetrics\b"),
    (Sense.STATISTICAL, r"\bmesures? d['’]audience|\baudience\b|\bprestatie\w*|\bmeetcookies|\bleistung\w*"
        r"|\w*messung\b|\bwebanalyse\w*"),
    (Sense.STATISTICAL, r"\bleistungs\w*|\bde mesure\b|\bmesurer\b|^\W*mesures?\W*$|\bmeten\b|\btelemetry\b"
        r"|\bwebstatisti\w*"),
    (Sense.MARKETING, r"\bmarketing\w*|\badvert\w*|\bads\b|\btarget(?:ing|ed)\b|\b(?:re)?targeting\w*|\bsocial\w*"
        r"|\bpublicit\w*|\bciblage\w*"),
    (Sense.MARKETING, r"\bvid[eé]os?\b"),
    (Sense.MARKETING, r"\bréseaux sociaux|\breclame\w*|\badvertentie\w*|\bsociale media|\bwerbe?\w*|\bwerbung\w*"
        r"|\bsoziale\w*|\btracking\b"),
    (Sense.MARKETING, r"\btracking-?cookies|\bprofil(?:ing|age)\b|\bexternal media|\bexterne medien|\bembedded\b"
        r"|\bremarketing\b|\bpub\b"),
    (Sense.PREFERENCES, r"\bpreferences?\b|\bpréférences?\b|\bvoorkeur\w*|\bpräferenz\w*|\beinstellungs?\w*"
        r"|\bkomfort\w*|\bcomfort\b"),
    (Sense.PREFERENCES, r"\bconvenience\b|\bpersonali[sz]ation\w*|\bpersonnalisation\w*|\bpersonalisierung\w*"
        r"|\bpersonalisatie\w*|\bconfort\b"),
    (Sense.PREFERENCES, r"\bcustomi[sz]ation\b|\bgebruiksgemak\b"),
    (Sense.THIRD_PARTY, r"\bthird[\s-]part(?:y|ies)\w*|\b3rd[\s-]party|\btiers\b|\btierces?\b|\bderden?\b"
        r"|\bderde[\s-]partij\w*|\bdrittanbieter\w*"),
    (Sense.THIRD_PARTY, r"\bdritt\w*|\bdritter\b"),
    (Sense.FIRST_PARTY, r"\bfirst[\s-]part(?:y|ies)\w*|\b1st[\s-]party|\binternal\b|\binternes?\b|\bpropriétaires?\b"
        r"|\beerste[\s-]partij"),
    (Sense.FIRST_PARTY, r"\berstanbieter\w*|\beigene\w*|\bintern(?:e|en)?\b|\bpropres\b|\bpremière partie\b|\bown\b"),
]  # fmt: skip
_PATTERNS = [(sense, re.compile(words)) for sense, words in _SENSES]
_BY_PARTY = frozenset([Sense.FIRST_PARTY, Sense.THIRD_PARTY])
#: From the loosest to the strictest.
_STRICTNESS = [
    Sense.NECESSARY,
    Sense.SECURITY,
    Sense.TECHNICAL,
    Sense.FUNCTIONAL,
    Sense.STATISTICAL,
    Sense.PREFERENCES,
    Sense.FIRST_PARTY,
    Sense.THIRD_PARTY,
    Sense.MARKETING,
]
_CATEGORY = {
    Sense.NECESSARY: Category.NECESSARY,
    Sense.STATISTICAL: Category.STATISTICAL,
    Sense.SECURITY: Category.FIRST_PARTY,
    Sense.TECHNICAL: Category.FIRST_PARTY,
    Sense.FUNCTIONAL: Category.FIRST_PARTY,
    Sense.PREFERENCES: Category.FIRST_PARTY,
    Sense.FIRST_PARTY: Category.FIRST_PARTY,
    Sense.THIRD_PARTY: Category.THIRD_PARTY,
    Sense.MARKETING: Category.THIRD_PARTY,
}
#: What a site may need, or only want. So its cookies wait for consent, and the reader of the policy decides.
_DOUBTS = {
    Sense.SECURITY: "cookies for security are not always necessary",
    Sense.TECHNICAL: "technical cookies are not always necessary",
    Sense.FUNCTIONAL: "functional cookies are not always necessary",
}
MAY_BE_NECESSARY = frozenset(_DOUBTS)
_UNKNOWN = re.compile(
    r"\W*(?:un(?:classified|categori[sz]ed|known|assigned)|not (?:yet )?(?:classified"
    r"|categori[sz]ed)|others?|miscellaneous|various"
    r"|non class(?:é|ifié)\w*|autres?|inconnu\w*|divers|niet[ -](?:geclassificeerd\w*"
    r"|gecategoriseerd\w*)|overige?|onbekend\w*|andere"
    r"|nicht (?:klassifiziert\w*|kategorisiert\w*|zugeordnet\w*)|unklassifiziert\w*|sonstige\w*|weitere|unbekannt\w*)"
    r"(?:[ -]?cookies?)?\W*(?:\d+\W*)?$"
)
_LONGEST = 400  # characters
_ABOUT_CONSENT = re.compile(r"consent|opt|toestemming|einwilligung|zustimmung", re.IGNORECASE)
_YES = frozenset(["yes", "oui", "ja", "✓", "✔", "x"])
_ANONYMOUS = re.compile(r"\banonymi[sz]ed\b|\banonymisée?s?\b|\bgeanonimiseerd\w*|\banonymisiert\w*")


class FoundCategory(NamedTuple):
    """What words say of a category. ``sense`` is ``None`` if they say nothing.

    ``unclear``: why it is not certain, ``""`` if it is. ``words``: where it came from.
    """

    sense: Sense | None = None
    unclear: str = ""
    words: str = ""


def read_category(words: str) -> FoundCategory:
    """Return what words say of a category.

    >>> read_category("Strictly necessary cookies").sense, read_category("Cookies non essentiels").sense
    (<Sense.NECESSARY: 'necessary'>, <Sense.OPTIONAL: 'optional'>)
    >>> read_category("Analytics and marketing")
    FoundCategory(sense=<Sense.MARKETING: 'marketing'>, unclear='the strictest of several', words='Analytics and ...')
    """
    shown = words[:_LONGEST]
    text = re.sub(r"[_\n]", " ", shown.lower())
    if _UNKNOWN.match(text):
        return FoundCategory(Sense.UNKNOWN, "", shown)
    text, is_exempt = _NO_CONSENT.subn(" ", text)
    text, needs_consent = _CONSENT_NEEDED.subn(" ", text)
    positive, optional = _OPTIONAL.subn(" ", text)
    optional += needs_consent
    senses = {sense for sense, pattern in _PATTERNS if pattern.search(positive)}
    if _LABEL.fullmatch(positive):
        words_of = {
            Sense.NECESSARY: _REQUIRED,
            Sense.TECHNICAL: rf"{TECHNICAL}\b",
            Sense.SECURITY: rf"{SECURITY}\b",
        }
        senses |= {sense for sense, pattern in words_of.items() if re.search(rf"\b{pattern}", positive)}
    by_purpose = senses - _BY_PARTY | ({Sense.NECESSARY} if is_exempt and Sense.TECHNICAL in senses else set())
    if Sense.NECESSARY in by_purpose:
        if re.search(_JOINED, positive):
            by_purpose = by_purpose - {Sense.NECESSARY} or {Sense.FUNCTIONAL}
        else:
            by_purpose -= MAY_BE_NECESSARY
    chosen = by_purpose or senses
    if not chosen:
        return FoundCategory(Sense.OPTIONAL, "", shown) if optional else FoundCategory()
    sense = max(chosen, key=_STRICTNESS.index)
    if sense is Sense.NECESSARY and (optional or re.search(_QUESTION, text)):
        return FoundCategory(Sense.OPTIONAL, "", shown)
    return FoundCategory(sense, "the strictest of several" if len(chosen) > 1 else "", shown)


def category_of(sense: Sense) -> tuple[Category | None, str]:
    """Return the category that a sense stands for, ``None`` if it does not tell, and what is unclear about it.

    >>> category_of(Sense.FUNCTIONAL)[0].value, category_of(Sense.OPTIONAL)[0]
    ('first-party', None)
    """
    return _CATEGORY.get(sense), _DOUBTS.get(sense, "")


def asks_if_necessary(title: str) -> bool:
    """Return whether the title of a column asks if a cookie is necessary, so that its cells say yes or no.

    >>> asks_if_necessary("Strictly necessary?"), asks_if_necessary("Consent required?")
    (True, False)
    """
    return read_category(title.rstrip(" ?")).sense is Sense.NECESSARY and not _ABOUT_CONSENT.search(title)


def is_yes(answer: str) -> bool:
    """Return whether a cell says yes, and nothing else."""
    return answer.strip(" .").lower() in _YES


def says_anonymized(words: str) -> bool:
    """Return whether words say that the statistics are anonymized."""
    return bool(_ANONYMOUS.search(words.lower()))
