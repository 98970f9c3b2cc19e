"""Explains one Set-Cookie line: how browsers read it, what covers it, the decision, and what the middleware does.

Rule: it never raises because of a line, and its verdict is that of ``Policy.decide``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from cookiewarden.http.asgi_scope import joined_cookies
from cookiewarden.http.cookie import cookie_values
from cookiewarden.http.hosts import normalize_host
from cookiewarden.http.set_cookie import SetCookie, parse_set_cookie
from cookiewarden.policy.decision import Decision, Reason
from cookiewarden.policy.lifetimes import lifetime_text
from cookiewarden.policy.policy import Policy, decide
from cookiewarden.policy.signals import Signals
from cookiewarden.reporting.outcome import Outcome
from cookiewarden.tools.explaining.advice import advice_on, note_on_signal
from cookiewarden.tools.explaining.browsers import MAX_SHOWN, BrowserReading, reading_of
from cookiewarden.tools.explaining.circumstances import Circumstances
from cookiewarden.tools.explaining.nearby import Match, Places, match_of, near_matches, similar_preset
from cookiewarden.tools.explaining.screened import screened
from cookiewarden.tools.explaining.steps import Step, steps_after, steps_of

_FOR_EVER = 1e15


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that can be said of one line.

    ``site``: the id of the site, ``""`` if no policy speaks for the host. ``outcome`` and ``reason``: what the
    middleware makes of the line; ``reason`` differs from that of ``decision`` for a line that only renews a cookie.
    ``steps``: those of the decision; ``steps_after``: those of the middleware that follow.
    ``left``: the line that leaves, ``None`` if none does. ``changes``: what differs from the line as it was.
    ``similar_preset``: a sentence about a preset with a similar name, ``""`` for none. ``advice``: what to do.
    ``remedy``: what the log would say, ``""`` for nothing. ``ignored``: why browsers ignore the line that leaves.
    ``notes``: what the caller should know of the circumstances.
    """

    site: str
    host: str
    decision: Decision
    reason: Reason
    outcome: Outcome
    left: bytes | None
    changes: tuple[str, ...]
    match: Match | None
    near: tuple[Match, ...]
    similar_preset: str
    browsers: BrowserReading
    steps: tuple[Step, ...]
    steps_after: tuple[Step, ...]
    advice: tuple[str, ...]
    remedy: str
    ignored: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def may_leave(self) -> bool:
        """Whether the line may leave: it is neither blocked nor merely reported."""
        return self.outcome is Outcome.ALLOWED

    def document(self) -> dict[str, Any]:
        """Return the explanation as a JSON object. Of the value of the cookie, only its length is in it."""
        decision, browsers, cookie = self.decision, self.browsers, self.browsers.cookie
        return {
            "site": self.site,
            "host": self.host,
            "outcome": self.outcome.value,
            "reason": self.reason.value,
            "decision": {
                "allowed": decision.allowed,
                "category": decision.category.value,
                "declared": decision.declared,
                "reason": decision.reason.value,
            },
            "steps": list(map(asdict, self.steps)),
            "steps_after": list(map(asdict, self.steps_after)),
            "declaration": None if self.match is None else _match(self.match),
            "near": [_match(one) for one in self.near],
            "attributes_left": None if self.left is None else attributes_of(self.left),
            "changes": list(self.changes),
            "similar_preset": self.similar_preset,
            "advice": list(self.advice),
            "remedy": self.remedy,
            "ignored": list(self.ignored),
            "notes": list(self.notes),
            "browsers": {
                "names": [name.decode("utf-8", "backslashreplace") for name in browsers.names],
                "other_names": browsers.other_names,
                "value_bytes": len(cookie.value),
                "domain": cookie.domain,
                "host_only": cookie.host_only,
                "path": cookie.cookie_path.decode("utf-8", "backslashreplace"),
                "secure": cookie.secure,
                "http_only": cookie.http_only,
                "same_site": cookie.same_site,
                "partitioned": cookie.partitioned,
                "lifetime_seconds": _seconds(browsers.lifetime),
                "kept_seconds": _seconds(browsers.kept),
                "facts": dict(browsers.facts),
                "attributes": list(map(asdict, browsers.attributes)),
                "other_attributes": browsers.other_attributes,
                "refusals": [one._asdict() for one in cookie.refusals],
            },
        }


def explain(policy: Policy | None, line: bytes, circumstances: Circumstances, places: Places) -> Explanation:
    """Explain a line, a Set-Cookie header value. ``policy``: the one of the host, ``None`` if none speaks for it.

    >>> policy = Policy.from_mapping({"site": {"name": "Exampletown"}})
    >>> found = explain(policy, b"theme=dark; Path=/", Circumstances(), {})
    >>> found.outcome.value, found.decision.reason.value, found.steps[-1].answer
    ('blocked', 'undeclared', 'no: no declaration covers "theme"')
    """
    host, now = normalize_host(circumstances.host), circumstances.now
    cookie = parse_set_cookie(line, host=host, scheme=circumstances.scheme, path=circumstances.path, now=now)
    found = screened(policy, line, circumstances)

    def decided(signals: Signals) -> Decision:
        return decide(
            policy,
            line,
            circumstances.consent,
            host=circumstances.host,
            scheme=circumstances.scheme,
            path=circumstances.path,
            now=now,
            signals=signals,
        )

    decision, as_visit = decided(found.signals), decided(Signals(found.signals.refused))
    name, declaration = decision.names[0], decision.declaration
    near = [] if policy is None or not name else near_matches(name, declaration, policy, places)
    reason = found.verdict.reason if found.outcome is not Outcome.ALLOWED else decision.reason
    ignored = [] if found.left is None else [one.message for one in _again(cookie, found.left).refusals]
    return Explanation(
        site="" if policy is None else policy.site.id,
        host=host,
        decision=decision,
        reason=reason,
        outcome=found.outcome,
        left=found.left,
        changes=tuple(_changes(cookie, found.left)),
        match=None if declaration is None else match_of(name, declaration, places),
        near=tuple(near),
        similar_preset=similar_preset(name) if declaration is None else "",
        browsers=reading_of(cookie),
        steps=steps_of(decision, as_visit, cookie, found.signals),
        steps_after=steps_after(found.verdict, found.outcome, line, found.left, now),
        advice=tuple(advice_on(decision, reason, found.signals, near, ignored)),
        remedy=found.log,
        ignored=tuple(ignored),
        notes=tuple(_notes(policy, reason, circumstances)),
    )


def attributes_of(line: bytes) -> str:
    """Return the attributes of a line as text, without its name and value, cut if they are long."""
    text = line.partition(b";")[2].strip(b" \t").decode("utf-8", "backslashreplace")
    return text if len(text) <= MAX_SHOWN * 20 else f"{text[: MAX_SHOWN * 20]}..."


def _notes(policy: Policy | None, reason: Reason, circumstances: Circumstances) -> Iterator[str]:
    if policy is None:
        return
    yield from note_on_signal(policy, reason, circumstances)
    cookies = joined_cookies(circumstances.headers)
    if cookie_values(cookies, policy.preferences.name.encode()):
        yield f"the request has {policy.preferences.name}, but it was not checked: --consent says the choice"


def _changes(before: SetCookie, left: bytes | None) -> list[str]:
    """Return what differs between a line and the one that leaves in its place."""
    if left is None or left == before.line:
        return []
    after = _again(before, left)
    found = []
    if after.expiry != before.expiry:
        found.append(f"kept {_kept(after)}, not {_kept(before)}")
    found += [
        f"{label} added"
        for label, was, is_now in (
            ("Secure", before.secure, after.secure),
            ("HttpOnly", before.http_only, after.http_only),
        )
        if is_now and not was
    ]
    if after.same_site != before.same_site:
        found.append(f"SameSite={after.same_site}, not {before.same_site or 'the default of browsers'}")
    return found or ["an attribute that readers understand differently"]


def _again(before: SetCookie, left: bytes) -> SetCookie:
    """Return the line that leaves, as browsers read it in the same circumstances."""
    return parse_set_cookie(left, host=before.host, scheme=before.scheme, path=before.path, now=before.now)


def _kept(cookie: SetCookie) -> str:
    if cookie.expiry is None:
        return "until the session ends"
    seconds = cookie.expiry - cookie.now
    return "for no time" if seconds <= 0 else f"for {lifetime_text(min(seconds, _FOR_EVER))}"


def _match(match: Match) -> dict[str, str]:
    return {"name": match.pattern, "category": match.category, "place": match.place, "why": match.why}


def _seconds(seconds: float | None) -> int | None:
    """Return seconds as JSON can hold them: at most 1e15 for what never ends, and 0 for what has ended."""
    return None if seconds is None else round(max(0.0, min(seconds, _FOR_EVER)))
