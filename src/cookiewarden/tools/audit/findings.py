"""Judges what an audit observed, under the policy of the site: a finding for each rule and cookie, with its states.

Rule: the lines are judged by the judge that tests of an app use. The value of a cookie stands nowhere in a finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from cookiewarden.errors import Problem, printable
from cookiewarden.http.set_cookie_line import names_of
from cookiewarden.policy.decision import Reason
from cookiewarden.policy.findings import Finding, Rule
from cookiewarden.policy.judge import Judge
from cookiewarden.policy.lifetimes import lifetime_text
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.quoting import quoted
from cookiewarden.policy.storage import admits
from cookiewarden.reporting.suggestions import joined
from cookiewarden.testing.checks import ATTRIBUTES, BEFORE_CONSENT
from cookiewarden.testing.checks import findings_of as findings_of_lines
from cookiewarden.tools.audit import audit_rules as rules
from cookiewarden.tools.audit.observed import Observed, SeenLine, State
from cookiewarden.tools.audit.seen_lines import CONSENTS, known_as, own_hosts, parsed, place_of, shown, watched
from cookiewarden.tools.audit.storage_findings import problems_of_storage

_DAY = 86_400
#: The longest time for which browsers keep a cookie (RFC 6265bis 5.5), and a day for clocks that differ.
_LONGEST_KEPT = 400 * _DAY
_SLACK = _DAY
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

    for state in State:
        lines = [line for line in observed.lines if line.state is state]
        if policy is not None:
            for one in findings_of_lines(map(watched, lines), policy):
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
        for problem in _still_sent(observed, policy):
            add(rules.AFTER_WITHDRAWAL, State.WITHDRAWN, problem)
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


def _of_any_line(target: str, line: SeenLine) -> Iterator[tuple[Rule, Problem]]:
    """Yield what is wrong with a line whatever the policy says."""
    cookie = parsed(line)
    _, path, scheme = place_of(line.url)
    name, key = known_as(cookie.name), f"GET {path}"
    lifetime = cookie.lifetime
    if lifetime is not None and lifetime > _LONGEST_KEPT + _SLACK:
        message = f"asks to keep {quoted(name)} for {lifetime_text(lifetime)}, and browsers keep it for 400 days"
        yield rules.OVER_400_DAYS, Problem(target, key, message, "set the lifetime that it needs", cookie=shown(name))
    missing = [
        *(["Secure"] if scheme == "https" and not cookie.secure else []),
        *([] if cookie.http_only or line.set_by else ["HttpOnly"]),  # no script can set it
        *([] if cookie.same_site else ["SameSite"]),
    ]
    if missing:
        message = f"sets {quoted(name)} without {joined(missing, 'and')}"
        remedy = "set each of them, unless the site needs the cookie without it"
        yield rules.OPEN_ATTRIBUTES, Problem(target, key, message, remedy, cookie=shown(name))


def _still_sent(observed: Observed, policy: Policy) -> Iterator[Problem]:
    """Yield each cookie that is still there after the visitor withdrew consent to it."""
    judge = Judge(policy.declared, CONSENTS[State.WITHDRAWN])
    for sent in observed.sent:
        if sent.state is State.WITHDRAWN and judge.judge_name(sent.name).reason is Reason.REFUSED:
            remedy = "delete it when the visitor withdraws, with the Path and the Domain with which it was set"
            _, path, _ = place_of(sent.url)
            message = f"still carries {quoted(sent.name)}, and the visitor withdrew consent to cookies of its category"
            yield Problem(observed.target, f"GET {path}", message, remedy, cookie=shown(known_as(sent.name)))


def _of_hosts(observed: Observed, policy: Policy) -> Iterator[tuple[Rule, State, Problem]]:
    """Yield each host of another site that the policy does not name, or that waits for consent."""
    own = own_hosts(observed)
    for seen in observed.hosts:
        host, key = place_of(f"https://{seen.host}")[0], printable(seen.host)
        if host in own or admits(policy.site.hosts, host):
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
    if State.ACCEPTED not in observed.states:
        return
    covering = map(policy.declared.find, _names(observed.lines))
    met = {declaration.names for declaration in covering if declaration is not None}
    for declaration in policy.cookies:
        if declaration.is_preset or declaration.names in met or policy.preferences.name in declaration.names:
            continue
        message = "is declared, and was not seen, though the visitor accepted all"
        remedy = "audit the page that sets it, with --path, or remove its declaration"
        yield Problem(observed.target, "", message, remedy, cookie=", ".join(declaration.names))


def _names(lines: Iterable[SeenLine]) -> set[bytes]:
    return {parsed(line).name for line in lines if _is_stored(line)}
