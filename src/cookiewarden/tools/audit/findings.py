"""Judges what an audit observed, under the policy of the site: a finding for each rule and cookie, with its states.

Rule: the lines are judged by the judge that tests of an app use. The value of a cookie stands nowhere in a finding.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from cookiewarden.errors import Problem, printable
from cookiewarden.http.hosts import normalize_host
from cookiewarden.http.matching import is_foreign
from cookiewarden.http.set_cookie_line import names_of
from cookiewarden.policy.findings import Finding, Rule
from cookiewarden.policy.judge import Judge
from cookiewarden.policy.lifetimes import lifetime_text
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.quoting import quoted
from cookiewarden.policy.storage import admits
from cookiewarden.reporting.made_up_names import known_as
from cookiewarden.reporting.suggestions import joined
from cookiewarden.testing.checks import ATTRIBUTES, BEFORE_CONSENT
from cookiewarden.testing.checks import findings_of as findings_of_lines
from cookiewarden.tools.audit import audit_rules as rules
from cookiewarden.tools.audit.observed import Observed, SeenLine, State
from cookiewarden.tools.audit.seen_lines import CONSENTS, is_own, parsed, place_of, shown, watched
from cookiewarden.tools.audit.sent_findings import problems_of_sent
from cookiewarden.tools.audit.set_aside import of_challenges
from cookiewarden.tools.audit.storage_findings import problems_of_storage

_DAY = 86_400
#: The longest time for which browsers keep a cookie (RFC 6265bis 5.5), and a day for clocks that differ.
_LONGEST_KEPT = 400 * _DAY
_SLACK = _DAY
_MISSING = (404, 410)
_WAIT = "set it only once the visitor consents: CookieWardenMiddleware sees to that unless report_only is on"
_AFTER = {State.REFUSED: rules.AFTER_REFUSAL, State.WITHDRAWN: rules.AFTER_WITHDRAWAL}
_REFUSED_HOW = {State.REFUSED: "refused", State.WITHDRAWN: "withdrew consent to"}


@dataclass(frozen=True, slots=True)
class SiteFinding:
    """A finding, and the states in which it was seen, in order; none if it is about the site as a whole."""

    finding: Finding
    states: tuple[State, ...] = ()

    @property
    def with_states(self) -> Finding:
        """The finding with its states in the key, for the formats that know no states."""
        problem = self.finding.problem
        words = ": ".join(filter(None, (", ".join(self.states), problem.key)))
        return replace(self.finding, problem=replace(problem, key=words))


def findings_of(observed: Observed, policy: Policy | None) -> tuple[SiteFinding, ...]:
    """Return what is wrong with a site, in the order of the codes. Without a policy, only what needs none is judged.

    >>> policy = Policy.from_mapping({"site": {"name": "Exampletown"}})
    >>> line = SeenLine(State.NO_CHOICE, "https://shop.example/", b"theme=dark; Secure; HttpOnly; SameSite=Lax", 0.0)
    >>> seen = Observed("shop.example", frozenset({State.NO_CHOICE}), lines=(line,))
    >>> [(one.finding.rule.code, one.states[0].value) for one in findings_of(seen, policy)]
    [('CW201', 'no choice')]
    """
    found: dict[tuple[str, str], SiteFinding] = {}

    def add(rule: Rule, state: State | None, problem: Problem) -> None:
        key = rule.code, problem.cookie or problem.key
        known = found.get(key)
        if known is None:
            found[key] = SiteFinding(Finding(rule, problem), () if state is None else (state,))
        elif state is not None and state not in known.states:
            found[key] = replace(known, states=(*known.states, state))

    aside = {*of_challenges(observed, policy)}
    judged = [line for line in observed.lines if line not in aside]
    for state in State:
        lines = [line for line in judged if line.state is state]
        if policy is not None:
            partial = {line.line for line in lines if line.is_partial}
            kept = [line for line in lines if not _is_for_another_site(line, observed, policy)]
            for one in findings_of_lines(map(watched, kept), policy, is_cautious=True):
                if one.finding.rule is ATTRIBUTES and one.first.line in partial:
                    continue
                rule, problem = one.finding.rule, replace(one.finding.problem, file=observed.target)
                if problem.cookie:  # of a family, each state may have seen another name
                    problem = replace(problem, cookie=shown(known_as(names_of(one.first.line)[0])))
                if rule is BEFORE_CONSENT:
                    problem = replace(problem, remedy=_WAIT)
                    if state in _AFTER:
                        rule, problem = _AFTER[state], _refused(problem, state)
                add(rule, state, problem)
        stored = [line for line in lines if _is_stored(line)]
        for line in stored:
            for rule, problem in _of_any_line(observed.target, line):
                if rule is not rules.OPEN_ATTRIBUTES or (ATTRIBUTES.code, problem.cookie) not in found:
                    add(rule, state, problem)
    if policy is not None:
        for rule, state, problem in problems_of_sent(observed, policy):
            add(rule, state, problem)
        for rule, state, problem in _of_hosts(observed, policy):
            add(rule, state, problem)
        for state, problem in problems_of_storage(observed, policy):
            add(rules.STORAGE, state, problem)
        for problem in _never_seen(observed, policy):
            add(rules.NEVER_SEEN, None, problem)
    return tuple(sorted(found.values(), key=lambda one: (one.finding.rule.code, one.finding.problem.cookie)))


def _refused(problem: Problem, state: State) -> Problem:
    message = f"sets {quoted(problem.cookie.encode())}, and the visitor {_REFUSED_HOW[state]} cookies of its category"
    return replace(problem, message=message)


def _is_stored(line: SeenLine) -> bool:
    """Return whether a line stores a cookie in a browser that can read it."""
    cookie = parsed(line)
    return not (cookie.is_malformed or cookie.is_deletion or cookie.refusals)


def _is_for_another_site(line: SeenLine, observed: Observed, policy: Policy) -> bool:
    """Return whether no browser keeps a cookie, because its Domain is neither the host's nor one of the site."""
    cookie = parsed(line)
    domain = cookie.attribute(b"domain") or b""
    host = normalize_host(domain.decode("latin-1").lstrip("."))
    return is_foreign(domain, cookie.host) and not is_own(host, observed, policy)


def _of_any_line(target: str, line: SeenLine) -> Iterator[tuple[Rule, Problem]]:
    """Yield what is wrong with a line whatever the policy says."""
    cookie = parsed(line)
    _, path, scheme = place_of(line.url)
    name, key = known_as(cookie.name), f"{line.method} {path}"
    lifetime = cookie.lifetime
    if lifetime is not None and lifetime > _LONGEST_KEPT + _SLACK:
        message = f"asks to keep {quoted(name)} for {lifetime_text(lifetime)}, and browsers keep it for 400 days"
        yield rules.OVER_400_DAYS, Problem(target, key, message, "set the lifetime that it needs", cookie=shown(name))
    missing = [
        *(["Secure"] if scheme == "https" and not cookie.secure else []),
        *([] if cookie.http_only or line.set_by else ["HttpOnly"]),  # no script can set it
        *([] if cookie.same_site else ["SameSite"]),
    ]
    if missing and not line.is_partial:
        message = f"sets {quoted(name)} without {joined(missing, 'and')}"
        remedy = "set each of them, unless the site needs the cookie without it"
        yield rules.OPEN_ATTRIBUTES, Problem(target, key, message, remedy, cookie=shown(name))


def _of_hosts(observed: Observed, policy: Policy) -> Iterator[tuple[Rule, State, Problem]]:
    """Yield each host of another site that the policy does not name, or that waits for consent."""
    for seen in observed.hosts:
        host, key = place_of(f"https://{seen.host}")[0], printable(seen.host)
        if is_own(host, observed, policy):
            continue
        declared = [one for one in policy.declarations if admits(one.hosts, seen.host)]
        if not declared:
            remedy = "name it under hosts in the declaration that it serves, or do without it"
            message = "is contacted, and the policy does not name it"
            yield rules.UNDECLARED_HOST, seen.state, Problem(observed.target, key, message, remedy)
        elif not any(map(Judge(policy.declared, CONSENTS[seen.state]).allows, declared)):
            message = f"is contacted, and waits for consent to {declared[0].category} cookies"
            remedy = "embed it with script_of or frame_of, which wait for consent"
            yield rules.HOST_BEFORE_CONSENT, seen.state, Problem(observed.target, key, message, remedy)


def _never_seen(observed: Observed, policy: Policy) -> Iterator[Problem]:
    """Yield each declaration of the site itself that no line met. A preset declares more than one app sets."""
    if not _is_seen_whole(State.ACCEPTED, observed):
        return
    covering = map(policy.declared.find, _names(observed))
    met = {declaration.names for declaration in covering if declaration is not None}
    for declaration in policy.cookies:
        if declaration.is_preset or declaration.names in met or policy.preferences.name in declaration.names:
            continue
        message = "is declared, and was not seen, though the visitor accepted all"
        remedy = "audit the page that sets it, with --path, or remove its declaration"
        yield Problem(observed.target, "", message, remedy, cookie=", ".join(declaration.names))


def _is_seen_whole(state: State, observed: Observed) -> bool:
    """Return whether what was not seen in a state is surely not there: its pages were seen, except missing ones."""
    pages = [page for page in observed.pages if page.state is state]
    return (
        state in observed.states
        and state not in observed.cut
        and all(page.is_seen or (page.status in _MISSING and not page.problem) for page in pages)
        and (not pages or any(200 <= (page.status or 0) < 300 for page in pages))
    )


def _names(observed: Observed) -> set[bytes]:
    """Return the names of all cookies of the table, also of those that browsers ignore."""
    cookies = map(parsed, observed.lines)
    return {cookie.name for cookie in cookies if not cookie.is_deletion} | {sent.name for sent in observed.sent}
