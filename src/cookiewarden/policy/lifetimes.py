"""Which limits hold for the cookies of a declaration, and what they make of a Set-Cookie line.

A lifetime that the site declares is a maximum for what leaves. A statistical cookie without one ends after 13 months at
most: CNIL, deliberation 2020-092 of 17 September 2020, paragraph 50. A lifetime that a preset declares is a usual one,
which this site did not promise, so it is only reported.
Rule: no cookie lives longer, or reaches further, than the app wanted. See ``http/cookie_attributes.py``.
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil, floor
from typing import NamedTuple

from cookiewarden.http.cookie_attributes import limited, raised
from cookiewarden.http.set_cookie import parse_set_cookie
from cookiewarden.policy.declaration import SECONDS, Category, Declaration, Lifetime

#: How long a statistical cookie without a declared lifetime, and a visitor's choice, are kept at most.
LONGEST = Lifetime.parse("13 months")
_REMEMBERED_BYTES = 256
_MOST_UNITS = 999_999_999


class AttributeRules(NamedTuple):
    """What holds for the attributes of a declaration's lines.

    ``limit``: the longest lifetime that leaves, ``None`` for any. ``stated``: what a preset says. The others are as in
    ``Declaration``; ``same_site`` is ``None`` if it raises nothing.
    """

    limit: Lifetime | None = None
    stated: Lifetime | None = None
    secure: bool = False
    http_only: bool = False
    same_site: str | None = None

    @property
    def is_enforced(self) -> bool:
        """Whether they may change a line."""
        return self != AttributeRules(stated=self.stated)

    def applied_to(self, line: bytes, now: float) -> bytes:
        """Return a well-formed line with these rules applied, the same object if they change nothing.

        ``now``: seconds since 1970-01-01 UTC. A line that ends its cookie gets no other attributes.

        >>> AttributeRules(Lifetime.parse("1 day"), http_only=True).applied_to(b"a=1; Max-Age=99999999", now=0.0)
        b'a=1; Max-Age=86400; HttpOnly'
        """
        pair, _, _ = line.partition(b";")
        attributes = line[len(pair) :]
        # A time that Expires is not compared with must not make the attributes new each second.
        moment = floor(now) if b"expires" in attributes.lower() else 0
        rewrite = _remembered if len(attributes) <= _REMEMBERED_BYTES else _rewritten
        left = rewrite(attributes, self, moment)
        return line if left == attributes else pair + left

    def exceeds_stated(self, line: bytes, now: float) -> bool:
        """Return whether a line keeps its cookie longer than a preset says."""
        return self.stated is not None and limited(line, self.stated.seconds, now) is not line


def rules_of(declaration: Declaration) -> AttributeRules | None:
    """Return what holds for the lines of a declaration, or ``None`` if nothing does."""
    if declaration.device_bound:
        return None
    own, stated = declaration.lifetime, None
    if declaration.is_preset:
        own, stated = None, own
    if own is None and declaration.category is Category.STATISTICAL:
        own = LONGEST
    same_site = declaration.same_site if declaration.same_site != "None" else None
    rules = AttributeRules(own, stated, declaration.secure, declaration.http_only, same_site)
    return rules if any(rules) else None


def is_longer(one: Lifetime, other: Lifetime) -> bool:
    """Return whether a lifetime is longer than another. That of the session is the shortest."""
    return (one.seconds or 0) > (other.seconds or 0)


def lifetime_text(seconds: float | None) -> str:
    """Return the shortest lifetime that a policy file can declare for a cookie kept so long; ``None``: for a session.

    It is at most two per cent longer, so that a cookie with this lifetime leaves as it is.

    >>> [lifetime_text(seconds) for seconds in (None, 34_100_000, 2_678_400, 3599, 90_061, 0)]
    ['session', '13 months', '31 days', '1 hour', '1502 minutes', '1 second']
    """
    if seconds is None:
        return "session"
    for unit, length in sorted(SECONDS.items(), key=lambda item: -item[1]):
        count = min(ceil(min(seconds, _MOST_UNITS * length) / length), _MOST_UNITS)
        if count and count * length - seconds <= seconds / 50:
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "1 second"


def _rewritten(attributes: bytes, rules: AttributeRules, moment: int) -> bytes:
    """Return attributes, from the first semicolon on, with the rules applied."""
    if rules.limit is not None:
        attributes = limited(attributes, rules.limit.seconds, moment)
    if not (rules.secure or rules.http_only or rules.same_site):
        return attributes
    end = parse_set_cookie(attributes, now=moment).expiry
    if end is not None and end <= moment:
        return attributes
    return raised(attributes, secure=rules.secure, http_only=rules.http_only, same_site=rules.same_site)


# From response to response, a cookie mostly keeps its attributes; a date changes only every second.
_remembered = lru_cache(maxsize=1024)(_rewritten)
