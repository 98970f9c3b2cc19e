"""Logs lifetimes that the app sets longer than the policy says: once for each declaration, at WARNING, with a remedy.

Rule: names are escaped and cut, and values are never shown. The memory is bounded; what does not fit in is not logged.
"""

from __future__ import annotations

from cookiewarden.errors import printable
from cookiewarden.http.cookie_attributes import limited
from cookiewarden.http.set_cookie import parse_set_cookie
from cookiewarden.policy.decision import Verdict
from cookiewarden.policy.declaration import Declaration, Lifetime
from cookiewarden.policy.lifetimes import lifetime_text
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.quoting import quoted
from cookiewarden.workers import server_logger

_REMEMBERED_DECLARATIONS = 1024


class LifetimeLog:
    """Logs, for one wrapped app, which cookies were shortened, or live longer than a preset says."""

    def __init__(self) -> None:
        self._told: set[tuple[str, tuple[str, ...], bool]] = set()

    def see(self, policy: Policy | None, verdict: Verdict, line: bytes, now: float, *, is_changed: bool) -> None:
        """Log the lifetime of a line that passes, if it is the first too long one. ``is_changed``: the line changed."""
        declaration, rules = verdict.declaration, verdict.rules
        if policy is None or declaration is None or rules is None:
            return
        lifetime = rules.limit if is_changed else rules.stated
        thing = policy.site.id, declaration.names, is_changed
        if lifetime is None or thing in self._told or len(self._told) >= _REMEMBERED_DECLARATIONS:
            return
        text = message_of(verdict, line, now, is_changed=is_changed)
        if text is None:
            return
        self._told.add(thing)
        server_logger.warning(
            "%s the cookie %s (%s): %s",
            "shortened" if is_changed else "did not shorten",
            quoted(verdict.names[0]),
            declaration.category,
            text,
            extra={
                "cookie_name": printable(verdict.names[0][:128].decode("utf-8", "backslashreplace")),
                "cookie_category": declaration.category.value,
                "cookie_site": printable(policy.site.id),
            },
            thing=("lifetime", policy.site.id, repr(thing)),
        )


def message_of(verdict: Verdict, line: bytes, now: float, *, is_changed: bool) -> str | None:
    """Return what the log says of the lifetime of a line that passes, and what to do; ``None`` if it is not too long.

    ``is_changed``: whether the line changed.

    >>> from cookiewarden.policy.declaration import Category, Text
    >>> from cookiewarden.policy.decision import Reason
    >>> declaration = Declaration(
    ...     ("_ga",), Category.STATISTICAL, Text({"en": "Counts"}, "en"), lifetime=Lifetime.parse("1 day")
    ... )
    >>> verdict = Verdict(Reason.CONSENTED, declaration, (b"_ga",))
    >>> print(message_of(verdict, b"_ga=1; Max-Age=172800", 0.0, is_changed=True))
    the app keeps it for 2 days, but the policy declares 1 day. Set this lifetime in the app, or declare ...
    """
    declaration, rules = verdict.declaration, verdict.rules
    if declaration is None or rules is None:
        return None
    lifetime = rules.limit if is_changed else rules.stated
    if lifetime is None or limited(line, lifetime.seconds, now) is line:
        return None
    text = _shortened(declaration, lifetime) if is_changed else _longer(lifetime)
    set_lifetime = _lifetime_in(line, now)
    how_long = (
        "sets a lifetime that browsers read differently" if set_lifetime is None else f"keeps it for {set_lifetime}"
    )
    return f"the app {how_long}, {text % (set_lifetime or lifetime.text)}"


def _shortened(declaration: Declaration, limit: Lifetime) -> str:
    if declaration.lifetime is limit:
        return f'but the policy declares {_said(limit)}. Set this lifetime in the app, or declare lifetime = "%s"'
    return (
        f"but statistical cookies without a lifetime of the site's own end after {limit.text} at most. Set this "
        'lifetime in the app, or declare lifetime = "%s"'
    )


def _longer(stated: Lifetime) -> str:
    return (
        f"but the policy page shows {_said(stated)}, which a preset declares as usual. Declare the cookie again in "
        'your policy, with lifetime = "%s"'
    )


def _said(lifetime: Lifetime) -> str:
    return "the end of the session" if lifetime.seconds is None else lifetime.text


def _lifetime_in(line: bytes, now: float) -> str | None:
    """Return how long a line keeps its cookie, by the standard; ``None`` for no time that the standard reads."""
    end = parse_set_cookie(line, now=now).expiry
    return None if end is None or end < now else lifetime_text(round(min(end - now, 1e18)))
