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

# The pages of those who make the cookies.
_ADOBE = "https://github.com/AdobeDocs/core-services.en/blob/main/help/interface/data-collection/cookies/advertising.md"
_ADOBE_AAM = (
    "https://github.com/AdobeDocs/core-services.en/blob/main/help/interface/data-collection/cookies/audience-manager.md"
)
_CRITEO = "https://github.com/prebid/Prebid.js/blob/master/modules/criteoIdSystem.js"
_GOOGLE_GAC = "https://support.google.com/analytics/answer/7519794?hl=zh-hant"
_GOOGLE_UA = "https://developers.google.com/analytics/devguides/collection/analyticsjs/cookie-usage"
_LOTAME = "https://github.com/prebid/Prebid.js/blob/master/modules/lotamePanoramaIdSystem.js"
_META = (
    "https://github.com/facebook/capi-param-builder/blob/main/python/capi_param_builder/capi_param_builder/"
    "param_builder.py"
)
_PREBID = "https://github.com/prebid/prebid.github.io/blob/master/dev-docs/modules/userid-submodules/sharedid.md"
_TABOOLA = "https://github.com/prebid/Prebid.js/blob/master/modules/taboolaIdSystem.js"

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
    KnownCookie(("__kla_id",), "Klaviyo", _USUAL, "", SecondarySource.TARTEAUCITRON, _MAILS),
    KnownCookie(
        ("AnalyticsSyncHistory", "UserMatchHistory", "li_sugr", "lms_ads", "lms_analytics"),
        "LinkedIn Ads",
        _USUAL,
        "",
        SecondarySource.TRACKING_COOKIES,
        _SHOWS,
    ),
    KnownCookie(("li_fat_id",), "LinkedIn Ads", _USUAL, "", SecondarySource.TARTEAUCITRON, _SHOWS),
    KnownCookie(
        ("_lc2_fpi", "_lc2_fpi_meta", "_li_dcdm_c"), "LiveIntent", _USUAL, "", SecondarySource.TRACKING_COOKIES, _SHOWS
    ),
    KnownCookie(("_cc_id",), "Lotame", _USUAL, "9 months", _LOTAME, _SHOWS),
    KnownCookie(("panoramaId", "panoramaId_expiry"), "Lotame", _USUAL, "", _LOTAME, _SHOWS),
    KnownCookie(("_mkto_trk",), "Marketo", _USUAL, "", SecondarySource.TRACKING_COOKIES, _MAILS),
    KnownCookie(("mtc_id", "mtc_sid"), "Mautic", _USUAL, "", SecondarySource.TARTEAUCITRON, _MAILS),
    KnownCookie(("_fbc", "_fbp"), "Meta Pixel", _USUAL, "90 days", _META, _SHOWS),
    KnownCookie(("MUID", "MUIDB"), "Microsoft", _USUAL, "", SecondarySource.TRACKING_COOKIES, _SHOWS),
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
        SecondarySource.TARTEAUCITRON,
        _SHOWS,
    ),
    KnownCookie(("_pubcid", "_sharedid"), "Prebid", _USUAL, "365 days", _PREBID, _SHOWS),
    KnownCookie(("KRTBCOOKIE_*", "PUBMDCID"), "PubMatic", _USUAL, "", SecondarySource.TRACKING_COOKIES, _SHOWS),
    KnownCookie(("__qca",), "Quantcast", _USUAL, "", SecondarySource.TRACKING_COOKIES, _SHOWS),
    KnownCookie(("_rdt_uuid",), "Reddit", _USUAL, "", SecondarySource.TRACKING_COOKIES, _SHOWS),
    KnownCookie(
        ("sailthru_content", "sailthru_pageviews", "sailthru_visitor"),
        "Sailthru",
        _USUAL,
        "",
        SecondarySource.TRACKING_COOKIES,
        _MAILS,
    ),
    KnownCookie(("_scid",), "Snap", _USUAL, "", SecondarySource.SEGMENT_DESTINATIONS, _SHOWS),
    KnownCookie(("t_gid", "t_pt_gid"), "Taboola", _USUAL, "", _TABOOLA, _SHOWS),
    KnownCookie(
        ("taboola_fp_td_user_id", "trc_cookie_storage"), "Taboola", _USUAL, "", SecondarySource.TRACKING_COOKIES, _SHOWS
    ),
    KnownCookie(("_tfpvi",), "Teads", _USUAL, "", SecondarySource.TRACKING_COOKIES, _SHOWS),
    KnownCookie(("_ttp",), "TikTok", _USUAL, "", SecondarySource.SEGMENT_DESTINATIONS, _SHOWS),
    KnownCookie(
        ("TRADEDOUBLER", "TradeDoublerGUID"), "Tradedoubler", _USUAL, "", SecondarySource.TRACKING_COOKIES, _SHOWS
    ),
    KnownCookie(("muc_ads",), "X", _USUAL, "", SecondarySource.TRACKING_COOKIES, _SHOWS),
    KnownCookie(("anj", "uuid2"), "Xandr", _USUAL, "", SecondarySource.TARTEAUCITRON, _SHOWS),
)
