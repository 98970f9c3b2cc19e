"""Recognizes responses with which a site keeps readers like this one out, instead of the page itself.

Rule: only a response that refuses is searched for marks in its body, because ordinary pages embed captchas, too.
"""

from __future__ import annotations

from http import HTTPStatus

from cookiewarden.tools.web.bodies import is_html
from cookiewarden.tools.web.reader import Response

#: Header names that only a challenge has, and whose it is. Some come with status 200 or 202.
_HEADERS = {
    "cf-mitigated": "Cloudflare",
    "x-amzn-waf-action": "AWS WAF",
    "x-datadome": "DataDome",
    "x-dd-b": "DataDome",
}
#: What the bodies of challenges hold, in lower case; the first that is found names it.
_MARKS = (
    (b"/cdn-cgi/challenge-platform/", "Cloudflare"),
    (b"cf-error-details", "Cloudflare"),
    (b"attention required! | cloudflare", "Cloudflare"),
    (b"captcha-delivery.com", "DataDome"),
    (b"_incapsula_resource", "Imperva"),
    (b"incapsula incident id", "Imperva"),
    (b"/_sec/cp_challenge/", "Akamai"),
    (b"sec-if-cpt-container", "Akamai"),
    (b"errors.edgesuite.net", "Akamai"),
    (b"awswaf.com", "AWS WAF"),
    (b"px-captcha", "HUMAN"),
    (b"captcha", "a captcha"),
    (b"cf-turnstile", "a captcha"),
)
_REFUSING = frozenset({401, 403, 405, 429, 503})
_SEARCHED = 200_000


def challenge_of(response: Response) -> str:
    """Return whose challenge a response is; ``""`` if it is none that is known.

    >>> challenge_of(Response(403, ((b"cf-mitigated", b"challenge"),), b""))
    'Cloudflare'
    """
    for name, owner in _HEADERS.items():
        # DataDome marks also what it lets pass.
        if response.header(name) and (owner != "DataDome" or response.status in _REFUSING):
            return owner
    if response.status not in _REFUSING:
        return ""
    body = response.body[:_SEARCHED].lower()
    return next((owner for mark, owner in _MARKS if mark in body), "")


def problem_of(response: Response, *, is_start: bool) -> str:
    """Return why a response says nothing of the site; ``""`` if it does. ``is_start``: whether it is the start page.

    >>> problem_of(Response(403, (), b""), is_start=False)
    'answers with 403 Forbidden, so the page itself was not seen'
    """
    owner = challenge_of(response)
    answer = status_text(response.status)
    if owner:
        return f"answers with a challenge for browsers ({owner}, {answer}), so the page itself was not seen"
    if response.status in (401, 403, 429) or response.status >= 500 or (is_start and response.status >= 400):
        return f"answers with {answer}, so the page itself was not seen"
    if is_start and not is_html(response.body, response.header("content-type")):
        kind = response.header("content-type").partition(";")[0].strip() or "of no type"
        return f"is no HTML page, but {kind}"
    return ""


def status_text(status: int) -> str:
    """Return a status code with its name.

    >>> status_text(429), status_text(299)
    ('429 Too Many Requests', '299')
    """
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
