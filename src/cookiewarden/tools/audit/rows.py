"""The rows of a report: one for each cookie that was seen, with all that a report says of it.

Rule: a value, which the table, JSON and HTML print. It holds no value of a cookie.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from cookiewarden.errors import printable
from cookiewarden.http.matching import is_foreign
from cookiewarden.http.set_cookie import SetCookie
from cookiewarden.policy.declaration import Declaration
from cookiewarden.policy.known_cookies.known_cookie import KnownCookie
from cookiewarden.policy.lifetimes import lifetime_text
from cookiewarden.policy.policy import Policy
from cookiewarden.reporting.made_up_names import known_as
from cookiewarden.reporting.suggestions import suggestion_for
from cookiewarden.tools.audit.findings import SiteFinding
from cookiewarden.tools.audit.observed import Observed, SeenLine, State
from cookiewarden.tools.audit.seen_lines import is_own, parsed, place_of, shown

_MAX_SET_BY = 8
#: How a report looks up a well-known cookie.
Lookup = Callable[[bytes], KnownCookie | None]


@dataclass(frozen=True, slots=True)
class CookieRow:
    """One cookie, or a family of cookies with made-up names.

    ``set_by``: the hosts, or the scripts, that set it. ``category``: the declared one; ``""`` without a declaration.
    ``is_declared``: ``None`` without a policy. ``states``: those in which a response set it. ``sent``: those in which a
    request carried it. ``lifetime``: the longest seen, in words. ``declared_lifetime``: ``""`` if none is declared.
    ``attributes``: those that every line of it had. ``suggestion``: what it may be, if nothing declares it. ``codes``:
    those of its findings.
    """

    name: str
    set_by: tuple[str, ...]
    category: str
    provider: str
    is_declared: bool | None
    states: tuple[State, ...]
    sent: tuple[State, ...]
    lifetime: str
    declared_lifetime: str
    attributes: tuple[str, ...]
    suggestion: str
    codes: tuple[str, ...]


@dataclass(slots=True)
class _Seen:
    """What was seen of one cookie so far. ``is_foreign``: whether another site set it, or got it."""

    first: bytes
    set_by: dict[str, None] = field(default_factory=dict)
    states: set[State] = field(default_factory=set)
    sent: set[State] = field(default_factory=set)
    is_foreign: bool = False
    cookies: list[SetCookie] = field(default_factory=list)


def rows_of(
    observed: Observed, policy: Policy | None, findings: Iterable[SiteFinding], known: Lookup
) -> tuple[CookieRow, ...]:
    """Return a row for each cookie that was set or sent, sorted by name. ``known`` finds a well-known cookie.

    >>> line = SeenLine(State.NO_CHOICE, "https://shop.example/", b"_ga=1; Max-Age=86400; Secure", 0.0)
    >>> seen = Observed("shop.example", frozenset({State.NO_CHOICE}), lines=(line,))
    >>> row, = rows_of(seen, None, (), lambda name: None)
    >>> row.name, row.lifetime, row.attributes, row.suggestion
    ('_ga', '1 day', ('Secure',), 'statistical: the name belongs to Google Analytics, which counts visits')
    """
    seen: dict[bytes, _Seen] = {}
    # Without a page, nobody knows which hosts are the site's.
    has_site = bool(observed.pages or observed.site)

    def is_other(url: str) -> bool:
        return has_site and not is_own(place_of(url)[0], observed, policy)

    for line in observed.lines:
        _add(seen, line, is_other)
    for sent in observed.sent:
        name = known_as(sent.name)
        if name not in seen:
            seen[name] = _Seen(sent.name, is_foreign=is_other(sent.url))
        seen[name].sent.add(sent.state)
    codes: dict[str, list[str]] = {}
    for one in findings:
        codes.setdefault(one.finding.problem.cookie, []).append(one.finding.rule.code)
    return tuple(_row(name, seen[name], policy, codes, known) for name in sorted(seen))


def _add(seen: dict[bytes, _Seen], line: SeenLine, is_other: Callable[[str], bool]) -> None:
    cookie = parsed(line)
    if cookie.is_deletion:
        return
    name = known_as(cookie.name)
    if name not in seen:
        seen[name] = _Seen(cookie.name, is_foreign=is_foreign(cookie.attribute(b"domain"), cookie.host))
        seen[name].is_foreign |= is_other(line.url)
    one = seen[name]
    one.states.add(line.state)
    one.cookies.append(cookie)
    if len(one.set_by) < _MAX_SET_BY:
        one.set_by[printable(line.set_by or place_of(line.url)[0])] = None


def _row(name: bytes, seen: _Seen, policy: Policy | None, codes: dict[str, list[str]], known: Lookup) -> CookieRow:
    declaration = None if policy is None else policy.declared.find(seen.first)
    label = shown(name)
    return CookieRow(
        name=label or "(no name)",
        set_by=tuple(seen.set_by),
        category="" if declaration is None else declaration.category.value,
        provider="" if declaration is None or policy is None else str(policy.provider_of(declaration)),
        is_declared=None if policy is None else declaration is not None,
        states=_ordered(seen.states),
        sent=_ordered(seen.sent),
        lifetime=_longest(seen.cookies),
        declared_lifetime=_declared_lifetime(declaration),
        attributes=_attributes(seen.cookies),
        suggestion="" if declaration is not None else _suggestion(seen, known),
        codes=tuple(dict.fromkeys(codes.get(label, ()))),
    )


def _ordered(states: set[State]) -> tuple[State, ...]:
    return tuple(state for state in State if state in states)


def _longest(cookies: list[SetCookie]) -> str:
    if not cookies:
        return ""
    lifetimes = [cookie.lifetime for cookie in cookies if cookie.lifetime is not None]
    return lifetime_text(max(lifetimes, default=None))


def _declared_lifetime(declaration: Declaration | None) -> str:
    return "" if declaration is None or declaration.lifetime is None else declaration.lifetime.text


def _attributes(cookies: list[SetCookie]) -> tuple[str, ...]:
    """Return what every line says, so that a report shows the weakest."""
    if not cookies:
        return ()
    flags = [
        ("Secure", all(cookie.secure for cookie in cookies)),
        ("HttpOnly", all(cookie.http_only for cookie in cookies)),
        ("Partitioned", all(cookie.partitioned for cookie in cookies)),
    ]
    same_site = {cookie.same_site for cookie in cookies}
    return (
        *(flag for flag, is_set in flags if is_set),
        *(f"SameSite={value}" for value in same_site if value and len(same_site) == 1),
    )


def _suggestion(seen: _Seen, known: Lookup) -> str:
    found = known(seen.first)
    if found is not None:
        return f"{found.category}: {found.provider} sets a cookie of this name"
    first = seen.cookies[0] if seen.cookies else None
    guess = suggestion_for(
        seen.first,
        is_foreign=seen.is_foreign,
        is_http_only=first is not None and first.http_only,
        is_session=first is not None and first.lifetime is None,
    )
    return f"{guess.category}: {guess.reason}"
