"""Tells findings of a test in words: the line, the request, the visitor, and what to do.

Rule: show the names and the attributes of a line, never the value. A message must not affect a terminal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from textwrap import wrap

from cookiewarden.errors import printable
from cookiewarden.http.set_cookie_line import BLANKS, has_terminator, name_before_break
from cookiewarden.policy.consent import Consent
from cookiewarden.policy.declaration import CONSENT_CATEGORIES
from cookiewarden.reporting.made_up_names import known_as
from cookiewarden.reporting.outcome import Outcome
from cookiewarden.reporting.suggestions import joined
from cookiewarden.testing.checks import LineFinding

_WIDTH = 110
_SHOWN_CHARACTERS = 100
_SHOWN_ATTRIBUTES = 12
#: The attributes whose values say nothing of a visitor.
_KNOWN = frozenset({b"domain", b"expires", b"max-age", b"path", b"priority", b"samesite"})
_FLAGS = frozenset({b"", b"httponly", b"partitioned", b"secure"})
_WORD = re.compile(rb"[A-Za-z-]{1,20}")


def message_of(findings: Iterable[LineFinding]) -> str:
    """Return all findings as one text; ``""`` if there is none."""
    found = list(findings)
    if not found:
        return ""
    # pytest cuts the first line in its summary, so the rules and the cookies come first.
    which = ", ".join(f"{one.finding.rule.code} {printable(one.finding.problem.cookie)}".strip() for one in found)
    head = f"{which}: {len(found)} finding{'' if len(found) == 1 else 's'} in the cookies that were set"
    return "\n\n".join([head, *map(_one, found)])


def _one(found: LineFinding) -> str:
    line, problem = found.first, found.finding.problem
    lines = [
        f"Set-Cookie: {shown_line(line.line)}",
        f"to {visitor_of(line.consent)}{_dropped(line.outcome)}{_times(found.count)}",
        *_wrapped(found.advice),
    ]
    rule = found.finding.rule
    head = f"{rule.code} {rule.name}: {printable(problem.key)} {problem.message}"
    return "\n".join([head, *(f"    {one}" for one in lines)])


def _wrapped(advice: str) -> list[str]:
    """Return advice in lines that are not too long; a declaration at its end stays as it is."""
    sentences, start, declaration = advice.partition("[[cookies]]")
    lines = [one for sentence in sentences.splitlines() for one in wrap(sentence, _WIDTH, break_long_words=False)]
    return [*lines, *(start + declaration).splitlines()]


def _dropped(outcome: Outcome | None) -> str:
    return "; the middleware dropped the line" if outcome is Outcome.BLOCKED else ""


def _times(count: int) -> str:
    return "" if count == 1 else f"; the first of {count} such lines"


def visitor_of(consent: Consent) -> str:
    """Return who a visitor is, by the choice.

    >>> visitor_of(Consent.of({"statistical"})), visitor_of(Consent())
    ('a visitor who accepted statistical', 'a visitor who has not chosen')
    """
    granted = [str(category) for category in CONSENT_CATEGORIES if consent.grants(category)]
    if granted:
        return f"a visitor who accepted {joined(granted, 'and')}"
    if consent.refused:
        return "a visitor who refused " + joined(
            [str(one) for one in CONSENT_CATEGORIES if one in consent.refused], "and"
        )
    return "a visitor whose choice is out of date" if consent.stale else "a visitor who has not chosen"


def shown_line(line: bytes) -> str:
    """Return a Set-Cookie line with the number of its bytes in place of the value. A random end of a name goes, too.

    >>> shown_line(b"sid=secret; Path=/; HttpOnly"), shown_line(b"secret")
    ('sid=<6 bytes>; Path=/; HttpOnly', '<6 bytes>')
    """
    if has_terminator(line):
        return f"{_shown(name_before_break(line))}... (a line of {len(line)} bytes, with a line break or NUL)"
    pair, *attributes = line.split(b";")
    name, equals, value = pair.partition(b"=")
    if not equals:
        name, value = b"", pair
    start = _shown(known_as(name.strip(BLANKS))) + equals.decode() + _length(value)
    more = ["..."] if len(attributes) > _SHOWN_ATTRIBUTES else []
    return "; ".join([start, *map(_shown_attribute, attributes[:_SHOWN_ATTRIBUTES]), *more])


def _shown_attribute(attribute: bytes) -> str:
    name, equals, value = attribute.partition(b"=")
    word = name.strip(BLANKS)
    if word.lower() in (_KNOWN if equals else _KNOWN | _FLAGS):
        return _shown(attribute)
    # What follows a semicolon may be the rest of a value.
    return f"{_shown(name)}={_length(value)}" if equals and _WORD.fullmatch(word) else _length(attribute)


def _length(value: bytes) -> str:
    count = len(value.strip(BLANKS))
    return f"<{count} byte{'' if count == 1 else 's'}>"


def _shown(raw: bytes) -> str:
    text = raw.strip(BLANKS).decode("utf-8", "backslashreplace")
    return printable(text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}...")
