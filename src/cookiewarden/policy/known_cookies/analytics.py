"""Well-known cookies of services that count visits, record them, or watch how pages work.

Rule: the rows are sorted by provider and name. A fact that the source does not state is left out.
"""

from __future__ import annotations

from cookiewarden.policy.declaration import Category
from cookiewarden.policy.known_cookies.known_cookie import KnownCookie
from cookiewarden.policy.known_cookies.secondary_sources import SecondarySource

_USUAL = Category.STATISTICAL
_COUNTS = "counts visits"
_RECORDS = "records visits"
_WATCHES = "watches how pages work"

# The pages of those who make the cookies.
_ADOBE = "https://github.com/AdobeDocs/core-services.en/blob/main/help/interface/data-collection/cookies/analytics.md"
_ADOBE_DURATION = "https://github.com/AdobeDocs/analytics.en/blob/main/help/implement/vars/plugins/getvisitduration.md"
_ADOBE_PERCENT = (
    "https://github.com/AdobeDocs/analytics.en/blob/main/help/implement/vars/plugins/getpercentpageviewed.md"
)
_ADOBE_REPEAT = "https://github.com/AdobeDocs/analytics.en/blob/main/help/implement/vars/plugins/getnewrepeat.md"
_ADOBE_SDK = "https://github.com/AdobeDocs/core-services.en/blob/main/help/interface/data-collection/cookies/web-sdk.md"
_ADOBE_SINCE = (
    "https://github.com/AdobeDocs/analytics.en/blob/main/help/implement/vars/plugins/gettimesincelastvisit.md"
)
_ADOBE_VISITS = "https://github.com/AdobeDocs/analytics.en/blob/main/help/implement/vars/plugins/getvisitnum.md"
_AMPLITUDE = "https://github.com/amplitude/Amplitude-TypeScript/blob/main/packages/analytics-browser/src/config.ts"
_AMPLITUDE_OLD = "https://github.com/amplitude/Amplitude-JavaScript/blob/v8.x/src/options.js"
_APP_INSIGHTS = (
    "https://github.com/microsoft/ApplicationInsights-JS/blob/main/extensions/applicationinsights-properties-js/"
    "src/Context/User.ts"
)
_APP_INSIGHTS_SESSION = (
    "https://github.com/microsoft/ApplicationInsights-JS/blob/main/extensions/applicationinsights-properties-js/"
    "src/Context/Session.ts"
)
_AT_INTERNET = "https://github.com/at-internet/smarttag-documentation-archive/wiki/AT-Internet-cookies"
_CHARTBEAT = "https://help.chartbeat.com/hc/en-us/articles/360044659014-Chartbeat-Cookies"
_CLARITY = "https://github.com/microsoft/clarity/blob/master/packages/clarity-js/types/data.d.ts"
_CLARITY_LIST = "https://learn.microsoft.com/en-us/clarity/setup-and-installation/cookie-list"
_CONTENTSQUARE = "https://docs.contentsquare.com/en/web/cookies/index.md"
_COVEO = "https://github.com/coveo/coveo.analytics.js/blob/master/src/client/analytics.spec.ts"
_DATADOG = (
    "https://github.com/DataDog/browser-sdk/blob/main/packages/browser-core/src/domain/session/storeStrategies/"
    "sessionInCookie.ts"
)
_DYNATRACE = "https://docs.dynatrace.com/docs/manage/data-privacy-and-security/data-privacy/rum-cookies-and-web-storage"
_GOOGLE = "https://support.google.com/analytics/answer/11397207"
_GOOGLE_UA = "https://developers.google.com/analytics/devguides/collection/analyticsjs/cookie-usage"
_HEAP = "https://help.heap.io/hc/en-us/articles/37271939081617-What-cookies-does-Heap-set-and-what-are-they-used-for"
_HUBSPOT = (
    "https://developers.hubspot.com/docs/api-reference/latest/account/settings/tracking-code/overview?error=error_code"
)
_LOGROCKET = "https://docs.logrocket.com/docs/cookies"
_MAPP = "https://docs.mapp.com/v1/docs/en/which-cookies-are-set-by-mapp-intelligence.md"
_MATOMO = "https://github.com/matomo-org/matomo/blob/5.x-dev/js/piwik.js"
_MIXPANEL = "https://github.com/mixpanel/mixpanel-js/blob/master/src/mixpanel-persistence.js"
_NEW_RELIC = (
    "https://github.com/newrelic/docs-website/blob/32b6f2ab2c7c79cd5d43fde010b26bafb898c426/src/content/docs/"
    "browser/new-relic-browser/page-load-timing-resources/new-relic-cookies-used-browser.mdx"
)
_PARSELY = "https://github.com/Parsely/wp-parsely/blob/develop/src/js/lib/personalization.ts"
_PIANO = "https://developers.atinternet-solutions.com/piano-analytics/data-collection/general/cookie-storage"
_PIWIK_PRO = "https://help.piwik.pro/support/privacy/cookies-created-by-piwik-pro"
_POSTHOG = "https://github.com/PostHog/posthog-js/blob/main/packages/browser/src/posthog-persistence.ts"
_RUDDERSTACK = (
    "https://github.com/rudderlabs/rudder-sdk-js/blob/develop/packages/analytics-js-cookies/src/constants/cookies.ts"
)
_SEGMENT = "https://github.com/segmentio/analytics-next/blob/master/packages/browser/src/core/user/index.ts"
_SHOPIFY = "https://github.com/Shopify/hydrogen/blob/main/packages/hydrogen-react/src/useShopifyCookies.tsx"
_SHOPIFY_CHANGES = "https://github.com/Shopify/hydrogen/blob/main/packages/hydrogen/CHANGELOG.md"
_SNOWPLOW = (
    "https://github.com/snowplow/snowplow-javascript-tracker/blob/master/libraries/browser-tracker-core/src/"
    "tracker/index.ts"
)
_SOURCEBUSTER = "https://github.com/alexfedoseev/sourcebuster-js/blob/master/README.md"
_TEALIUM = "https://docs.tealium.com/iq-tag-management/data-layer/cookies/"
_YANDEX = "https://docs.prebid.org/dev-docs/modules/userid-submodules/yandex.html"

COOKIES = (
    KnownCookie(("s_cc", "s_sq"), "Adobe Analytics", _USUAL, "session", _ADOBE, _COUNTS),
    KnownCookie(("s_dur",), "Adobe Analytics", _USUAL, "30 minutes", _ADOBE_DURATION, _COUNTS),
    KnownCookie(("s_ecid",), "Adobe Analytics", _USUAL, "13 months", _ADOBE, _COUNTS),
    KnownCookie(("s_fid", "s_vi"), "Adobe Analytics", _USUAL, "2 years", _ADOBE, _COUNTS),
    KnownCookie(("s_ips", "s_ppv", "s_tp"), "Adobe Analytics", _USUAL, "session", _ADOBE_PERCENT, _COUNTS),
    KnownCookie(("s_ivc",), "Adobe Analytics", _USUAL, "30 minutes", _ADOBE_VISITS, _COUNTS),
    KnownCookie(("s_lv", "s_lv_s", "s_vnum"), "Adobe Analytics", _USUAL, "", SecondarySource.TRACKING_COOKIES, _COUNTS),
    KnownCookie(("s_nr*",), "Adobe Analytics", _USUAL, "", _ADOBE_REPEAT, _COUNTS),
    KnownCookie(("s_tslv",), "Adobe Analytics", _USUAL, "2 years", _ADOBE_SINCE, _COUNTS),
    KnownCookie(("s_vnc*",), "Adobe Analytics", _USUAL, "", _ADOBE_VISITS, _COUNTS),
    KnownCookie(("AMCV_*", "kndctr_*_identity"), "Adobe Experience Cloud", _USUAL, "395 days", _ADOBE_SDK, _COUNTS),
    KnownCookie(("kndctr_*_cluster",), "Adobe Experience Cloud", _USUAL, "30 minutes", _ADOBE_SDK, _COUNTS),
    KnownCookie(("AMP_*",), "Amplitude", _USUAL, "365 days", _AMPLITUDE, _COUNTS),
    KnownCookie(("amplitude_id_*",), "Amplitude", _USUAL, "365 days", _AMPLITUDE_OLD, _COUNTS),
    KnownCookie(("atidvisitor",), "AT Internet", _USUAL, "6 months", _AT_INTERNET, _COUNTS),
    KnownCookie(("atredir",), "AT Internet", _USUAL, "30 seconds", _AT_INTERNET, _COUNTS),
    KnownCookie(("atreman",), "AT Internet", _USUAL, "30 days", _AT_INTERNET, _COUNTS),
    KnownCookie(("atsession",), "AT Internet", _USUAL, "30 minutes", _AT_INTERNET, _COUNTS),
    KnownCookie(("atuserid",), "AT Internet", _USUAL, "13 months", _AT_INTERNET, _COUNTS),
    KnownCookie(("xtant", "xtat", "xtvrn"), "AT Internet", _USUAL, "", SecondarySource.TRACKING_COOKIES, _COUNTS),
    KnownCookie(("ai_authUser",), "Azure Application Insights", _USUAL, "", _APP_INSIGHTS, _WATCHES),
    KnownCookie(("ai_session",), "Azure Application Insights", _USUAL, "", _APP_INSIGHTS_SESSION, _WATCHES),
    KnownCookie(("ai_user",), "Azure Application Insights", _USUAL, "1 year", _APP_INSIGHTS, _WATCHES),
    KnownCookie(
        ("_cb", "_cb_ls", "_chartbeat*", "_t_tests", "_v__cb_cp", "_v__chartbeat3"),
        "Chartbeat",
        _USUAL,
        "",
        _CHARTBEAT,
        _COUNTS,
    ),
    KnownCookie(("_cb_svref",), "Chartbeat", _USUAL, "30 minutes", _CHARTBEAT, _COUNTS),
    KnownCookie(("_jsuid",), "Clicky", _USUAL, "", SecondarySource.TARTEAUCITRON, _COUNTS),
    KnownCookie(("_cs_c", "_cs_id"), "Contentsquare", _USUAL, "13 months", _CONTENTSQUARE, _RECORDS),
    KnownCookie(("_cs_cvars",), "Contentsquare", _USUAL, "session", _CONTENTSQUARE, _RECORDS),
    KnownCookie(("_cs_i",), "Contentsquare", _USUAL, "3 days", _CONTENTSQUARE, _RECORDS),
    KnownCookie(("_cs_s", "_cs_s_ctx"), "Contentsquare", _USUAL, "30 minutes", _CONTENTSQUARE, _RECORDS),
    KnownCookie(("coveo_visitorId",), "Coveo", _USUAL, "", _COVEO, _COUNTS),
    KnownCookie(("_dd_s", "_dd_s_v2"), "Datadog", _USUAL, "1 year", _DATADOG, _WATCHES),
    KnownCookie(("dtCookie*",), "Dynatrace", _USUAL, "session", _DYNATRACE, _WATCHES),
    KnownCookie(("dtPC*",), "Dynatrace", _USUAL, "", _DYNATRACE, _WATCHES),
    KnownCookie(("rxVisitor",), "Dynatrace", _USUAL, "", SecondarySource.TRACKING_COOKIES, _WATCHES),
    KnownCookie(("etuix",), "Eulerian", _USUAL, "", SecondarySource.TRACKING_COOKIES, _COUNTS),
    KnownCookie(("__gfp_64b",), "Gemius", _USUAL, "", SecondarySource.TRACKING_COOKIES, _COUNTS),
    KnownCookie(("AMP_TOKEN",), "Google Analytics", _USUAL, "", _GOOGLE_UA, _COUNTS),
    KnownCookie(("__utm*",), "Google Analytics", _USUAL, "", SecondarySource.TRACKING_COOKIES, _COUNTS),
    KnownCookie(("__utma", "__utmv"), "Google Analytics", _USUAL, "2 years", SecondarySource.TOSHIBA, _COUNTS),
    KnownCookie(("__utmb",), "Google Analytics", _USUAL, "30 minutes", SecondarySource.TOSHIBA, _COUNTS),
    KnownCookie(("__utmc",), "Google Analytics", _USUAL, "session", SecondarySource.TOSHIBA, _COUNTS),
    KnownCookie(("__utmt",), "Google Analytics", _USUAL, "10 minutes", SecondarySource.TOSHIBA, _COUNTS),
    KnownCookie(("__utmz",), "Google Analytics", _USUAL, "6 months", SecondarySource.TOSHIBA, _COUNTS),
    KnownCookie(("_dc_gtm_*", "_gat*"), "Google Analytics", _USUAL, "1 minute", _GOOGLE_UA, _COUNTS),
    KnownCookie(("_ga", "_ga_*"), "Google Analytics", _USUAL, "2 years", _GOOGLE, _COUNTS),
    KnownCookie(("_gid",), "Google Analytics", _USUAL, "24 hours", _GOOGLE_UA, _COUNTS),
    KnownCookie(("_hp2_hld.*",), "Heap", _USUAL, "", _HEAP, _COUNTS),
    KnownCookie(
        ("_hp2_id.*", "_hp2_props.*", "_hp5_event_props.*", "_hp5_let.*", "_hp5_meta.*"),
        "Heap",
        _USUAL,
        "13 months",
        _HEAP,
        _COUNTS,
    ),
    KnownCookie(("_hp2_ses_props.*",), "Heap", _USUAL, "30 minutes", _HEAP, _COUNTS),
    KnownCookie(
        (
            "_hjAbsoluteSessionInProgress",
            "_hjFirstSeen",
            "_hjIncludedInPageviewSample",
            "_hjIncludedInSessionSample*",
            "_hjSession*",
            "_hjTLDTest",
            "_hjid",
        ),
        "Hotjar",
        _USUAL,
        "",
        SecondarySource.TRACKING_COOKIES,
        _RECORDS,
    ),
    KnownCookie(("_hjHasCachedUserAttributes",), "Hotjar", _USUAL, "session", SecondarySource.CAREERS_WALES, _RECORDS),
    KnownCookie(("_hjSessionUser_*",), "Hotjar", _USUAL, "365 days", SecondarySource.CAREERS_WALES, _RECORDS),
    KnownCookie(("_hjUserAttributesHash",), "Hotjar", _USUAL, "2 minutes", SecondarySource.CAREERS_WALES, _RECORDS),
    KnownCookie(("__hssc", "__hssrc", "__hstc"), "HubSpot", _USUAL, "", SecondarySource.TARTEAUCITRON, _COUNTS),
    KnownCookie(("hubspotutk",), "HubSpot", _USUAL, "", _HUBSPOT, _COUNTS),
    KnownCookie(("_lr_hb_*", "_lr_tabs_*"), "LogRocket", _USUAL, "", _LOGROCKET, _RECORDS),
    KnownCookie(("wt3_eid", "wtstp_eid"), "Mapp Intelligence", _USUAL, "6 months", _MAPP, _COUNTS),
    KnownCookie(
        ("wt3_sid", "wt_eid", "wt_sid", "wtstp_sid"),
        "Mapp Intelligence",
        _USUAL,
        "",
        SecondarySource.TRACKING_COOKIES,
        _COUNTS,
    ),
    KnownCookie(("_pk_cvar*", "_pk_ses*"), "Matomo", _USUAL, "30 minutes", _MATOMO, _COUNTS),
    KnownCookie(("_pk_id*",), "Matomo", _USUAL, "13 months", _MATOMO, _COUNTS),
    KnownCookie(("_pk_ref*",), "Matomo", _USUAL, "6 months", _MATOMO, _COUNTS),
    KnownCookie(("ANONCHK", "CLID"), "Microsoft Clarity", _USUAL, "", _CLARITY_LIST, _RECORDS),
    KnownCookie(("_clck",), "Microsoft Clarity", _USUAL, "365 days", _CLARITY, _RECORDS),
    KnownCookie(("_clsk",), "Microsoft Clarity", _USUAL, "1 day", _CLARITY, _RECORDS),
    KnownCookie(("mp_*_mixpanel",), "Mixpanel", _USUAL, "365 days", _MIXPANEL, _COUNTS),
    KnownCookie(("NRAGENT", "NREUM"), "New Relic", _USUAL, "session", _NEW_RELIC, _WATCHES),
    KnownCookie(("_parsely_session",), "Parse.ly", _USUAL, "", SecondarySource.TRACKING_COOKIES, _COUNTS),
    KnownCookie(("_parsely_visitor",), "Parse.ly", _USUAL, "", _PARSELY, _COUNTS),
    KnownCookie(
        ("_pcid", "_pctx", "_pprv", "idrxvr", "pa_privacy", "pa_user", "pa_vid"),
        "Piano Analytics",
        _USUAL,
        "13 months",
        _PIANO,
        _COUNTS,
    ),
    KnownCookie(
        ("stg_fired__*", "stg_pk_campaign", "stg_utm_campaign"), "Piwik PRO", _USUAL, "session", _PIWIK_PRO, _COUNTS
    ),
    KnownCookie(
        ("stg_last_interaction", "stg_returning_visitor"), "Piwik PRO", _USUAL, "365 days", _PIWIK_PRO, _COUNTS
    ),
    KnownCookie(("stg_traffic_source_priority",), "Piwik PRO", _USUAL, "30 minutes", _PIWIK_PRO, _COUNTS),
    KnownCookie(("ph_*_posthog",), "PostHog", _USUAL, "365 days", _POSTHOG, _COUNTS),
    KnownCookie(
        ("rl_anonymous_id", "rl_session", "rl_trait", "rl_user_id"), "RudderStack", _USUAL, "", _RUDDERSTACK, _COUNTS
    ),
    KnownCookie(("ajs_anonymous_id", "ajs_group_id", "ajs_user_id"), "Segment", _USUAL, "1 year", _SEGMENT, _COUNTS),
    KnownCookie(("_shopify_analytics",), "Shopify", _USUAL, "", _SHOPIFY_CHANGES, _COUNTS),
    KnownCookie(("_shopify_s",), "Shopify", _USUAL, "30 minutes", _SHOPIFY, _COUNTS),
    KnownCookie(("_shopify_y",), "Shopify", _USUAL, "360 days", _SHOPIFY, _COUNTS),
    KnownCookie(("SC_ANALYTICS_GLOBAL_COOKIE",), "Sitecore", _USUAL, "", SecondarySource.TRACKING_COOKIES, _COUNTS),
    KnownCookie(("_sp_id.*",), "Snowplow", _USUAL, "2 years", _SNOWPLOW, _COUNTS),
    KnownCookie(("_sp_ses.*",), "Snowplow", _USUAL, "30 minutes", _SNOWPLOW, _COUNTS),
    KnownCookie(("sbjs_*",), "Sourcebuster", _USUAL, "6 months", _SOURCEBUSTER, _COUNTS),
    KnownCookie(
        ("ss_cid", "ss_cpvisit", "ss_cvisit", "ss_cvr", "ss_cvt"),
        "Squarespace",
        _USUAL,
        "",
        SecondarySource.TRACKING_COOKIES,
        _COUNTS,
    ),
    KnownCookie(("sc_is_visitor_unique",), "StatCounter", _USUAL, "", SecondarySource.TARTEAUCITRON, _COUNTS),
    KnownCookie(("utag_main*",), "Tealium", _USUAL, "", _TEALIUM, _COUNTS),
    KnownCookie(("Wysistat",), "Wysistat", _USUAL, "", SecondarySource.TARTEAUCITRON, _COUNTS),
    KnownCookie(
        ("_ym_d", "_ym_isad", "_ym_visorc*"), "Yandex Metrica", _USUAL, "", SecondarySource.TRACKING_COOKIES, _COUNTS
    ),
    KnownCookie(("_ym_uid",), "Yandex Metrica", _USUAL, "365 days", _YANDEX, _COUNTS),
)
