"""The presets: what each says about its cookies, which lines it lets through, and which it does not."""

from importlib import resources
from urllib.parse import urlsplit

import pytest

from cookiewarden import Category, Policy, Reason
from preset_policies import ALL, APPLICATIONS, EDGES, FRAMEWORKS, OPTIONAL, declarations_of, extending

NOW = 1_795_340_000  # in November 2026, before every Expires below
SOON = "Expires=Sun, 29 Nov 2026 10:00:00 GMT"

# Lines from practice, for each preset of a service in front of an app.
COVERED = {
    "aws": [
        f"AWSALB=q3Zx+/a; {SOON}; Path=/",
        f"AWSALBCORS=q3Zx+/a; {SOON}; Path=/; SameSite=None; Secure",
        f"AWSALBTG=Kf9w==; {SOON}; Path=/",
        f"AWSALBTGCORS=Kf9w==; {SOON}; Path=/; SameSite=None; Secure",
        f"AWSALBAPP-0=AAAAAAB1; {SOON}; Path=/; SameSite=None; Secure",
        f"AWSALBAPP-3=_remove_; {SOON}; Path=/; SameSite=None; Secure",
        "AWSELB=5F8101;PATH=/;MAX-AGE=3600",
        "AWSELBCORS=5F8101;PATH=/;MAX-AGE=3600;SECURE;SAMESITE=None",
        f"AWSELBAuthSessionCookie-0=x1Zk; {SOON}; Path=/; SameSite=None; Secure; HttpOnly",
        f"AWSELBAuthSessionCookie-3=x1Zk; {SOON}; Path=/; SameSite=None; Secure; HttpOnly",
        "aws-waf-token=7c1e:AQoA:Zz==; Domain=.example.org; Path=/; Secure; SameSite=Lax; Max-Age=345600",
        "CloudFront-Policy=eyJTdGF0; Domain=example.org; Path=/films; Secure; HttpOnly",
        "CloudFront-Signature=dtKhpJ3aUYxqDIwepczPiDb9NXQ_; Path=/films; Secure; HttpOnly",
        "CloudFront-Key-Pair-Id=K2JCJMDEHXQW5F; Path=/films; Secure; HttpOnly",
        "CloudFront-Expires=1795350000; Path=/films; Secure; HttpOnly",
        "CloudFront-Hash-Algorithm=SHA256; Path=/films; Secure; HttpOnly",
    ],
    "azure": [
        "ARRAffinity=31a267ed;Path=/;HttpOnly;Secure;Domain=data.example.org",
        "ARRAffinitySameSite=31a267ed;Path=/;HttpOnly;SameSite=None;Secure;Domain=data.example.org",
        "ApplicationGatewayAffinity=a8f6ae06; Path=/",
        "ApplicationGatewayAffinityCORS=a8f6ae06; Path=/; SameSite=None; Secure",
        "ASLBSA=0003b2; path=/; secure; HttpOnly",
        "ASLBSACORS=0003b2; samesite=none; path=/; secure; HttpOnly",
        "afd_azwaf_jsclearance=eyJraWQi; Path=/; Max-Age=1800",
        "appgw_azwaf_jsclearance=eyJraWQi; Path=/; Max-Age=1800",
    ],
    "cloudflare": [
        "__cflb=02DiuHcR; SameSite=Lax; path=/; expires=Mon, 23 Nov 2026 10:00:00 GMT; HttpOnly",
        "__cf_bm=a7WV.1; path=/; expires=Sun, 22 Nov 2026 10:30:00 GMT; domain=.example.org; HttpOnly; Secure",
        "__cfseq=1-a; path=/; domain=.example.org; HttpOnly; Secure",
        "cf_clearance=TJHHz_b-1.2.1.1; Path=/; Max-Age=31536000; Domain=example.org; HttpOnly; Secure; Partitioned",
        "__cfruid=ae41; path=/; domain=.example.org; HttpOnly; Secure; SameSite=None",
        "_cfuvid=nE8.1-0-604800000; path=/; domain=.example.org; HttpOnly; Secure; SameSite=None",
        "__cfwaitingroom=ChhM; Domain=example.org; Path=/; Max-Age=300; HttpOnly; Secure; SameSite=Lax",
        "cf_ob_info=502:7d1f:AMS; path=/; max-age=30",
        "cf_use_ob=443; path=/; max-age=30",
        "CF_Authorization=eyJhbGci; Path=/; Secure; HttpOnly; SameSite=None; Max-Age=86400",
        "CF_Binding=17f; Path=/; Secure; HttpOnly; SameSite=None; Max-Age=86400",
        "CF_AppSession=n6e; Path=/; Secure; HttpOnly; SameSite=None; Max-Age=86400",
    ],
    "f5": [
        "BIGipServerpool_web=1677787402.36895.0000; path=/; Httponly; Secure",
        "BIGipServer~Town~pool_443=rd3o20010112000000000000000000000030o80; path=/",
    ],
    "google": [
        'GCLB="63922974e8c3e53a"; Max-Age=3600; Path=/; HttpOnly',
        "GAESA=CpwBMDA1; expires=Tue, 22 Dec 2026 10:00:00 GMT; path=/; HttpOnly",
        "__Host-GCP_IAP_AUTH_TOKEN_A82A7FE83D3A1171=AeuT; Path=/; Secure; HttpOnly; SameSite=None",
        "GCP_IAP_UID=112564004; Path=/; Secure; HttpOnly",
        "GCP_IAP_XSRF_NONCE_QiRHGwMKNrV-iunjVSj9mA=1; expires=Sun, 22 Nov 2026 10:10:00 GMT; path=/; Secure; HttpOnly",
    ],
    "haproxy": ["SERVERID=web1; path=/", "SERVERID=web2|ab3; path=/; HttpOnly; Secure"],
    "imperva": [
        "visid_incap_2483049=MYCd; expires=Sun, 21 Nov 2027 08:00:00 GMT; HttpOnly; path=/; Domain=.example.org",
        "incap_ses_1182_2483049=mioJ; path=/; Domain=.example.org",
        "nlbi_2483049=lc7J; HttpOnly; path=/; Domain=.example.org",
        "nlbi_2483049_2147483646=lc7J; HttpOnly; path=/; Domain=.example.org",
    ],
    "nginx": ["INGRESSCOOKIE=1669112345.123.45.6789|5f2c; Path=/shop; Secure; HttpOnly"],
}
# Similar names that no source of the preset mentions.
NEAR_MISSES = {
    "aws": """AWSALBX AWSALBAPP-4 AWSALBAPP-10 AWSALBAPP- AWSALBAPPX AWSELBX awsalb AWSELBAuthSessionCookie
        AWSELBAuthSessionCookie-4 AWSELBAuthSessionCookie-0x AWSALBAuthNonce aws-waf-token2 aws-waf- CloudFront-
        CloudFront-Tracker aws-priv aws-target-visitor-id AWSSESSION""",
    "azure": """ARRAffinityX arraffinity ApplicationGatewayAffinityX MyAffinity MyAffinityCORS ASLBSA2 ai_user
        ai_session azwaf_jsclearance MUID MSCC""",
    "cloudflare": """__cf __cf_ __cf_bm2 __cfduid __cflbx _cfuvid2 cf_ cf_clearance2 cf_chl_rc_i cf_chl_rc_ni
        cf_chl_rc_m cf_chl_2 __cfwaitingroom_ads __cfwaitingroomx CF_Session CF_Device CF_ cfz_google-analytics_v4
        cfzs_amplitude __cfseqx""",
    "datasette": "ds_actor2 ds_ ds_root ds_message ds_messages2 ds_csrf csrftoken actor messages __Host-ds_actor",
    "django": "sessionid2 __Host-sessionid session csrf csrftoken_ads message messages2 django_language2 django",
    "django-allauth": "mfa_trusted2 mfa_ apple-login saml-acs-session2 saml g_csrf_token g_state sessionid",
    "f5": "BIGipServe BIGip BIGipCookie bigipserverpool TS01a2b3c4 TS TSads MRHSession LastMRH_Session F5_ST f5avr",
    "flask": "session2 session_id session- sessions __Host-session",
    "flask-login": "remember_token2 remember_me remember session",
    "google": """GCLBX GCILB GSSA GAESA2 GA _ga _gid GCP GCP_ GCP_IAP_ GCP_IAP_UID2 GCP_IAP_XSRF_NONCE
        GCP_IAAP_AUTH_TOKEN_7978 GCP_IAP_AUTH_TOKEN_A82A7FE83D3A1171 __Host-GCP_IAP_ NID""",
    "gradio": """access-token access_token access-token2 access- unsecure-token session
        gradio_workflow_write_token_7860 __Host-access-token-x""",
    "haproxy": "SERVERID2 SERVERIDX serverid SERVER SRV SERVER_USED",
    "imperva": "visid visid_incap visid_ incap_ incap_ses incap_sh_2483049 nlbi reese84 ___utmvc",
    "isso": "1 17 isso isso_1 issoadmin admin-session2 admin- admin session Isso-1",
    "litestar": "session-10 session- session-a session-0x session-00 session-ads session_0 token csrftoken2 flash",
    "nginx": "INGRESSCOOKIE2 ingresscookie INGRESS route srv_id uid",
    "pretix": """pretix pretix_ pretix_session2 __Host-pretix_language __Secure-pretix_session __Host-pretix_ sessionid
        csrftoken django_language pretix_widget_https_tickets_example __proxy_session messages""",
    "pyramid": "session2 csrf_token2 _csrft_ auth_tkt2 auth _LOCALE_",
    "quart": "session2 session_id QUART_AUTH __Host-session",
    "starlette": "session2 csrftoken __Host-session",
    "trac": "trac trac_ trac_auth2 trac_auth_session trac_session2 trac_form_token2 trac_form __Host-trac_auth session",
    "zope": """tree tree-e tree-s2 tree-states __c __cp2 _ZopeId2 ZopeId zopeid __ac2 __ac_ __ac_password
        __ac_persistent __ginger __ginger_snap2 ac _tree-s""",
}

each_preset = pytest.mark.parametrize("preset", ALL)


def test_the_presets_are_exactly_these():
    files = (resources.files("cookiewarden.policy") / "presets").iterdir()
    assert sorted(item.name for item in files) == sorted(f"{preset}.toml" for preset in ALL)


@each_preset
def test_every_declaration_of_a_preset_is_necessary_unless_listed_and_names_its_source(preset):
    for declaration in declarations_of(preset):
        assert declaration.category == OPTIONAL.get(declaration.names[0], Category.NECESSARY)
        source = urlsplit(declaration.source)
        assert (source.scheme, bool(source.netloc), len(source.path) > 0) == ("https", True, True)
        if preset in FRAMEWORKS:
            assert source.netloc == FRAMEWORKS[preset]
            assert source.fragment
        if preset in APPLICATIONS:
            assert source.netloc in APPLICATIONS[preset]
            assert source.fragment


@each_preset
def test_every_text_of_a_preset_is_in_every_language_of_the_pages(preset):
    for declaration in declarations_of(preset):
        for text in (declaration.purpose, declaration.function):
            assert set(text.by_language) == {"en", "fr", "nl", "de", "it", "es", "pl", "pt"}
            assert len(set(text.by_language.values())) == 8


@each_preset
def test_a_preset_does_not_change_the_language_of_the_site(preset):
    mapping = {"extends": f"preset:{preset}", "site": {"name": "X", "operator": "Exampletown", "language": "nl"}}
    policy = Policy.from_mapping(mapping)
    assert policy.site.language == "nl"
    assert str(policy.declarations[0].purpose) == policy.declarations[0].purpose.by_language["nl"]


@each_preset
def test_a_preset_names_a_provider_only_for_a_service_that_others_run(preset):
    provider = EDGES.get(preset)
    for declaration in declarations_of(preset):
        assert (declaration.provider and declaration.provider.in_language("fr")) == provider


def test_each_preset_has_near_misses_and_each_of_a_service_has_lines():
    assert (sorted(COVERED), sorted(NEAR_MISSES)) == (sorted(EDGES), sorted(ALL))


@pytest.mark.parametrize(("preset", "line"), [(preset, line) for preset in COVERED for line in COVERED[preset]])
def test_a_preset_lets_its_lines_through_only_if_it_is_extended(preset, line):
    assert extending(preset).decide(line, now=NOW).reason is Reason.NECESSARY
    assert Policy.from_mapping({"site": {"name": "X"}}).decide(line, now=NOW).reason is Reason.UNDECLARED


@pytest.mark.parametrize("preset", COVERED)
def test_every_name_in_the_preset_of_a_service_occurs_in_a_line(preset):
    met = {name for line in COVERED[preset] for name in extending(preset).decide(line, now=NOW).declaration.names}
    assert met == {name for declaration in declarations_of(preset) for name in declaration.names}


@each_preset
def test_a_preset_lets_no_similar_name_through(preset):
    policy = extending(preset)
    names = NEAR_MISSES[preset].split()
    assert [name for name in names if policy.decide(f"{name}=1; Path=/", now=NOW).reason is not Reason.UNDECLARED] == []


@each_preset
def test_a_pattern_of_a_preset_has_a_long_prefix_and_ends_with_its_star(preset):
    for declaration in declarations_of(preset):
        for prefix, star, rest in (name.partition("*") for name in declaration.names):
            assert not star or (len(prefix) >= len("nlbi_") and not rest)


def test_all_presets_can_be_extended_at_once():
    policy = extending(*ALL)
    for preset in COVERED:
        for line in COVERED[preset]:
            assert policy.decide(line, now=NOW).reason is Reason.NECESSARY


def test_a_name_in_two_presets_means_the_same_in_both():
    meanings = {}
    for declaration in (item for preset in ALL for item in declarations_of(preset)):
        for name in declaration.names:
            meanings.setdefault(name, []).append((declaration.category, declaration.function))
    assert len(meanings["session"]) == 5  # five frameworks use this name
    assert [name for name, said in meanings.items() if any(one != said[0] for one in said)] == []


def test_the_declaration_of_a_site_wins_over_that_of_a_preset():
    cookie = {"name": "session", "category": "necessary", "purpose": "Ours", "lifetime": "31 days"}
    policy = Policy.from_mapping({"extends": "preset:flask", "site": {"name": "X"}, "cookies": [cookie]})
    declaration = policy.decide("session=1").declaration
    assert (str(declaration.purpose), declaration.lifetime.text) == ("Ours", "31 days")


def test_a_site_can_declare_a_pattern_of_a_preset_under_another_category():
    cookie = {"name": "visid_incap_*", "category": "third-party", "purpose": "Tells visitors apart"}
    policy = Policy.from_mapping({"extends": "preset:imperva", "site": {"name": "X"}, "cookies": [cookie]})
    assert policy.decide("visid_incap_7=1").reason is Reason.UNDECIDED
    assert policy.decide("incap_ses_1_7=1").reason is Reason.NECESSARY
