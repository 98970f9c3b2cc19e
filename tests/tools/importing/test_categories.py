"""Categories in words of four languages, and what is no proof that a cookie is necessary."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cookiewarden.policy.declaration import Category
from cookiewarden.tools.importing.categories import (
    MAY_BE_NECESSARY,
    Sense,
    asks_if_necessary,
    category_of,
    read_category,
    says_anonymized,
)
from cookiewarden.tools.importing.necessary import against_necessary

WORDS = {
    Sense.NECESSARY: ["Necessary", "Strictly necessary cookies", "Essential cookies", "Required",
                      "Cookies necessary for the platform to function properly/functionality cookies",
                      "Cookies nécessaires",
                      "Cookies strictement nécessaires", "Cookies indispensables",
                      "Noodzakelijke cookies",
                      "Strikt noodzakelijk", "Essentiële cookies", "Notwendige Cookies",
                      "Technisch notwendige Cookies",
                      "Unbedingt erforderliche Cookies", "Essenzielle Cookies", "Always required",
                      "necessary third-party cookies"],
    Sense.SECURITY: ["Security", "Security cookies", "Cookies for security", "Sécurité", "Cookies de sécurité",
                     "Beveiliging", "Beveiligingscookies", "Sicherheit", "Sicherheitscookies", "Security (2)"],
    Sense.TECHNICAL: ["Technical cookies", "Cookies techniques", "Technische cookies", "Technisch",
                      "Cookies (technical)", "Cookies purement techniques"],
    Sense.FUNCTIONAL: ["Functional cookies", "Functionality", "Cookies fonctionnels", "Cookies de fonctionnalité",
                       "Functionele cookies",
                       "Funktionale Cookies", "Funktionelle Cookies"],
    Sense.STATISTICAL: ["Statistical cookies", "Statistics", "Analytics", "Analytical cookies",
                        "Performance cookies", "Cookies statistiques",
                        "Mesure d'audience", "Cookies analytiques", "Cookies de performance",
                        "Statistische cookies", "Bezoekersstatistieken", "Analytische cookies",
                        "Prestatiecookies", "Statistik-Cookies", "Statistiken", "Analyse-Cookies",
                        "Leistungs-Cookies", "Reichweitenmessung",
                        "Third-party analytics cookies"],
    Sense.MARKETING: ["Marketing", "Advertising cookies", "Targeting Cookies", "Social media",
                      "Cookies publicitaires", "Publicité",
                      "Réseaux sociaux", "Marketingcookies", "Advertentiecookies", "Sociale media",
                      "Trackingcookies", "Werbung",
                      "Marketing-Cookies", "Soziale Medien", "Externe Medien"],
    Sense.PREFERENCES: ["Preferences", "Préférences", "Voorkeuren", "Voorkeurscookies", "Präferenzen",
                        "Einstellungen", "Personalization"],
    Sense.THIRD_PARTY: ["Third-party cookies", "3rd party", "Cookies tiers", "Cookies van derden",
                        "Drittanbieter-Cookies", "Cookies von Drittanbietern"],
    Sense.FIRST_PARTY: ["First-party cookies", "1st party", "Internal cookies", "Cookies internes",
                        "Cookies propriétaires", "First-partycookies",
                        "Erstanbieter-Cookies", "Eigene Cookies"],
    Sense.OPTIONAL: ["Non-essential cookies", "Not strictly necessary", "Unnecessary cookies", "Optional cookies",
                     "Cookies non nécessaires",
                     "Cookies non essentiels", "Cookies facultatifs", "Niet-noodzakelijke cookies",
                     "Niet noodzakelijk", "Optionele cookies",
                     "Nicht notwendige Cookies", "Nicht-essenzielle Cookies", "Optionale Cookies",
                     "non-necessary", "nonessential"],
    Sense.UNKNOWN: ["Unclassified (3)", "Other", "Other cookies", "Autres cookies", "Overige", "Sonstige Cookies",
                    "Nicht klassifiziert"],
    None: ["", "Cookies", "What is a cookie?", "Google Analytics Ireland"[17:], "Contact", "Cookie policy",
           "HTTP cookie", "Session"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("words", "sense"), [(words, sense) for sense, all_words in WORDS.items() for words in all_words]
)
def test_words_have_this_sense(words, sense):
    assert read_category(words).sense is sense
    assert read_category(words.upper()).sense is sense


@pytest.mark.parametrize(
    ("words", "sense"),
    [
        ("Analytics and marketing", Sense.MARKETING),
        ("Necessary and statistical cookies", Sense.STATISTICAL),
        ("Functional and performance cookies", Sense.STATISTICAL),
        ("Statistik und Werbung", Sense.MARKETING),
    ],
)
def test_of_several_senses_the_strictest_holds_and_the_doubt_is_told(words, sense):
    found = read_category(words)
    assert (found.sense, found.words) == (sense, words)
    assert found.unclear


def test_functional_cookies_wait_for_consent_because_the_word_is_no_proof_of_necessary():
    category, doubt = category_of(Sense.FUNCTIONAL)
    assert category is Category.FIRST_PARTY
    assert doubt


@pytest.mark.parametrize("sense", [Sense.OPTIONAL, Sense.UNKNOWN])
def test_some_senses_tell_no_category(sense):
    assert category_of(sense) == (None, "")


@given(
    st.sampled_from(["non-", "not ", "nicht ", "niet ", "non ", "nicht-", "niet-"]),
    st.sampled_from(WORDS[Sense.NECESSARY]),
)
def test_a_word_that_denies_the_next_never_leaves_it_necessary(denial, words):
    word = next(one for one in words.lower().split() if read_category(one).sense is Sense.NECESSARY)
    if not word.startswith("techni"):  # "not technical" says nothing of who needs it
        assert read_category(denial + word).sense is not Sense.NECESSARY


@pytest.mark.parametrize(
    "words", ["Anonymized statistics", "données anonymisées", "Geanonimiseerde statistieken", "anonymisierte Statistik"]
)
def test_words_say_that_statistics_are_anonymized(words):
    assert says_anonymized(words)


@pytest.mark.parametrize(
    "words",
    [
        "For these cookies your consent is required", "Consent required", "Cookies for which consent is mandatory",
        "Für diese Cookies ist Ihre Einwilligung erforderlich", "Einwilligung erforderlich",
        "Cookies pour lesquels votre consentement est nécessaire", "Consentement requis",
        "Voor onderstaande cookies is uw toestemming vereist", "Toestemming noodzakelijk", "Erforderliche Zustimmung",
    ],
)  # fmt: skip
def test_a_consent_that_is_required_makes_no_cookie_necessary(words: str) -> None:
    assert read_category(words).sense is Sense.OPTIONAL


@pytest.mark.parametrize(
    "words",
    [
        "Cookies that aren't strictly necessary", "Cookies that are not technically necessary", "never necessary",
        "Cookies not considered essential", "Less essential cookies", "All cookies except strictly necessary cookies",
        "Cookies other than necessary ones", "Autres que les cookies nécessaires", "Necessary: no", "Essential No",
        "Andere als notwendige Cookies", "Andere dan noodzakelijke cookies", "ne sont pas techniquement nécessaires",
        "ne sont jamais obligatoires", "nicht unbedingt technisch notwendig", "Notwendig: nein", "no longer necessary",
        "non-technical cookies", "Nicht technische Cookies", "Cookies non techniques", "without being necessary",
    ],
)  # fmt: skip
def test_a_word_that_is_denied_makes_no_cookie_necessary(words: str) -> None:
    assert read_category(words).sense is Sense.OPTIONAL


@pytest.mark.parametrize(
    "words",
    [
        "Security of your data", "Technical details of cookies", "Informations techniques sur les traceurs",
        "Technische Einzelheiten zu Cookies", "required by law", "Essential information about cookies",
        "Consent not required", "Einwilligung nicht erforderlich", "Exemptés de consentement",
    ],
)  # fmt: skip
def test_words_about_other_things_tell_no_category(words: str) -> None:
    assert read_category(words).sense is None


@pytest.mark.parametrize(
    "words",
    [
        "Strictly necessary (no consent required)", "Necessary cookies: consent is not required",
        "Cookies techniques exemptés de consentement", "Required (3)",
        "The following cookies are required to run the shop",
        "Notwendige Cookies, ohne Einwilligung", "Technisch erforderliche Cookies", "Verplichte cookies",
        "Strictly necessary cookies (?)", "Strictly necessary? Yes", "Functional cookies that are strictly necessary",
        "Diese Cookies sind für den Betrieb und die Funktionalität der Seite notwendig",
    ],
)  # fmt: skip
def test_plain_words_make_a_cookie_necessary(words: str) -> None:
    assert read_category(words).sense is Sense.NECESSARY


@pytest.mark.parametrize(
    "words",
    [
        "Necessary and functional cookies", "Functional and necessary cookies", "Necessary/functional cookies",
        "Cookies nécessaires et de fonctionnalité", "Noodzakelijke en functionele cookies",
        "Notwendige und funktionale Cookies", "Essential, functional", "Necessary and technical cookies",
        "Cookies that are necessary for the shop, and functional cookies", "Necessary cookies and security cookies",
        "Technische und funktionale Cookies",
    ],
)  # fmt: skip
def test_necessary_beside_what_may_not_be_is_a_doubt(words: str) -> None:
    assert read_category(words).sense in MAY_BE_NECESSARY


@pytest.mark.parametrize(
    "words",
    [
        "Is it necessary to accept cookies?", "Which cookies are necessary?", "Sind Cookies notwendig?",
        "Les cookies sont-ils nécessaires ?", "Zijn cookies noodzakelijk? Lees meer.",
        "Other cookies than necessary ones", "Autres cookies que les cookies nécessaires",
        "Andere Cookies als notwendige", "Andere cookies dan noodzakelijke",
        "All cookies, necessary or not", "Tous les cookies, nécessaires ou non", "Alle Cookies, notwendig oder nicht",
    ],
)  # fmt: skip
def test_a_question_and_what_is_necessary_or_not_tell_no_category(words: str) -> None:
    assert read_category(words) == (Sense.OPTIONAL, "", words)


def test_the_title_of_a_column_may_ask_if_a_cookie_is_necessary() -> None:
    assert asks_if_necessary("Is this cookie strictly necessary?")


@pytest.mark.parametrize(
    "words",
    [
        "With your consent, we also set these:", "The following cookies are set by our advertisers:",
        "We share these with our partners.", "Si vous acceptez, nous déposons aussi :",
        "Mit Ihrer Einwilligung setzen wir:",
        "Met uw toestemming plaatsen wij ook:", "Nos partenaires déposent ces cookies :",
        "These count visits for statistics:",
        "They last long. We set them only if you agree.",
        "These are placed after you have opted in.",
        "The following cookies need your consent.", "We ask your consent for these:",
        "You can refuse the following cookies.", "We also use other cookies:", "The following are not necessary.",
        "You can switch these off at any time.", "These are voluntary.", "Vous pouvez refuser ces cookies :",
        "Nous utilisons aussi d'autres cookies :", "Ces cookies ne sont pas nécessaires.", "Ils sont facultatifs.",
        "Nous demandons votre consentement pour ceux-ci :", "Vous pouvez les désactiver.",
        "Diese Cookies können Sie ablehnen:", "Diese Cookies sind freiwillig.", "Sie können sie abschalten.",
        "Außerdem setzen wir auch weitere Cookies:", "Die folgenden brauchen Ihre Einwilligung.",
        "Diese sind nicht notwendig.", "Deze cookies kunt u weigeren:", "Deze zijn vrijwillig.",
        "We gebruiken ook andere cookies:", "U kunt deze uitschakelen.", "Voor deze vragen we uw toestemming.",
        "De volgende zijn niet noodzakelijk.",
    ],
)  # fmt: skip
def test_a_paragraph_may_speak_against_necessary(words: str) -> None:
    assert against_necessary(words).sense


@pytest.mark.parametrize(
    "words",
    [
        "These cookies are necessary, and are not used for advertising.", "They are set without your consent.",
        "We do not share them with partners.",
        "Our partners set none.", "They keep you signed in.", "They remember your preferences.",
        "Sie werden ohne Ihre Einwilligung gesetzt.", "Some are set by third parties.",
        "You can set your browser to block these cookies.", "They cannot be switched off.",
        "They keep your choice to refuse others.", "Vous ne pouvez pas les refuser.",
        "Sie können nicht abgelehnt werden.", "U kunt ze niet weigeren.", "They need no consent.",
        "You can set your browser to refuse them.",
    ],
)  # fmt: skip
def test_a_paragraph_that_denies_it_speaks_not_against_necessary(words: str) -> None:
    assert against_necessary(words).sense is None
