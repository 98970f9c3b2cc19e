"""Recognizes responses with which a site keeps readers like this one out, instead of the page itself.

Rule: vendors put much of theirs into ordinary pages, too, and those embed captchas. So a response that does not refuse
is a challenge only by a mark that no other page has.
"""

from __future__ import annotations

import re

from cookiewarden.tools.web.bodies import is_html
from cookiewarden.tools.web.response import Response
from cookiewarden.tools.web.statuses import status_text

#: Header names that only a challenge has, and whose it is. Some come with status 200 or 202.
_HEADERS = {
    "cf-mitigated": "Cloudflare",
    "x-amzn-waf-action": "AWS WAF",
    "x-vercel-mitigated": "Vercel",
    "x-datadome": "DataDome",
    "x-dd-b": "DataDome",
}
#: What only the pages of challenges hold, in lower case; the first that is found names it.
_ONLY_IN_CHALLENGES = tuple(
    (re.compile(mark), owner)
    for mark, owner in (
        (rb"<title>\s{0,9}just a moment\.\.\.\s{0,9}</title>", "Cloudflare"),
        (rb"window\._cf_chl_opt\s{0,9}=", "Cloudflare"),
        (rb"/cdn-cgi/challenge-platform/[a-z/]{0,20}orchestrate/", "Cloudflare"),
        (rb"window\.gokuprops\s{0,9}=", "AWS WAF"),
        (rb"/_incapsula_resource\?[cs]wudnsai=", "Imperva"),
        (rb"id=[\"']anubis_challenge|[\"']/\.within\.website/x/cmd/anubis/", "Anubis"),
        (rb"src=[\"']https://(?:ct|geo)\.captcha-delivery\.com/", "DataDome"),
        (rb"sec-if-cpt-container|/_sec/cp_challenge/|[?&]bm-verify=", "Akamai"),
        (rb"id=[\"']px-captcha", "HUMAN"),
        (rb"sucuri_cloudproxy_js\s{0,9}=", "Sucuri"),
        (rb"<title>vercel security checkpoint</title>", "Vercel"),
    )
)
#: What is searched for besides in a response that refuses.
_MARKS = (
    (b"/cdn-cgi/challenge-platform/", "Cloudflare"),
    (b"cf-error-details", "Cloudflare"),
    (b"attention required! | cloudflare", "Cloudflare"),
    (b"captcha-delivery.com", "DataDome"),
    (b"_incapsula_resource", "Imperva"),
    (b"incapsula incident id", "Imperva"),
    (b"errors.edgesuite.net", "Akamai"),
    (b"awswaf.com", "AWS WAF"),
    (b"px-captcha", "HUMAN"),
    (b"captcha", "a captcha"),
    (b"cf-turnstile", "a captcha"),
)
_REFUSING = frozenset({401, 403, 405, 429, 503})
_SEARCHED = 200_000
_GZIP = b"\x1f\x8b"


def challenge_of(response: Response) -> str:
    """Return whose challenge a response is; ``""`` if it is none that is known.

    >>> challenge_of(Response(403, ((b"cf-mitigated", b"challenge"),), b""))
    'Cloudflare'
    """
    is_refusing = response.status in _REFUSING
    for name, owner in _HEADERS.items():
        # DataDome marks also what it lets pass.
        if response.header(name) and (owner != "DataDome" or is_refusing):
            return owner
    body = response.body[:_SEARCHED].lower()
    if is_refusing or is_html(body, response.content_type):
        for mark, owner in _ONLY_IN_CHALLENGES:
            if mark.search(body):
                return owner
    return next((owner for words, owner in _MARKS if words in body), "") if is_refusing else ""


def problem_of(response: Response, *, is_start: bool) -> str:
    """Return why a response says nothing of the site; ``""`` if it does. ``is_start``: whether it is the start page.

    >>> problem_of(Response(403, (), b""), is_start=False)
    'answers with 403 Forbidden, so the page itself was not seen'
    """
    owner = challenge_of(response)
    answer = status_text(response.status)
    kind = response.content_type
    if owner:
        return f"answers with a challenge for browsers ({owner}, {answer}), so the page itself was not seen"
    if response.status in (401, 403, 429) or response.status >= 500 or (is_start and response.status >= 400):
        return f"answers with {answer}, so the page itself was not seen"
    if is_start and not is_html(response.body, kind):
        if response.problem and not response.body:
            return response.problem
        return f"is no HTML page, but {kind.partition(';')[0].strip() or 'of no type'}"
    if response.body.startswith(_GZIP) and is_html(response.body, kind):
        return "is compressed more than once, so it was not read"
    return ""
