"""The calls with which consent managers open their banner, or their settings, for a visitor who has already chosen.

Each is one that pages of sites call by a link of their own.
Rule: a row says where its call was read.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SettingsCall:
    """One call: the manager that offers it, the call as a page writes it, and the address where it was read.

    >>> SettingsCall("Klaro", "klaro.show()", "https://klaro.org/docs/api/js_api").function
    'klaro.show'
    """

    manager: str
    call: str
    source: str

    @property
    def function(self) -> str:
        """The function that is called."""
        return self.call.partition("(")[0]


#: The call of the framework of the IAB comes last: managers define the function, and not all of them the command.
SETTINGS_CALLS = (
    SettingsCall(
        "OneTrust",
        "OneTrust.ToggleInfoDisplay()",
        "https://github.com/discourse/discourse-onetrust-preference-button"
        "/blob/main/javascripts/discourse/components/one-trust-pref-button.gjs",
    ),
    SettingsCall(
        "Cookiebot",
        "Cookiebot.renew()",
        "https://cybot.uservoice.com/knowledgebase/articles/212819-how-to-change-or-revoke-a-cookie-consent",
    ),
    SettingsCall("Didomi", "Didomi.preferences.show()", "https://github.com/didomi/react/blob/master/README.md"),
    SettingsCall(
        "Usercentrics",
        "__ucCmp.showFirstLayer()",
        "https://github.com/s-group-dev/react-usercentrics/blob/main/src/utils.ts",
    ),
    SettingsCall(
        "Usercentrics, version 2",
        "UC_UI.showFirstLayer()",
        "https://github.com/avergnaud/angular-usercentrics/blob/master/src/app/app.component.ts",
    ),
    SettingsCall(
        "Osano",
        "Osano.cm.showDrawer()",
        "https://gist.github.com/bacoords/3cb2e6a8616b6fde0b971f475ff61a57",
    ),
    SettingsCall("Klaro", "klaro.show(undefined, true)", "https://github.com/klaro-org/klaro-js/blob/master/README.md"),
    SettingsCall(
        "CookieYes",
        "revisitCkyConsent()",
        "https://github.com/jithinmozilor/cookieyes-issues/blob/main/final/banner-gdpr.js",
    ),
    SettingsCall(
        "Complianz",
        'cmplz_set_banner_status("show")',
        "https://github.com/Really-Simple-Plugins/complianz-gdpr/blob/master/cookiebanner/js/complianz.js",
    ),
    SettingsCall(
        "iubenda",
        "_iub.cs.api.openPreferences()",
        "https://github.com/mep-agency/next-iubenda/blob/main/src/contexts/IubendaContext.tsx",
    ),
    SettingsCall(
        "Termly", "displayPreferenceModal()", "https://github.com/LiamMartens/use-termly/blob/main/src/useTermly.ts"
    ),
    SettingsCall(
        "tarteaucitron.js",
        "tarteaucitron.userInterface.openPanel()",
        "https://github.com/AmauriC/tarteaucitron.js/blob/master/tarteaucitron.js",
    ),
    SettingsCall(
        "CookieFirst",
        "CookieFirst.openPanel()",
        "https://github.com/jedlikowski/react-cookiefirst/blob/master/src/hooks/useContextManager.ts",
    ),
    SettingsCall(
        "Civic Cookie Control",
        "CookieControl.open()",
        "https://github.com/Dorset-Council-UK/GIFramework-Maps/blob/main/GIFrameworkMaps.Web/Scripts/app.ts",
    ),
    SettingsCall(
        "CookieHub",
        "cookiehub.openSettings()",
        "https://github.com/pittica/gatsby-plugin-cookiehub/blob/main/src/components/cookies-settings.jsx",
    ),
    SettingsCall(
        "CookieConsent, version 3",
        "CookieConsent.showPreferences()",
        "https://github.com/orestbida/cookieconsent/blob/master/docs/reference/api-reference.md",
    ),
    SettingsCall(
        "TrustArc",
        "truste.eu.clickListener()",
        "https://github.com/duckduckgo/autoconsent/blob/23739afef/lib/cmps/trustarc.ts",
    ),
    SettingsCall(
        "InMobi Choice, once Quantcast Choice",
        '__tcfapi("displayConsentUi", 2, () => {})',
        "https://support.inmobi.com/choice/how-to-guide/callbacks/web-callbacks",
    ),
)
