"""Judge what a document says for and against the word that cookies are necessary.

Rule: the word must be said of the cookies, and of no other thing. What is said against it wins.
"""

from __future__ import annotations

import re

from cookiewarden.tools.importing.categories import (
    ANY_NEEDED,
    CONSENT,
    COOKIES,
    SECURITY,
    TECHNICAL,
    FoundCategory,
    Sense,
    read_category,
)
from cookiewarden.tools.importing.providers import sets_refusable_cookies

# The patterns are strings, so that ``re`` compiles each only when a document needs it, and keeps it.
_A_SITE = r"\b(?:\w*sites?|\w*shop|platforms?|plateforme|plattform|portal\w*|portail|services?|dienst\w*|webseite\w*)\b"
# What a sentence says of consent and partners, it may deny.
_DENIED = (
    r"\b(?:no|none|not|cannot|never|without|unlike|kein\w*|nicht|ohne|geen|niet|zonder|ne|pas|aucun\w*|sans)\b|n['’]t\b"
)
_AFTER_CONSENT = (
    r"\b(?:with|after|upon|once|if|when|only|subject to|avec|après|si|lorsque|soumis\w*|met|na|als|indien|wanneer"
    r"|alleen|pas|mit|nach|wenn|nur|sofern)\b[^.;]{0,40}"
    rf"\b(?:{CONSENT}|accept\w*|agree\w*|opted|akzeptier\w*|zustimm\w*|einwillig\w*)"
)
_PARTNERS = r"\b(?:\w*partners?|partenaires?|\w*partnern|sponsor\w*|annonceurs?|adverteerders?)\b"
_ASKS = (
    r"(?:needs?|requires?|asks?|requests?|demand\w*|nécessit\w*|requi\w+|brauch\w*|benötig\w*|bitten|erforder\w*"
    r"|vragen|vraagt|nodig|vereis\w*)"
)
_ASKS_CONSENT = rf"\b{_ASKS}\b[^.;]{{0,40}}\b{CONSENT}|\b{CONSENT}[^.;]{{0,40}}\b{_ASKS}\b"
_REFUSED = (
    r"\b(?:refus\w*|reject\w*|declin\w*|disabl\w*|(?:switch|turn)(?:ed)? (?:\w+ ){0,2}off|opt[ -]out|voluntar\w*"
    r"|désactiv\w*|déclin\w*|s['’]opposer|volontaire\w*|ablehn\w*|abgelehnt|abwähl\w*|deaktivier\w*|ab(?:zu)?schalt\w*"
    r"|ausschalt\w*|widersprech\w*|freiwillig\w*|weiger\w*|geweigerd|afwijz\w*|uitschakel\w*|uitzet\w*|vrijwillig\w*)"
)
# What any browser can do with any cookie, and what a cookie keeps of the visitor's choice, is said of necessary ones.
_OF_ALL = (
    r"browser|navigat(?:eu|o)r|\b(?:remember\w*|stor\w+|sav\w+|record\w*|keeps?|enregistr\w*|mémoris\w*|conserv\w*"
    r"|onthoud\w*|bewaar\w*|bewaart|speicher\w*|merk\w*|whether|ob|choices?|choix|keuzes?|auswahl)\b"
)
_OTHER = r"(?:other|further|more|additional|autres?|andere\w*|weitere\w*|zusätzliche\w*|overige|extra)"
_OTHER_COOKIES = rf"\b{_OTHER}\s+(?:\w+\s+)?{COOKIES}"
_FOLLOWING = r":\W*$|\b(?:also|following|these|aussi|également|suivant\w*|auch|folgende\w*|ook|volgende)\b"
_ONLY_NECESSARY = (
    rf"\W*(?:(?:{ANY_NEEDED}|{TECHNICAL}|{SECURITY}|functional\w*|fonctionnel\w*|functione\w+|funktional\w*"
    r"|funktionell\w*|strict(?:ly|ement)?|strikt\w*|absolutely|absolument|unbedingt|technisch|techniquement"
    r"|technically|always|toujours|altijd|immer|active?|on|actif\w*|acti(?:ef|eve)|aktiv\w*|purely|rein|categor(?:y|ie)"
    r"|catégorie|kategorie|type|exempt|and|et|en|und|or|ou|of|oder|the|les?|de|die|\d+)\b\W*)+"
    r"(?:(?:for|to|pour|aux?|à|voor|om|für|zum|zur)\b.*)?"
)
_LONGEST = 400  # characters


def says_only_necessary(words: str) -> bool:
    """Return whether a heading says that something is necessary, and not what.

    >>> says_only_necessary("Strictly necessary"), says_only_necessary("Necessary data")
    (True, False)
    """
    return re.fullmatch(_ONLY_NECESSARY, words[:_LONGEST].lower()) is not None


def is_needed_by_site(words: str) -> bool:
    """Return whether words say plainly that a site does not work without its cookies.

    >>> is_needed_by_site("These are necessary for the website to work."), is_needed_by_site("Necessary for you")
    (True, False)
    """
    found = read_category(words)
    is_plain = found.sense is Sense.NECESSARY and not found.unclear
    return is_plain and bool(re.search(rf"{ANY_NEEDED}[^.;]*{_A_SITE}", words.lower()))


def against_necessary(words: str) -> FoundCategory:
    """Return what a paragraph says against the necessary cookies of the heading above; no sense if it says nothing.

    >>> against_necessary("With your consent, we also set these:").sense.value
    'optional'
    >>> against_necessary("They are set without your consent, and not for advertising.").sense
    """
    for sentence in re.split(r"(?<=[.!?;])\s+", words[:_LONGEST]):
        found, text = read_category(sentence), sentence.lower()
        is_denied = bool(re.search(_DENIED, text))
        if found.sense is Sense.OPTIONAL and is_denied and re.search(ANY_NEEDED, text):  # "These are not necessary."
            return FoundCategory(Sense.OPTIONAL, "", sentence)
        if found.sense is Sense.NECESSARY or is_denied:
            continue
        if found.sense in (Sense.MARKETING, Sense.OPTIONAL) or (found.sense and sentence.endswith(":")):
            return FoundCategory(found.sense, "the heading above says that they are necessary", found.words)
        if re.search(rf"{_AFTER_CONSENT}|{_PARTNERS}", text) or _is_refusable(text):
            return FoundCategory(Sense.OPTIONAL, "", sentence)
    return FoundCategory()


def against_necessary_above(heading: str) -> FoundCategory:
    """Return what a heading says against the necessary cookies of the one above it; no sense if it says nothing.

    >>> against_necessary_above("Chat (only with consent)").sense.value, against_necessary_above("Sign-in").sense
    ('optional', None)
    """
    said = against_necessary(heading)
    if said.sense is None and sets_refusable_cookies(heading):
        return FoundCategory(Sense.OPTIONAL, "", heading[:_LONGEST])
    return said


def _is_refusable(sentence: str) -> bool:
    """Return whether a sentence says that cookies wait for consent, may be refused, or are other ones."""
    is_of_some = re.search(rf"{_ASKS_CONSENT}|{_REFUSED}", sentence) and not re.search(_OF_ALL, sentence)
    return bool(is_of_some or (re.search(_OTHER_COOKIES, sentence) and re.search(_FOLLOWING, sentence)))
