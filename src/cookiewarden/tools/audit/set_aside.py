"""Tells which lines say nothing against a site: those that browsers ignore, and cookies of a challenge.

A challenge for browsers, such as Cloudflare's, sets a cookie with its refusal. Visitors who see the page need not get
it, so it proves nothing. Nor is the state in order, for the page was not seen.
Rule: nothing is set aside unsaid: a note names each cookie, or says how many more there are, and the table has it, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from cookiewarden.policy.known_cookies.delivery import COOKIES
from cookiewarden.policy.names import NameTable
from cookiewarden.policy.policy import Policy
from cookiewarden.reporting.made_up_names import known_as
from cookiewarden.tools.audit.observed import Observed, SeenLine
from cookiewarden.tools.audit.redaction import redacted_text
from cookiewarden.tools.audit.seen_lines import parsed, place_of, shown

_MAX_NOTES = 50
#: The cookies of challenges that presets declare, beside those of the table.
_OF_PRESETS = ("__cf_bm", "cf_clearance", "aws-waf-token", "incap_ses_*", "visid_incap_*", "nlbi_*")


def of_challenges(observed: Observed, policy: Policy | None) -> tuple[SeenLine, ...]:
    """Return the lines of challenges whose response is no page. One that the policy declares is judged as usual."""
    unseen = {(page.state, redacted_text(page.url)) for page in observed.pages if not page.is_seen}
    return tuple(
        line
        for line in observed.lines
        if (line.state, redacted_text(line.url)) in unseen and _is_of_challenge(parsed(line).name, policy)
    )


def _is_of_challenge(name: bytes, policy: Policy | None) -> bool:
    return _challenges().find(name) is not None and (policy is None or policy.declared.find(name) is None)


@cache
def _challenges() -> NameTable[str]:
    names = [name for cookie in COOKIES for name in cookie.names]
    return NameTable((name, name) for name in (*names, *_OF_PRESETS))


def notes_of_set_aside(observed: Observed, policy: Policy | None) -> tuple[str, ...]:
    """Return a sentence for each cookie that browsers ignore, and for each that is not judged; the last for the rest.

    >>> from cookiewarden.tools.audit.observed import State
    >>> line = SeenLine(State.NO_CHOICE, "http://shop.example/", b"a=1; Secure", 0.0)
    >>> notes_of_set_aside(Observed("shop", frozenset(), lines=(line,)), None)
    ('Browsers ignore "a" of shop.example: Secure, but the scheme is not.',)
    """
    notes = tuple(dict.fromkeys((*_ignored(observed), *_unjudged(observed, policy))))
    if len(notes) <= _MAX_NOTES:
        return notes
    kept = notes[: _MAX_NOTES - 1]
    more = len(notes) - len(kept)
    return (*kept, f"Browsers ignore {more} more cookies, or the audit does not judge them; the table has them.")


def _ignored(observed: Observed) -> Iterator[str]:
    for line in observed.lines:
        cookie = parsed(line)
        if cookie.refusals and not (cookie.is_deletion or cookie.is_malformed):
            reasons = "; ".join(refusal.message for refusal in cookie.refusals)
            yield f'Browsers ignore "{shown(known_as(cookie.name))}" of {place_of(line.url)[0]}: {reasons}.'


def _unjudged(observed: Observed, policy: Policy | None) -> Iterator[str]:
    for line in of_challenges(observed, policy):
        name, host = shown(known_as(parsed(line).name)), place_of(line.url)[0]
        yield f'"{name}" of {host} is not judged: it came with a challenge for browsers, not with a page.'
