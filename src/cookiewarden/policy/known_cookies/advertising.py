"""Well-known cookies of services that show advertisements, measure them, or recognise people for them.

Rule: the rows are sorted by provider and name. A fact that the source does not state is left out.
"""

from __future__ import annotations

from cookiewarden.policy.declaration import Category
from cookiewarden.policy.known_cookies.known_cookie import KnownCookie
from cookiewarden.policy.known_cookies.secondary_sources import SecondarySource

_USUAL = Category.THIRD_PARTY
_SHOWS = "shows advertisements"
_MAILS = "sends marketing messages"
_MEASURES = "measures advertisements"

# The pages of those who make the cookies.
_ADOBE = "https://github.com/AdobeDocs/core-services.en/blob/main/help/interface/data-collection/cookies/advertising.md"
_ADOBE_AAM = (
    "https://github.com/AdobeDocs/core-services.en/blob/main/help/interface/data-collection/cookies/audience-manager.md"
)
_CLARITY = "https://learn.microsoft.com/en-us/clarity/setup-and-installation/cookie-list"
_CRITEO = "https://github.com/prebid/Prebid.js/blob/master/modules/criteoIdSystem.js"
_GOOGLE_GAC = "https://support.google.com/analytics/answer/7519794?hl=zh-hant"
_GOOGLE_UA = "https://developers.google.com/analytics/devguides/collection/analyticsjs/cookie-usage"
_KLAVIYO = "https://help.klaviyo.com/hc/en-us/articles/360034666712"
_LINKEDIN = (
    "https://learn.microsoft.com/en-us/linkedin/marketing/conversions/enabling-first-party-cookies?view=li-lms-2026-03"
)
_LIVEINTENT = "https://github.com/LiveIntent/live-connect/blob/master/src/enrichers/live-connect-id.ts"
_LIVEINTENT_DOMAIN = "https://github.com/LiveIntent/live-connect/blob/master/src/utils/domain.ts"
_LOTAME = "https://github.com/prebid/Prebid.js/blob/master/modules/lotamePanoramaIdSystem.js"
_MARKETO = "https://github.com/AdobeDocs/marketo-developer.en/blob/main/help/javascript-api/lead-tracking.md"
_MAUTIC = (
    "https://github.com/mautic/mautic/blob/5.x/app/bundles/LeadBundle/Tracker/Service/DeviceTrackingService/"
    "DeviceTrackingService.php"
)
_MAUTIC_UPGRADE = "https://github.com/mautic/mautic/blob/5.x/UPGRADE-5.0.md"
_META = (
    "https://github.com/facebook/capi-param-builder/blob/main/python/capi_param_builder/capi_param_builder/"
    "param_builder.py"
)
_PINTEREST = "https://help.pinterest.com/en/business/article/pinterest-tag-parameters-and-cookies"
_PREBID = "https://github.com/prebid/prebid.github.io/blob/master/dev-docs/modules/userid-submodules/sharedid.md"
_QUANTCAST = (
    "https://github.com/prebid/Prebid.js/blob/0b2309c103f38dd8f25d1c713e6746d3141e1f3a/modules/quantcastIdSystem.js"
)
_SAILTHRU = "https://github.com/sailthru/sailthru-wordpress-plugin/blob/master/lib/Sailthru_Client.php"
_SALESFORCE = "https://developer.salesforce.com/docs/atlas.en-us.238.0.c360a_api.meta/c360a_api/c360a_api_identity.htm"
_SALESMANAGO = "https://app3.salesmanago.com/info/cookies-information.htm"
_SHOPIFY = "https://github.com/Shopify/hydrogen/blob/main/packages/hydrogen/CHANGELOG.md"
_TABOOLA = "https://github.com/prebid/Prebid.js/blob/master/modules/taboolaIdSystem.js"
_TEADS = "https://github.com/prebid/Prebid.js/blob/master/modules/teadsIdSystem.js"
_TIKTOK = "https://github.com/tiktok/gtm-template-eapi/blob/main/template.js"
_XANDR = "https://www.appnexus.com/en/company/cookie-policy"

COOKIES = (
    KnownCookie(("_lcc",), "Adobe Advertising", _USUAL, "15 minutes", _ADOBE, _SHOWS),
    KnownCookie(("_tmae", "_tmid", "adcloud", "everest_g_v2"), "Adobe Advertising", _USUAL, "1 year", _ADOBE, _SHOWS),
    KnownCookie(("ev_sync_*",), "Adobe Advertising", _USUAL, "", _ADOBE, _SHOWS),
    KnownCookie(("everest_session_v2",), "Adobe Advertising", _USUAL, "session", _ADOBE, _SHOWS),
    KnownCookie(("id_adcloud",), "Adobe Advertising", _USUAL, "91 days", _ADOBE, _SHOWS),
    KnownCookie(("demdex", "dextp"), "Adobe Audience Manager", _USUAL, "180 days", _ADOBE_AAM, _SHOWS),
    KnownCookie(("tuuid", "tuuid_lu"), "BidSwitch", _USUAL, "", SecondarySource.TRACKING_COOKIES, _SHOWS),
    KnownCookie(("cto_bidid", "cto_bundle"), "Criteo", _USUAL, "390 days", _CRITEO, _SHOWS),
    KnownCookie(("ELOQUA",), "Eloqua", _USUAL, "", SecondarySource.TRACKING_COOKIES, _MAILS),
    KnownCookie(("1P_JAR",), "Google Ads", _USUAL, "30 days", SecondarySource.LUCID, _SHOWS),
    KnownCookie(("__gpi",), "Google Ads", _USUAL, "", SecondarySource.TRACKING_COOKIES, _SHOWS),
    KnownCookie(("_gac_*",), "Google Ads", _USUAL, "90 days", _GOOGLE_UA, _SHOWS),
    KnownCookie(("_gcl_*",), "Google Ads", _USUAL, "", _GOOGLE_GAC, _SHOWS),
    KnownCookie(("__gads",), "Google AdSense", _USUAL, "", SecondarySource.TARTEAUCITRON, _SHOWS),
    KnownCookie(("DSID", "IDE"), "Google DoubleClick", _USUAL, "", SecondarySource.TRACKING_COOKIES, _SHOWS),
    KnownCookie(("__kla_id",), "Klaviyo", _USUAL, "2 years", _KLAVIYO, _MAILS),
    KnownCookie(
        ("AnalyticsSyncHistory", "UserMatchHistory", "li_sugr", "lms_ads", "lms_analytics"),
        "LinkedIn Ads",
        _USUAL,
        "",
        SecondarySource.TRACKING_COOKIES,
        _SHOWS,
    ),
    KnownCookie(("li_fat_id",), "LinkedIn Ads", _USUAL, "", _LINKEDIN, _SHOWS),
    KnownCookie(("_lc2_fpi",), "LiveIntent", _USUAL, "", _LIVEINTENT, _SHOWS),
    KnownCookie(("_lc2_fpi_meta",), "LiveIntent", _USUAL, "", SecondarySource.TRACKING_COOKIES, _SHOWS),
    KnownCookie(("_li_dcdm_c",), "LiveIntent", _USUAL, "session", _LIVEINTENT_DOMAIN, _SHOWS),
    KnownCookie(("_cc_id",), "Lotame", _USUAL, "9 months", _LOTAME, _SHOWS),
    KnownCookie(("panoramaId", "panoramaId_expiry"), "Lotame", _USUAL, "", _LOTAME, _SHOWS),
    KnownCookie(("_mkto_trk",), "Marketo", _USUAL, "2 years", _MARKETO, _MAILS),
    KnownCookie(("mkto_opt_out",), "Marketo", _USUAL, "", _MARKETO, _MAILS),
    KnownCookie(("mautic_device_id",), "Mautic", _USUAL, "365 days", _MAUTIC, _MAILS),
    KnownCookie(("mtc_id",), "Mautic", _USUAL, "", _MAUTIC, _MAILS),
    KnownCookie(("mtc_sid",), "Mautic", _USUAL, "", _MAUTIC_UPGRADE, _MAILS),
    KnownCookie(("_fbc", "_fbp"), "Meta Pixel", _USUAL, "90 days", _META, _SHOWS),
    KnownCookie(("MUID",), "Microsoft", _USUAL, "", _CLARITY, _SHOWS),
    KnownCookie(("MUIDB",), "Microsoft", _USUAL, "", SecondarySource.TRACKING_COOKIES, _SHOWS),
    KnownCookie(("_uetsid", "_uetvid"), "Microsoft Advertising", _USUAL, "", SecondarySource.TRACKING_COOKIES, _SHOWS),
    KnownCookie(("obuid", "outbrain_cid_fetch"), "Outbrain", _USUAL, "", SecondarySource.TRACKING_COOKIES, _SHOWS),
    KnownCookie(
        ("permutive-id", "permutive-session"), "Permutive", _USUAL, "", SecondarySource.TRACKING_COOKIES, _SHOWS
    ),
    KnownCookie(
        ("_derived_epik", "_epik", "_pin_unauth", "_pinterest_ct*", "_pinterest_sess"),
        "Pinterest",
        _USUAL,
        "",
        _PINTEREST,
        _SHOWS,
    ),
    KnownCookie(("_pubcid", "_sharedid"), "Prebid", _USUAL, "365 days", _PREBID, _SHOWS),
    KnownCookie(("KRTBCOOKIE_*", "PUBMDCID"), "PubMatic", _USUAL, "", SecondarySource.TRACKING_COOKIES, _SHOWS),
    KnownCookie(("__qca",), "Quantcast", _USUAL, "392 days", _QUANTCAST, _SHOWS),
    KnownCookie(("_rdt_uuid",), "Reddit", _USUAL, "", SecondarySource.TRACKING_COOKIES, _SHOWS),
    KnownCookie(
        ("sailthru_content", "sailthru_pageviews", "sailthru_visitor"),
        "Sailthru",
        _USUAL,
        "",
        SecondarySource.TRACKING_COOKIES,
        _MAILS,
    ),
    KnownCookie(("sailthru_hid",), "Sailthru", _USUAL, "", _SAILTHRU, _MAILS),
    KnownCookie(("_sfid_*",), "Salesforce", _USUAL, "", _SALESFORCE, _MAILS),
    KnownCookie(
        ("smclient", "smforms", "smrcrsaved", "smuuid", "smwp"), "SALESmanago", _USUAL, "10 years", _SALESMANAGO, _MAILS
    ),
    KnownCookie(("_shopify_marketing",), "Shopify", _USUAL, "", _SHOPIFY, _MEASURES),
    KnownCookie(("_scid",), "Snap", _USUAL, "", SecondarySource.SEGMENT_DESTINATIONS, _SHOWS),
    KnownCookie(("t_gid", "t_pt_gid"), "Taboola", _USUAL, "", _TABOOLA, _SHOWS),
    KnownCookie(("taboola_fp_td_user_id",), "Taboola", _USUAL, "", SecondarySource.TRACKING_COOKIES, _SHOWS),
    KnownCookie(("tbla_id", "trc_cookie_storage"), "Taboola", _USUAL, "", _TABOOLA, _SHOWS),
    KnownCookie(("_tfpvi",), "Teads", _USUAL, "365 days", _TEADS, _SHOWS),
    KnownCookie(("_ttp",), "TikTok", _USUAL, "", _TIKTOK, _SHOWS),
    KnownCookie(("ttclid",), "TikTok", _USUAL, "30 days", _TIKTOK, _SHOWS),
    KnownCookie(
        ("TRADEDOUBLER", "TradeDoublerGUID"), "Tradedoubler", _USUAL, "", SecondarySource.TRACKING_COOKIES, _SHOWS
    ),
    KnownCookie(("muc_ads",), "X", _USUAL, "", SecondarySource.TRACKING_COOKIES, _SHOWS),
    KnownCookie(("anj",), "Xandr", _USUAL, "", SecondarySource.TARTEAUCITRON, _SHOWS),
    KnownCookie(("uuid2",), "Xandr", _USUAL, "", _XANDR, _SHOWS),
)
