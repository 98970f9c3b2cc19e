"""Pages that keep robots out are told from the pages of a site, whatever their status says."""

import pytest

from cookiewarden.tools.web.challenges import challenge_of, problem_of
from cookiewarden.tools.web.response import Response

HTML = (b"content-type", b"text/html; charset=utf-8")
#: Pages that vendors answer with in place of the page itself, with a status that says nothing of it.
CHALLENGES = [
    (200, b"<title>Just a moment...</title>", [], "Cloudflare"),
    (200, b"<TITLE>\n Just a moment... </TITLE>", [], "Cloudflare"),
    (200, b"<script nonce=x>(function(){window._cf_chl_opt = {cvId: '3'};}());</script>", [], "Cloudflare"),
    (200, b"<script src='/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1?ray=1'>", [], "Cloudflare"),
    (200, b"", [(b"cf-mitigated", b"challenge")], "Cloudflare"),
    (202, b"<script>window.gokuProps = {}</script>", [], "AWS WAF"),
    (202, b"", [(b"x-amzn-waf-action", b"challenge")], "AWS WAF"),
    (200, b'<iframe id="main-iframe" src="/_Incapsula_Resource?CWUDNSAI=9&xinfo=1">', [], "Imperva"),
    (200, b"<iframe src='/_Incapsula_Resource?SWUDNSAI=9'>", [], "Imperva"),
    (200, b'<script id="anubis_challenge" type="application/json">{}</script>', [], "Anubis"),
    (200, b'<link rel=stylesheet href="/.within.website/x/cmd/anubis/static/x.css">', [], "Anubis"),
    (200, b'<script src="https://ct.captcha-delivery.com/c.js"></script>', [], "DataDome"),
    (200, b'<iframe src="https://geo.captcha-delivery.com/captcha/?x">', [], "DataDome"),
    (200, b'<div id="sec-if-cpt-container">', [], "Akamai"),
    (200, b'<script src="/_sec/cp_challenge/ak-challenge-4-3.js">', [], "Akamai"),
    (200, b'<meta http-equiv="refresh" content="5; URL=\'/?bm-verify=AAQ\'" />', [], "Akamai"),
    (200, b'<div id="px-captcha"></div>', [], "HUMAN"),
    (200, b"<script>var s={},u,c,U,r,i,l=0,a,e=eval;sucuri_cloudproxy_js='';S='Yw==';</script>", [], "Sucuri"),
    (429, b"", [(b"x-vercel-mitigated", b"challenge")], "Vercel"),
    (200, b"<title>Vercel Security Checkpoint</title>", [], "Vercel"),
]
#: Ordinary pages, which hold what the same vendors put into each page.
PAGES = [
    b"<form><div class='g-recaptcha'></div></form>",
    b"<form><div class='h-captcha'></div><script src='https://js.hcaptcha.com/1/api.js'></script></form>",
    b"<form action=/login><div class=cf-turnstile></div></form>"
    b"<script src='https://challenges.cloudflare.com/turnstile/v0/api.js'></script>"
    b"<iframe src='https://challenges.cloudflare.com/cdn-cgi/challenge-platform/h/g/turnstile/if/ov2'></iframe>",
    b"<script>window.__CF$cv$params={r:'1'};a.src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'</script>",
    b"<script src='/_Incapsula_Resource?SWJIYLWA=719d34d31c8e3a6e' async></script>",
    b"<script src='https://1.edge.sdk.awswaf.com/1/2/challenge.js' defer></script>",
    b"<script src='https://js.datadome.co/tags.js'></script>",
    b"<meta http-equiv=content-security-policy content='frame-src https://geo.captcha-delivery.com'>",
    b"<script>window._pxAppId='PX1'</script>",
    b"<title>Just a moment... with the mayor</title>",
    b"<p>Cloudflare shows a page with &lt;title&gt;Just a moment...&lt;/title&gt;, and sets _cf_chl_opt. Anubis, too.",
]


@pytest.mark.parametrize(("status", "body", "headers", "owner"), CHALLENGES)
def test_a_challenge_is_told_by_its_headers_and_its_marks_whatever_its_status_is(status, body, headers, owner):
    assert challenge_of(Response(status, (HTML, *headers), body)) == owner


@pytest.mark.parametrize("body", PAGES)
def test_a_page_that_only_embeds_what_vendors_offer_is_no_challenge(body):
    assert challenge_of(Response(200, (HTML, (b"x-datadome", b"protected"), (b"x-iinfo", b"1")), body)) == ""


def test_only_a_page_is_searched_for_marks():
    script = b"document.write('<div id=\"px-captcha\">')"
    assert challenge_of(Response(200, ((b"content-type", b"text/javascript"),), script)) == ""


@pytest.mark.parametrize("piece", [b"<title>", b"<script ", b"<script>window.", b"/_Incapsula_Resource?", b"\n", b"<"])
def test_the_search_for_marks_takes_no_more_than_linear_time(piece):
    assert challenge_of(Response(200, (HTML,), piece * 50_000)) == ""


def test_a_page_that_is_compressed_twice_was_not_seen():
    problem = problem_of(Response(200, (HTML,), b"\x1f\x8b\x08\0"), is_start=False)
    assert problem == "is compressed more than once, so it was not read"
