"""Well-known cookies of chats, news inside a page, searches, tests of versions, and pages fitted to visitors.

Rule: the rows are sorted by provider and name. A fact that the source does not state is left out.
"""

from __future__ import annotations

from cookiewarden.policy.declaration import Category
from cookiewarden.policy.known_cookies.known_cookie import KnownCookie
from cookiewarden.policy.known_cookies.secondary_sources import SecondarySource

_USUAL = Category.FIRST_PARTY
_CHATS = "offers a chat"
_TESTS = "tests versions of pages"
_FITS = "fits pages to visitors"
_ASKS = "asks visitors for feedback"
_TELLS = "shows news inside pages"
_FINDS = "offers a search"

# The pages of those who make the cookies.
_ADOBE = "https://github.com/AdobeDocs/core-services.en/blob/main/help/interface/data-collection/cookies/web-sdk.md"
_ADOBE_TARGET = (
    "https://github.com/AdobeDocs/core-services.en/blob/main/help/interface/data-collection/cookies/target.md"
)
_ALGOLIA = "https://github.com/algolia/search-insights.js/blob/main/lib/init.ts"
_BLOOMREACH = "https://documentation.bloomreach.com/engagement/docs/cookies-storage.md"
_GROWTHBOOK = "https://github.com/growthbook/growthbook/blob/main/docs/faq.mdx"
_HUBSPOT = (
    "https://knowledge.hubspot.com/articles/kcs_article/reports/what-cookies-does-hubspot-set-in-a-visitor-s-browser"
)
_INTERCOM = "https://www.intercom.com/help/en/articles/2361922"
_OPTIMIZELY = "https://help.optimizely.com/Set_Up_Optimizely/Cookies_and_localStorage_in_the_Optimizely_snippet"
_SATISMETER = "https://help.satismeter.com/en/articles/5165320-storing-cookies"
_VWO = "https://gist.github.com/vwo-kb/7e71e2deb836ae0ed10f60d0549dfb7d"
_ZENDESK = "https://support.zendesk.com/hc/en-us/articles/4408828505754-Enabling-cookie-consent-for-the-Chat-widget"

COOKIES = (
    KnownCookie(("ABTasty",), "AB Tasty", _USUAL, "13 months", SecondarySource.LUCID, _TESTS),
    KnownCookie(("ABTastySession",), "AB Tasty", _USUAL, "30 minutes", SecondarySource.LUCID, _TESTS),
    KnownCookie(("at_check",), "Adobe Target", _USUAL, "", _ADOBE_TARGET, _TESTS),
    KnownCookie(("mbox",), "Adobe Target", _USUAL, "2 years", _ADOBE, _TESTS),
    KnownCookie(("mboxEdgeCluster",), "Adobe Target", _USUAL, "30 minutes", _ADOBE, _TESTS),
    KnownCookie(("_ALGOLIA",), "Algolia", _USUAL, "180 days", _ALGOLIA, _FINDS),
    KnownCookie(("_BEAMER*",), "Beamer", _USUAL, "", SecondarySource.OPENDATASOFT, _TELLS),
    KnownCookie(("__exponea_etc__", "xnpe_*"), "Bloomreach", _USUAL, "", _BLOOMREACH, _FITS),
    KnownCookie(("crisp-client*",), "Crisp", _USUAL, "", SecondarySource.TARTEAUCITRON, _CHATS),
    KnownCookie(("_gaexp", "_gaexp_rc", "_opt_expid"), "Google", _USUAL, "", SecondarySource.TRACKING_COOKIES, _TESTS),
    KnownCookie(("gbuuid",), "GrowthBook", _USUAL, "400 days", _GROWTHBOOK, _TESTS),
    KnownCookie(("hs-messages-hide-welcome-message",), "HubSpot", _USUAL, "1 day", _HUBSPOT, _CHATS),
    KnownCookie(("hs-messages-is-open",), "HubSpot", _USUAL, "30 minutes", _HUBSPOT, _CHATS),
    KnownCookie(("hs_ab_test",), "HubSpot", _USUAL, "session", _HUBSPOT, _TESTS),
    KnownCookie(("intercom-device-id-*", "intercom-id-*"), "Intercom", _USUAL, "9 months", _INTERCOM, _CHATS),
    KnownCookie(("intercom-session-*",), "Intercom", _USUAL, "1 week", _INTERCOM, _CHATS),
    KnownCookie(("__lc_cid", "__lc_cst"), "LiveChat", _USUAL, "2 years", SecondarySource.CAREERS_WALES, _CHATS),
    KnownCookie(("kampyle*",), "Medallia", _USUAL, "", SecondarySource.TRACKING_COOKIES, _ASKS),
    KnownCookie(("optimizelyEndUserId",), "Optimizely", _USUAL, "6 months", SecondarySource.EXPLORE, _TESTS),
    KnownCookie(("optimizelyRedirectData",), "Optimizely", _USUAL, "", _OPTIMIZELY, _TESTS),
    KnownCookie(("ki_r", "ki_t"), "Qualaroo", _USUAL, "", SecondarySource.TRACKING_COOKIES, _ASKS),
    KnownCookie(("sm_anonymous_id",), "SatisMeter", _USUAL, "1 year", _SATISMETER, _ASKS),
    KnownCookie(("ssupp.vid", "ssupp.visits"), "Smartsupp", _USUAL, "", SecondarySource.TARTEAUCITRON, _CHATS),
    KnownCookie(("_ca_chat",), "User.com", _USUAL, "", SecondarySource.TARTEAUCITRON, _CHATS),
    KnownCookie(("uslk_e", "uslk_s"), "Userlike", _USUAL, "", SecondarySource.TARTEAUCITRON, _CHATS),
    KnownCookie(("_vis_opt_*", "_vwo*"), "VWO", _USUAL, "", _VWO, _TESTS),
    KnownCookie(("__zlcmid", "__zlcprivacy"), "Zendesk", _USUAL, "365 days", _ZENDESK, _CHATS),
    KnownCookie(("zabUserID", "zabVisitID"), "Zoho PageSense", _USUAL, "", SecondarySource.TARTEAUCITRON, _TESTS),
)
