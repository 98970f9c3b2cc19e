"""Says what has changed since an earlier audit of the same target, which was written as JSON.

Rule: a change is something that a person would want to know: a cookie, a finding or a verdict that came or went.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from cookiewarden.errors import printable
from cookiewarden.tools.audit.apps import TargetError
from cookiewarden.tools.audit.audit import Audit
from cookiewarden.tools.audit.audit_json import audit_json
from cookiewarden.tools.audit.audit_rules import NEVER_SEEN
from cookiewarden.tools.audit.json_values import list_at, text_at
from cookiewarden.tools.audit.observed import State

_MAX_BYTES = 50_000_000
#: What is compared of a cookie that both audits saw, and what a message calls it.
_FACTS = {
    "category": "category",
    "lifetime": "lifetime",
    "declared_lifetime": "declared lifetime",
    "states": "states in which it is set",
    "attributes": "attributes",
    "set_by": "origin",
}


def read_audit(file: Path) -> Mapping[str, Any]:
    """Return an audit that was written as JSON. Raises ``TargetError``."""
    try:
        if file.stat().st_size > _MAX_BYTES:
            raise TargetError(f"{file}: is over {_MAX_BYTES // 1_000_000} MB, so it is not an audit")
        document = json.loads(file.read_bytes())
    except OSError as error:
        raise TargetError(f"{file}: {os.strerror(error.errno or 0)}") from None
    except (RecursionError, ValueError):
        document = None
    if not isinstance(document, dict) or not all(isinstance(document.get(key), list) for key in ("cookies", "states")):
        raise TargetError(f"{file}: is not an audit; write one with cookiewarden audit TARGET -o OLD.json")
    return document


def changes_since(old: Mapping[str, Any], audit: Audit) -> tuple[str, ...]:
    """Return a sentence for each change since an earlier audit; none if nothing has changed."""
    # As JSON has it, so that both are of the same types.
    new: Mapping[str, Any] = json.loads(json.dumps(audit_json(audit)))
    alone = _states_of(old).keys() ^ _states_of(new).keys()
    words = [state.value for state in State if state.value in alone]
    scope = [f"Only one of the two audits has the states {', '.join(words)}."] if words else []
    if words:
        old, new = _without_states(old, alone), _without_states(new, alone)
    return (*scope, *_of_verdicts(old, new), *_of_cookies(old, new), *_of_findings(old, new))


def _states_of(side: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the verdict on each state that an audit has."""
    return {text_at(one, "state"): text_at(one, "verdict") for one in list_at(side, "states")}


def _without_states(side: Mapping[str, Any], states: Collection[str]) -> Mapping[str, Any]:
    """Return an audit as if it had not sought some states."""

    def left(one: Mapping[str, Any]) -> list[Any]:
        return [state for state in list_at(one, "states") if state not in states]

    cookies = [{**one, "states": left(one)} for one in list_at(side, "cookies") if isinstance(one, dict)]
    unknown = {NEVER_SEEN.code} if State.ACCEPTED in states else set()
    findings = [
        one
        for one in list_at(side, "findings")
        if text_at(one, "code") not in unknown and (left(one) or not list_at(one, "states"))
    ]
    return {
        **side,
        "cookies": [one for one in cookies if one["states"]],
        "findings": [one for one in findings if text_at(one, "key") not in states],
    }


def _of_verdicts(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    before, after = _states_of(old), _states_of(new)
    for state, verdict in after.items():
        if before.get(state, verdict) != verdict:
            yield f"{state}: {verdict}, before: {printable(before[state])}."


def _of_cookies(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    before, after = ({text_at(one, "name"): one for one in list_at(side, "cookies")} for side in (old, new))
    for name in sorted(before.keys() | after.keys()):
        label = f'The cookie "{printable(name)}"'
        if name not in before:
            yield f"{label} is new."
        elif name not in after:
            yield f"{label} is gone."
        else:
            for key, words in _FACTS.items():
                was, now = (_in_words(side[name].get(key)) for side in (before, after))
                if was != now:
                    yield f"{label}: {words} {now or 'none'}, before: {was or 'none'}."


def _of_findings(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    before, after = (dict.fromkeys(_subject(one) for one in list_at(side, "findings")) for side in (old, new))
    yield from (f"New finding: {one}." for one in after if one not in before)
    yield from (f"No longer found: {one}." for one in before if one not in after)


def _subject(finding: Any) -> str:
    about = text_at(finding, "cookie") or text_at(finding, "key")
    return printable(f"{text_at(finding, 'code')} {text_at(finding, 'rule')} ({about})")


def _in_words(value: Any) -> str:
    return printable(", ".join(map(str, value)) if isinstance(value, list) else str(value or ""))
