"""Judges the lines that a test saw: a finding for each rule and cookie, with the first line that breaks the rule.

Rule: the value of a cookie stands nowhere in a finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from cookiewarden.errors import Problem, printable
from cookiewarden.http.cookie_attributes import limited, raised
from cookiewarden.http.set_cookie import SetCookie, parse_set_cookie
from cookiewarden.policy.decision import Reason, Verdict
from cookiewarden.policy.declaration import Category, Declaration, Lifetime
from cookiewarden.policy.findings import Finding, Level, Rule
from cookiewarden.policy.lifetimes import LONGEST, is_longer, lifetime_text, rules_of
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.policy_set import PolicySet
from cookiewarden.policy.quoting import quoted
from cookiewarden.reporting.made_up_names import MAX_BYTES, Family, family_by_look
from cookiewarden.reporting.outcome import Outcome
from cookiewarden.reporting.remedies import remedy_for_declared, remedy_for_undeclared
from cookiewarden.reporting.suggestions import joined
from cookiewarden.testing.watched_lines import WatchedLine, judged

UNDECLARED = Rule("CW201", "undeclared", Level.ERROR, "The policy declares every cookie that is set.")
BEFORE_CONSENT = Rule("CW202", "before-consent", Level.ERROR, "A cookie that needs consent waits for it.")
TOO_LONG = Rule("CW203", "too-long", Level.ERROR, "A cookie ends no later than the policy says.")
MALFORMED = Rule("CW204", "malformed", Level.ERROR, "All browsers read a line alike.")
ATTRIBUTES = Rule("CW205", "attributes", Level.ERROR, "A cookie has the attributes that its declaration demands.")
#: What is looked for in the lines that an app sets.
RULES = (UNDECLARED, BEFORE_CONSENT, TOO_LONG, MALFORMED, ATTRIBUTES)

_UNCONSENTED = frozenset({Reason.UNDECIDED, Reason.REFUSED, Reason.STALE})


@dataclass(frozen=True, slots=True)
class LineFinding:
    """A finding, the first line that it is about, and how many lines it is about. ``advice``: what to do, in lines."""

    finding: Finding
    first: WatchedLine
    advice: str
    count: int = 1


class _Fault(NamedTuple):
    """What is wrong with a line, and what to do: in a few words, and at length."""

    rule: Rule
    message: str
    remedy: str
    advice: str = ""


def findings_of(
    lines: Iterable[WatchedLine], policies: Policy | PolicySet | None, *, is_cautious: bool = False
) -> tuple[LineFinding, ...]:
    """Return what is wrong with lines, in the order of the rules. A rule and a cookie give one finding.

    Cookies that nobody declares count as one if their names look made up. ``is_cautious``: only if they surely are.

    >>> from cookiewarden.policy.consent import UNDECIDED
    >>> policy = Policy.from_mapping({"site": {"name": "Exampletown"}})
    >>> line = WatchedLine(b"theme=dark", "GET", "localhost", "/", UNDECIDED, 0.0)
    >>> [(one.finding.rule.code, one.finding.problem.cookie, one.count) for one in findings_of([line, line], policy)]
    [('CW201', 'theme', 2)]
    """
    found: dict[tuple[str, bytes], LineFinding] = {}
    for line in lines:
        policy, verdict = judged(line, policies)
        family = family_by_look(verdict.names[0])
        if family is not None and not family.is_random and (is_cautious or verdict.declaration is not None):
            family = None
        name = verdict.names[0] if family is None or family.is_number else family.pattern
        for fault in _faults_of(line, policy, verdict, name, family):
            key = fault.rule.code, name if family is None else family.pattern
            known = found.get(key)
            found[key] = _finding(line, policy, name, fault) if known is None else replace(known, count=known.count + 1)
    return tuple(sorted(found.values(), key=lambda one: one.finding.rule.code))


def _finding(line: WatchedLine, policy: Policy | None, name: bytes, fault: _Fault) -> LineFinding:
    file = "policy" if policy is None else policy.label
    shown = "" if fault.rule is MALFORMED else printable(name[:MAX_BYTES].decode("utf-8", "backslashreplace"))
    problem = Problem(file, f"{line.method} {line.path}", fault.message, fault.remedy, cookie=shown)
    advice = fault.advice or f"{fault.remedy[:1].upper()}{fault.remedy[1:]}."
    return LineFinding(Finding(fault.rule, problem), line, advice)


def _faults_of(
    line: WatchedLine, policy: Policy | None, verdict: Verdict, name: bytes, family: Family | None
) -> Iterator[_Fault]:
    """Yield what is wrong with one line. ``name``: as a message shows it. ``family``: that of a made-up name."""
    reason, declaration = verdict.reason, verdict.declaration
    cookie = parse_set_cookie(line.line, host=line.host, path=line.path, now=line.seen_at)
    if reason is Reason.MALFORMED:
        remedy = "write name=value before the attributes, without line breaks"
        yield _Fault(MALFORMED, "sets a line that browsers read differently", remedy)
    elif policy is None:
        if reason is not Reason.DELETION:
            remedy = "send the request to a host that has a policy, or declare the host in one"
            yield _Fault(UNDECLARED, f"sets {quoted(name)}, and no policy speaks for the host", remedy)
    elif reason is Reason.UNDECLARED:
        advice = remedy_for_undeclared(verdict.names[0], cookie, policy, family, has_lifetime=True)
        yield _Fault(
            UNDECLARED, f"sets {quoted(name)}, which {_file_of(policy)} does not declare", "declare it", advice
        )
    elif declaration is not None and reason is not Reason.DELETION and line.outcome is not Outcome.BLOCKED:
        if reason in _UNCONSENTED and line.outcome is not Outcome.ALLOWED:
            yield _before_consent(line, declaration, name, cookie)
        yield from _faults_of_attributes(line, policy, declaration, name, cookie)


def _before_consent(line: WatchedLine, declaration: Declaration, name: bytes, cookie: SetCookie) -> _Fault:
    message = f"sets {quoted(name)}, which waits for consent to {declaration.category} cookies"
    if line.outcome is Outcome.REPORTED:
        remedy = "enforce the policy: report_only let it pass"
    else:
        remedy = (
            "have the test ask the app that CookieWardenMiddleware wraps, or set the cookie only if "
            f'consent_of(request).allows("{declaration.category}")'
        )
    advice = f"{remedy[:1].upper()}{remedy[1:]}."
    if line.outcome is not Outcome.REPORTED:
        advice += " Django's own test client bypasses the middleware; werkzeug.test.Client(application) does not."
    if more := remedy_for_declared(name, cookie, declaration):
        advice += f"\n{more}."
    return _Fault(BEFORE_CONSENT, message, remedy, advice)


def _faults_of_attributes(
    line: WatchedLine, policy: Policy, declaration: Declaration, name: bytes, cookie: SetCookie
) -> Iterator[_Fault]:
    rules, file = rules_of(declaration), _file_of(policy)
    if rules is None:
        return
    longest = rules.limit or rules.stated
    if longest is not None and limited(line.line, longest.seconds, line.seen_at) is not line.line:
        yield _too_long(declaration, longest, file, name, cookie, is_stated=rules.limit is None)
    missing = [
        *(["Secure"] if raised(line.line, secure=rules.secure) != line.line else []),
        *(["HttpOnly"] if raised(line.line, http_only=rules.http_only) != line.line else []),
        *([f"SameSite={rules.same_site}"] if raised(line.line, same_site=rules.same_site) != line.line else []),
    ]
    if missing:
        message = f"sets {quoted(name)} without {joined(missing, 'and')}, which its declaration demands"
        yield _Fault(ATTRIBUTES, message, "set that in the app, or wrap the app: the middleware adds it")


def _too_long(
    declaration: Declaration, longest: Lifetime, file: str, name: bytes, cookie: SetCookie, *, is_stated: bool
) -> _Fault:
    """Return the fault of a cookie that lives longer than ``longest``. ``is_stated``: a preset says so."""
    end = "the end of the session" if longest.seconds is None else longest.text
    if declaration.lifetime is None:
        said = f"statistical cookies without a declared lifetime end after {end}"
    elif is_stated:
        said = f"{file} shows {end}, which a preset declares as usual"
    else:
        said = f"{file} declares {end}"
    if cookie.lifetime is None or cookie.lifetime <= 0:
        message = f"keeps {quoted(name)} for a time that browsers read differently, and {said}"
        return _Fault(TOO_LONG, message, "write Max-Age with a plain number of seconds")
    kept = lifetime_text(cookie.lifetime)
    message = f"keeps {quoted(name)} for {kept}, but {said}"
    if declaration.category is not Category.NECESSARY and is_longer(Lifetime.parse(kept), LONGEST):
        at_most = f"what visitors may refuse is kept for {LONGEST.text} at most"
        return _Fault(TOO_LONG, message, f"set that lifetime in the app: {at_most}")
    again = "declare the cookie again in the policy, with" if is_stated else "declare"
    remedy = f'set that lifetime in the app, or {again} lifetime = "{kept}"'
    return _Fault(TOO_LONG, message, remedy)


def _file_of(policy: Policy) -> str:
    """Return the name of the file of a policy; one that was not read from a file has none."""
    return "the policy" if policy.label == "policy" else printable(policy.label)
