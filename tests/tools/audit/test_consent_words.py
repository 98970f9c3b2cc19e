"""The words with which sites let visitors change a choice, or refuse everything."""

import pytest

from cookiewarden.tools.audit.consent_words import CHANGE, REFUSE_ALL


@pytest.mark.parametrize(
    "text",
    [
        *("Cookie settings", "Manage cookies", "Your Privacy Choices", "Change your consent", "Withdraw consent"),
        *("Gestion des cookies", "Paramètres des cookies", "Gérer mes cookies", "Modifier votre consentement"),
        *("Cookievoorkeuren", "Cookie-instellingen", "Cookies beheren", "Toestemming intrekken"),
        *("Cookie-Einstellungen", "Datenschutzeinstellungen", "Einwilligung widerrufen"),
        " Manage\n  your cookies ",
    ],
)
def test_a_link_that_changes_a_choice_is_known_by_its_words(text):
    assert CHANGE.match(text)


@pytest.mark.parametrize(
    "text",
    [
        *("Cookies", "Privacy policy", "Cookie policy", "Politique de confidentialité", "Datenschutz", "Settings"),
        "How to change the cookie settings of Chrome, Firefox and Safari",
        "Accept all",
        "",
    ],
)
def test_a_link_that_tells_of_something_else_is_none(text):
    assert not CHANGE.match(text)


@pytest.mark.parametrize(
    "text",
    [
        *("Reject all", "Refuse all cookies", "Withdraw consent", "Tout refuser", "Refuser tous les cookies"),
        *(
            "Alles weigeren",
            "Alle cookies weigeren",
            "Toestemming intrekken",
            "Alle ablehnen",
            "Einwilligung widerrufen",
        ),
    ],
)
def test_a_button_that_refuses_everything_is_known_by_its_words(text):
    assert REFUSE_ALL.match(text)


@pytest.mark.parametrize(
    "text", ["Deny", "Refuser", "Accept all", "Reject all or accept all", "Ablehnen", "Necessary cookies", "Save", ""]
)
def test_a_button_that_may_refuse_less_is_not_pressed(text):
    assert not REFUSE_ALL.match(text)
