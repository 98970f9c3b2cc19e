"""The pages of the portal: which cookies left it for this visitor, a list of data, and a map of another site.

Rule: every page uses ``banner_of``, ``preferences_link_of``, ``script_of`` and ``frame_of`` as any site would.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, MutableMapping, Sequence
from typing import Any, NamedTuple

from jinja2 import DictLoader, Environment

from cookiewarden import Choice, Reason, banner_of, consent_of, frame_of, preferences_link_of, script_of
from cookiewarden.middleware.exchange import KEY, Exchange
from cookiewarden.policy.consent import UNDECIDED, Consent
from cookiewarden.policy.declaration import CONSENT_CATEGORIES
from cookiewarden.policy.policy import Policy, decide
from cookiewarden.tools.demo.cookies import COOKIES, ORDINARY, PortalCookie
from cookiewarden.tools.demo.look import STYLE, TEMPLATES

#: Why a cookie left or did not, with its category.
_WHY = {
    Reason.MALFORMED: "malformed: browsers disagree on such a line",
    Reason.DELETION: "it deletes a cookie",
    Reason.NECESSARY: "necessary: needs no consent",
    Reason.ANONYMIZED: "{}, but anonymized: needs no consent",
    Reason.CONSENTED: "{}: you accepted these",
    Reason.UNDECIDED: "{}: you have not chosen yet",
    Reason.REFUSED: "{}: you refused these",
    Reason.STALE: "{}: these have changed since you accepted",
    Reason.UNDECLARED: "not declared in the cookie policy",
    Reason.NO_POLICY: "no policy for this address",
    Reason.EXEMPT: "{}: no consent is needed here",
    Reason.SIGNAL: "{}: a signal of your browser refuses these",
    Reason.RENEWAL: "{}: your browser has it, and a visit must not prolong it",
}
_PAGES = {"/": "home", "/data": "data", "/map": "map"}


class Link(NamedTuple):
    """Another portal: what to call it, and where it is."""

    text: str
    address: str


class Surroundings(NamedTuple):
    """What surrounds a portal: links to all portals, and the origin of the other site whose script and map it embeds.

    ``elsewhere`` is ``""`` if there is no other site. ``is_enforced``: whether the portal embeds only with consent.
    ``guide``: the address of the page that says what to try, or ``""``.
    """

    portals: Sequence[Link] = ()
    elsewhere: str = ""
    is_enforced: bool = True
    guide: str = ""

    @property
    def cookies(self) -> tuple[PortalCookie, ...]:
        """The lines that the portal sets. Without stripping, no odd ones: the server would fail on some of them."""
        return COOKIES if self.is_enforced else ORDINARY


#: A portal with nothing around it.
ALONE = Surroundings()


class Row(NamedTuple):
    """What became of one cookie. ``outcome`` is the name of a CSS class, ``result`` the word that the page shows."""

    label: str
    outcome: str
    result: str
    why: str


def render_page(
    carrier: MutableMapping[str, Any], path: str, sent: Iterable[str], around: Surroundings = ALONE
) -> str | None:
    """Return the page on a path, or ``None`` if there is none.

    ``carrier``: the request's scope or environ. ``sent``: the names of the cookies that the request carried.
    """
    name = _PAGES.get(path)
    if name is None:
        return None
    choice = consent_of(carrier)
    exchange: Exchange = carrier[KEY]  # for the whole consent, which only the demo needs
    policy = exchange.policy
    return _TEMPLATES.get_template(name).render(
        carrier=carrier,
        path=path,
        site="A portal without a policy" if policy is None else str(policy.site.name),
        choice=_choice_text(choice),
        rows=_rows(policy, exchange.consent or UNDECIDED, around),
        sent=list(sent),
        around=around,
    )


def _choice_text(choice: Choice) -> str:
    if not choice.is_decided:
        return "You have not chosen yet."
    granted = [category for category in CONSENT_CATEGORIES if choice.allows(category)]
    return f"You accepted: {', '.join(granted)}." if granted else "You refused all that needs consent."


def _rows(policy: Policy | None, consent: Consent, around: Surroundings) -> Iterator[Row]:
    for cookie in around.cookies:
        decision = decide(policy, cookie.line, consent, host="", scheme="https", path="/", now=None)
        outcome, result = ("kept", "left") if decision.allowed else ("stripped", "stopped")
        if not decision.allowed and not around.is_enforced:
            result = "let through"
        yield Row(cookie.label, outcome, result, _WHY[decision.reason].format(decision.category))


_TEMPLATES = Environment(loader=DictLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True)
_TEMPLATES.globals |= {
    "banner_of": banner_of,
    "preferences_link_of": preferences_link_of,
    "frame_of": frame_of,
    "script_of": script_of,
    "style": STYLE,
}
