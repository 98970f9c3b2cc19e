"""The words, in English, French, Dutch and German, with which sites let visitors change a choice, or refuse everything.

Rule: the text of a link or button must be little more than these words, for a longer one tells of something else.
"""

from __future__ import annotations

import re

_CHANGE = (
    # English
    r"(?:cookies?|consent|privacy|tracking)(?: and cookies?| consent)?"
    r" (?:settings|preferences?|choices|options|controls?)",
    r"(?:manage|change|edit|update|review|adjust|modify)(?: (?:my|your|the))?(?: privacy)?"
    r" (?:cookies?|consents?|choices?|preferences)",
    r"(?:your|my) privacy choices",
    r"(?:withdraw|revoke)(?: (?:my|your|the))? consent",
    # French
    r"(?:paramètres|préférences|réglages|gestion|choix|personnalisation|paramétrage)"
    r"(?: (?:de|des|du|sur|en matière de|relatifs aux?|liés aux?))?(?: (?:les|mes|vos))?"
    r" (?:cookies?|consentements?|traceurs)",
    r"paramètres de confidentialité",
    r"(?:gérer|modifier|changer|personnaliser|paramétrer|configurer|revoir)"
    r" (?:les|mes|vos|mon|votre|le|ces)? ?(?:choix|cookies?|consentements?|préférences|traceurs)",
    r"(?:retirer|révoquer)(?: (?:mon|votre|le))? consentement",
    # Dutch
    r"(?:cookie|privacy|toestemmings)[- ]?(?:instellingen|voorkeuren|keuzes?|beheer)",
    r"(?:cookies?|toestemming|keuze|voorkeuren) (?:beheren|wijzigen|aanpassen|instellen|veranderen|intrekken)",
    r"(?:beheer|wijzig|verander)(?: (?:je|uw|mijn|de))? (?:cookies?|cookie-?voorkeuren|toestemming|keuze|voorkeuren)",
    # German
    r"(?:cookie|datenschutz|privatsphären?|einwilligungs|consent)[- ]?(?:einstellungen|präferenzen|auswahl|verwaltung)",
    r"(?:cookies?|einwilligung(?:en)?|zustimmung(?:en)?|auswahl) (?:verwalten|ändern|bearbeiten|anpassen|widerrufen)",
)
_REFUSE_ALL = (
    # English
    r"(?:reject|refuse|decline|deny) all(?: (?:optional|additional|non-essential|other))?(?: cookies)?",
    r"(?:(?:use|accept|allow) )?only (?:strictly )?(?:necessary|essential|required)(?: cookies)?",
    r"(?:(?:use|accept|allow) )?(?:strictly )?(?:necessary|essential|required)(?: cookies)? only",
    r"(?:withdraw|revoke)(?: (?:my|your))? (?:all )?consents?",
    # French
    r"tout (?:refuser|rejeter|interdire)",
    r"(?:refuser|rejeter)(?: tous)?(?: les)? cookies",
    r"(?:refuser|rejeter) tout",
    r"continuer sans accepter",
    r"(?:accepter )?(?:uniquement|seulement) les cookies (?:strictement )?(?:nécessaires|essentiels)",
    r"(?:retirer|révoquer)(?: (?:mon|votre))? consentement",
    # Dutch
    r"alles? (?:cookies )?(?:weigeren|afwijzen)",
    r"(?:weiger|wijs) alle(?:s|(?: cookies)?)(?: af)?",
    r"alleen (?:noodzakelijke|functionele)(?: cookies)?(?: accepteren| toestaan| gebruiken)?",
    r"toestemming(?:en)? intrekken",
    # German
    r"alles? (?:cookies )?(?:ablehnen|verweigern)",
    r"nur (?:technisch )?(?:notwendige|erforderliche|essenzielle)(?: cookies)?(?: akzeptieren| erlauben| zulassen)?",
    r"(?:einwilligung|zustimmung)(?:en)? widerrufen",
)


def _anywhere(patterns: tuple[str, ...], around: int) -> re.Pattern[str]:
    """Return a pattern for a whole text that has any of these words, and so many characters before and after them."""
    words = "|".join(patterns).replace(" ", r"\s+")
    return re.compile(rf"^\s*.{{0,{around}}}(?<![\w-])(?:{words})(?!\w).{{0,{around}}}\s*$", re.IGNORECASE)


#: Of what lets a visitor change a choice.
CHANGE = _anywhere(_CHANGE, 20)
#: Of what refuses everything, and nothing else.
REFUSE_ALL = _anywhere(_REFUSE_ALL, 0)
