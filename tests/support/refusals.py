"""What the tests of withdrawal share: visitors who refused, views, and the deletions in a response."""

from math import inf

from cookiewarden import consent_of
from cookiewarden.http.set_cookie import parse_set_cookie
from exchanges import DOCUMENT, NOW, POLICY, SentRequest, set_cookies
from scenarios import chosen


def nothing(carrier):
    return ()


def set_by(*lines):
    """Return a view that sets these cookies."""
    return lambda carrier: [("Set-Cookie", line) for line in lines]


def refuse_all(carrier):
    consent_of(carrier).withdraw()
    return ()


def declared(**details):
    """Return a policy with one first-party cookie, ``t``, and these details."""
    return {**POLICY, "cookies": [{"name": "t", "category": "first-party", "purpose": "Colours", **details}]}


def asking(*cookies, path="/", headers=DOCUMENT, scheme="https", policy=POLICY, host="data.example.org"):
    """Return the request of a visitor who refused everything, with these cookies besides."""
    return SentRequest(host, scheme, (chosen(policy=policy), *cookies), path, headers=tuple(headers))


def deletions_among(headers):
    """Return the cookies that a response deletes, by name, as browsers read the lines."""
    found = []
    for line in set_cookies(headers):
        cookie = parse_set_cookie(line, now=float(NOW))
        if cookie.expiry == -inf:
            (name,) = cookie.names
            found.append((name.decode("latin-1"), cookie))
    return found


def names_deleted(headers):
    return {name for name, _ in deletions_among(headers)}


def places_deleted(headers):
    """Return the Path and the Domain of each deletion, and whether it is partitioned."""
    return {
        (cookie.cookie_path.decode(), (cookie.attribute(b"domain") or b"").decode(), cookie.partitioned)
        for _, cookie in deletions_among(headers)
    }
