"""Well-known cookies in which consent managers keep what a visitor chose.

Rule: the rows are sorted by provider and name. A fact that the source does not state is left out.
"""

from __future__ import annotations

from cookiewarden.policy.declaration import Category
from cookiewarden.policy.known_cookies.known_cookie import KnownCookie
from cookiewarden.policy.known_cookies.secondary_sources import SecondarySource

_USUAL = Category.NECESSARY
_KEEPS = "keeps what visitors chose about cookies"

# The pages of those who make the cookies.
_ADOBE = "https://github.com/AdobeDocs/core-services.en/blob/main/help/interface/data-collection/cookies/web-sdk.md"
_AXEPTIO = (
    "https://github.com/axeptio/wordpress-plugin/blob/develop/includes/classes/cookies/class-authorized-vendor-"
    "cookies.php"
)
_AXEPTIO_ALL = (
    "https://github.com/axeptio/wordpress-plugin/blob/develop/includes/classes/cookies/class-all-vendor-cookies.php"
)
_AXEPTIO_TAG = "https://github.com/axeptio/axeptio-gtm-public-template/blob/master/template.tpl"
_BEAUTIFUL = "https://beautiful-cookie-banner.com/documentation/cookies-used-by-cookie-banner-plugin"
_COMPLIANZ = "https://github.com/Really-Simple-Plugins/complianz-gdpr/blob/master/cookiebanner/js/complianz.js"
_COOKIEBOT = (
    "https://support.cookiebot.com/hc/en-us/community/posts/"
    "360006393160-Information-sent-to-cookiebot-and-CookieConsent?sort_by=created_at"
)
_COOKIECONSENT = "https://github.com/orestbida/cookieconsent/blob/master/docs/reference/configuration-reference.md"
_COOKIEYES = "https://www.cookieyes.com/cookies-installed-by-cookieyes-and-their-purposes/"
_DIDOMI = "https://developers.didomi.io/cmp/web-sdk/consent-notice/cookies"
_EU_COOKIE = "https://github.com/backdrop-contrib/eu_cookie_compliance/tree/1.x-2.x"
_HUBSPOT = "https://developers.hubspot.com/docs/methods/tracking_code_api/remove_cookies?hsLang=en"
_IUBENDA = "https://github.com/iubenda/iubenda-cookie-class/blob/master/iubenda.class.php"
_KLARO = "https://github.com/klaro-org/klaro-js/blob/master/src/consent-manager.js"
_MATOMO = "https://github.com/matomo-org/matomo/blob/5.x-dev/js/piwik.js"
_MIXPANEL = "https://github.com/mixpanel/mixpanel-js/blob/master/src/gdpr-utils.js"
_OSANO = "https://github.com/osano/cookieconsent/blob/dev/src/options/popup.js"
_PIWIK_PRO = "https://help.piwik.pro/support/privacy/cookies-created-by-piwik-pro"
_TARTEAUCITRON_JS = "https://github.com/AmauriC/tarteaucitron.js/blob/master/tarteaucitron.js"

COOKIES = (
    KnownCookie(("kndctr_*_consent",), "Adobe Experience Cloud", _USUAL, "180 days", _ADOBE, _KEEPS),
    KnownCookie(("kndctr_*_consent_check",), "Adobe Experience Cloud", _USUAL, "2 hours", _ADOBE, _KEEPS),
    KnownCookie(("axeptio_all_vendors",), "Axeptio", _USUAL, "", _AXEPTIO_ALL, _KEEPS),
    KnownCookie(("axeptio_authorized_vendors",), "Axeptio", _USUAL, "", _AXEPTIO, _KEEPS),
    KnownCookie(("axeptio_cookies",), "Axeptio", _USUAL, "", _AXEPTIO_TAG, _KEEPS),
    KnownCookie(("bcbconsent",), "Beautiful Cookie Banner", _USUAL, "", _BEAUTIFUL, _KEEPS),
    KnownCookie(("cmplz_*",), "Complianz", _USUAL, "", _COMPLIANZ, _KEEPS),
    KnownCookie(("CookieInformationConsent",), "Cookie Information", _USUAL, "", SecondarySource.AUTOCONSENT, _KEEPS),
    KnownCookie(("cookielawinfo-checkbox-*",), "Cookie Law Info", _USUAL, "", SecondarySource.AUTOCONSENT, _KEEPS),
    KnownCookie(("CookieConsent",), "Cookiebot", _USUAL, "", _COOKIEBOT, _KEEPS),
    KnownCookie(("cc_cookie",), "CookieConsent", _USUAL, "182 days", _COOKIECONSENT, _KEEPS),
    KnownCookie(("cookiehub",), "CookieHub", _USUAL, "", SecondarySource.AUTOCONSENT, _KEEPS),
    KnownCookie(("CookieScriptConsent",), "CookieScript", _USUAL, "", SecondarySource.CODEWEEK, _KEEPS),
    KnownCookie(("cky-consent", "cookieyes-*", "cookieyesID"), "CookieYes", _USUAL, "", _COOKIEYES, _KEEPS),
    KnownCookie(("didomi_dcs", "didomi_token"), "Didomi", _USUAL, "", _DIDOMI, _KEEPS),
    KnownCookie(("cookie-agreed",), "EU Cookie Compliance", _USUAL, "100 days", _EU_COOKIE, _KEEPS),
    KnownCookie(("SOCS",), "Google", _USUAL, "", SecondarySource.AUTOCONSENT, _KEEPS),
    KnownCookie(
        ("__hs_cookie_cat_pref", "__hs_opt_out"), "HubSpot", _USUAL, "6 months", SecondarySource.ACUITY, _KEEPS
    ),
    KnownCookie(("__hs_do_not_track",), "HubSpot", _USUAL, "", _HUBSPOT, _KEEPS),
    KnownCookie(("__hs_gpc_banner_dismiss",), "HubSpot", _USUAL, "180 days", SecondarySource.ACUITY, _KEEPS),
    KnownCookie(("__hs_initial_opt_in",), "HubSpot", _USUAL, "7 days", SecondarySource.ACUITY, _KEEPS),
    KnownCookie(("euconsent-v2",), "IAB Europe", _USUAL, "", _DIDOMI, _KEEPS),
    KnownCookie(("_iub_cs-*",), "iubenda", _USUAL, "", _IUBENDA, _KEEPS),
    KnownCookie(("_ketch_consent_v1_",), "Ketch", _USUAL, "", SecondarySource.AUTOCONSENT, _KEEPS),
    KnownCookie(("klaro",), "Klaro", _USUAL, "120 days", _KLARO, _KEEPS),
    KnownCookie(("mtm_consent", "mtm_consent_removed", "mtm_cookie_consent"), "Matomo", _USUAL, "", _MATOMO, _KEEPS),
    KnownCookie(("__mp_opt_in_out_*",), "Mixpanel", _USUAL, "", _MIXPANEL, _KEEPS),
    KnownCookie(("OptanonAlertBoxClosed",), "OneTrust", _USUAL, "", SecondarySource.AUTOCONSENT, _KEEPS),
    KnownCookie(("OptanonConsent",), "OneTrust", _USUAL, "365 days", SecondarySource.COMMERCETOOLS, _KEEPS),
    KnownCookie(
        ("cookieconsent_status", "cookieconsent_status_*"), "Osano Cookie Consent", _USUAL, "365 days", _OSANO, _KEEPS
    ),
    KnownCookie(("ppms_privacy_*",), "Piwik PRO", _USUAL, "12 months", _PIWIK_PRO, _KEEPS),
    KnownCookie(("ppms_privacy_bar_*",), "Piwik PRO", _USUAL, "session", _PIWIK_PRO, _KEEPS),
    KnownCookie(("_tracking_consent",), "Shopify", _USUAL, "1 year", SecondarySource.SECON, _KEEPS),
    KnownCookie(("tarteaucitron",), "tarteaucitron", _USUAL, "365 days", _TARTEAUCITRON_JS, _KEEPS),
    KnownCookie(("cmapi_cookie_privacy",), "TrustArc", _USUAL, "", SecondarySource.AUTOCONSENT, _KEEPS),
    KnownCookie(("ct-ultimate-gdpr-cookie",), "Ultimate GDPR", _USUAL, "", SecondarySource.AUTOCONSENT, _KEEPS),
    KnownCookie(("wpl_viewed_cookie",), "WP Cookie Notice", _USUAL, "", SecondarySource.AUTOCONSENT, _KEEPS),
    KnownCookie(("wpconsent_preferences",), "WPConsent", _USUAL, "30 days", SecondarySource.AGRONOMO_QUAGLIATA, _KEEPS),
)
