"""The words for lifetimes in English, French, Dutch and German: units, numbers, sessions, and what stands beside them.

Rule: it only lists words; ``lifetimes`` says what they come to.
"""

from __future__ import annotations

#: From the smallest to the greatest.
UNITS = {
    "second": r"seconds?|secs?|secondes?|seconden|sekunden?|sek|s",
    "minute": r"minutes?|mins?|minuten|minuut|minuutjes",
    "hour": r"hours?|hrs?|heures?|uur|uren|stunden?|std|h",
    "day": r"days?|jours?|dagen|dag|tage?n?|d|j",
    "week": r"weeks?|wks?|semaines?|weken|wochen?|w",
    "month": r"months?|mths?|mos?|mois|maanden|maand|mnd|monate?n?|monats?|m",
    "year": r"years?|yrs?|ans?|années?|annees?|jaar|jaren|jr|jahre?n?|jahres|y",
}
NUMBER_WORDS = {
    0.5: [
        "half", "halb", "halbes", "half a", "demi", "demie", "ein halbes", "een half", "halve", "halber",
        "halben", "un demi", "halbe", "half an", "eine halbe"
    ],
    1.5: ["one and a half", "anderthalb", "eineinhalb", "anderhalf", "anderhalve"],
    2.5: ["zweieinhalb", "tweeënhalf", "tweeënhalve"],
    1: ["a", "an", "one", "un", "une", "een", "één", "ein", "eine", "einem", "einen", "eines", "einer"],
    2: ["two", "deux", "twee", "zwei"],
    3: ["three", "trois", "drie", "drei"],
    4: ["four", "quatre", "vier"],
    5: ["five", "cinq", "vijf", "fünf"],
    6: ["six", "zes", "sechs"],
    7: ["seven", "sept", "zeven", "sieben"],
    8: ["eight", "huit", "acht"],
    9: ["nine", "neuf", "negen", "neun"],
    10: ["ten", "dix", "tien", "zehn"],
    11: ["eleven", "onze", "elf"],
    12: ["twelve", "douze", "twaalf", "zwölf"],
    13: ["thirteen", "treize", "dertien", "dreizehn"],
    14: ["fourteen", "quatorze", "veertien", "vierzehn"],
    15: ["fifteen", "quinze", "vijftien", "fünfzehn"],
    18: ["eighteen", "dix-huit", "achttien", "achtzehn"],
    20: ["twenty", "vingt", "twintig", "zwanzig"],
    24: ["twenty-four", "vingt-quatre", "vierentwintig", "vierundzwanzig"],
    25: ["twenty-five", "vingt-cinq", "vijfentwintig", "fünfundzwanzig"],
    30: ["thirty", "trente", "dertig", "dreißig"],
    60: ["sixty", "soixante", "zestig", "sechzig"],
    90: ["ninety", "quatre-vingt-dix", "negentig", "neunzig"],
}  # fmt: skip
SESSION = (
    r"\bsession\w*|\bsessie\w*|\bsitzung\w*|(?:clos|leav|quit)\w* (?:\w+ ){0,2}(?:browser|website|site|tab)"
    r"|browser (?:is|gets) closed|browser (?:closes|closed)|fermeture (?:du|de (?:la"
    r"|votre)) (?:navigateur|page|fenêtre|session)"
    r"|ferm\w+ (?:le|votre|du) navigateur|sluit\w* (?:van )?(?:de |uw |je |het )?(?:browser"
    r"|venster)|browser (?:wordt |is )?(?:ge)?slo\w+"
    r"|browser(?:fenster)?s? (?:geschlossen|schlie\w+|beend\w+)|schlie\w+ (?:des|ihres"
    r"|der) browser\w*|browser-?schlie\w+|browser sluit\w*"
    r"|\btab (?:is|gets) closed|\btab (?:closes|closed)|tabblad (?:sluit|wordt gesloten|gesloten)"
    r"|sluit\w* (?:van )?(?:het |dit |uw |je )?tabblad|ferm\w+ (?:de )?(?:l['’]|votre |cet )onglet"
    r"|tabs? (?:geschlossen|schlie\w+)|schlie\w+ (?:des|ihres) tabs?"
    r"|\w+sessie\b|(?:duration|durée|duur|dauer) (?:of|de|van|des) (?:the |la |het |uw |your "
    r"|votre )?(?:visit\w*|visite|bezoek\w*|besuch\w*)"
)
#: What may stand beside a lifetime and changes nothing.
FILLERS = frozenset(
    ["up", "to", "max", "maximum", "max.", "about", "approx.", "approximately", "ca", "ca.", "circa", "environ",
     "for", "after", "from", "until", "the", "of", "at", "end", "on", "a", "an", "je", "jeweils", "each",
     "chacun", "elk", "jusqu'à", "jusqu’à", "au", "à",
     "la", "le", "de", "du", "des", "après", "pour", "pendant", "fin", "maximum.", "maximal", "höchstens", "bis",
     "zu", "nach", "für", "von", "ab", "der", "die", "das", "ende", "tot", "op", "na", "maximaal", "ongeveer", "het",
     "een", "van", "einde", "when", "you", "your", "close", "browser", "duration", "durée", "dauer", "duur", "zum",
     "zur", "lifetime", "lifespan", "expires", "expiry", "retention", "bewaartermijn", "speicherdauer", "laufzeit",
     "only", "persistent", "permanent", "cookie", "less", "than", "last", "visit", "visite", "bezoek", "besuch",
     "set", "update", "zijn", "ends", "lasts", "dure", "duurt", "dauert", "least", "more", "longer", "over", "minimum",
     "around", "roughly", "nearly", "almost", "under", "plus", "moins", "presque", "minstens", "meer", "minder", "dan",
     "langer", "korter", "mindestens", "mehr", "weniger", "als", "etwa", "ungefähr", "rund", "fast", "knapp", "no",
     "not", "pas", "niet", "nicht", "tab", "tabblad", "u", "sie", "vous", "ce", "que", "den"]
)  # fmt: skip
