"""Says what to do about a line, and what became of a signal that the request carries.

Rule: it advises, and decides nothing. What the log says of the line stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cookiewarden.http.signals import GPC_HEADER, is_opt_out
from cookiewarden.policy.decision import Decision, Reason
from cookiewarden.policy.declaration import CONSENT_CATEGORIES, Category
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.quoting import quoted
from cookiewarden.policy.signals import Signals
from cookiewarden.tools.explaining.circumstances import Circumstances
from cookiewarden.tools.explaining.nearby import CAPITALS, Match

#: The reasons that end when the visitor accepts.
_WAITING = (Reason.UNDECIDED, Reason.REFUSED, Reason.STALE, Reason.SIGNAL)


def advice_on(
    decision: Decision, reason: Reason, signals: Signals, near: Iterable[Match], ignored: Iterable[str]
) -> Iterator[str]:
    """Yield what to do about a line. ``reason``: why it leaves or not. ``ignored``: why browsers ignore what leaves."""
    if reason in _WAITING and decision.declared:
        needed = {decision.category, *([Category.THIRD_PARTY] if signals.is_embedded else [])}
        waits = [one.value for one in CONSENT_CATEGORIES if one in needed]
        here = " on this site" if reason is Reason.SIGNAL else ""
        accepts = f"accepts {' and '.join(waits)} cookies{here}"
        yield f"nothing, if it is to wait: it may leave once the visitor {accepts}; try --consent {','.join(waits)}"
    elif reason is Reason.MALFORMED:
        yield "have the app send one name, an = and a value, without a line break"
    elif reason is Reason.UNDECLARED:
        alike = next((one for one in near if one.why == CAPITALS), None)
        if alike is not None:
            yield f"if it is the same cookie as {quoted(alike.pattern.encode())}, write both names alike"
    if any(ignored):
        yield "have the app mend the line, for browsers ignore it as it is"


def note_on_signal(policy: Policy, reason: Reason, circumstances: Circumstances) -> Iterator[str]:
    """Yield what became of Global Privacy Control, unless the decision tells.

    >>> headers = ((b"sec-gpc", b"1"),)
    >>> policy = Policy.from_mapping({"site": {"name": "Exampletown"}})
    >>> list(note_on_signal(policy, Reason.NECESSARY, Circumstances(headers=headers)))
    ['Sec-GPC refuses third-party cookies only']
    """
    name = GPC_HEADER.lower().encode()
    values = [value.decode("latin-1") for header, value in circumstances.headers if header == name]
    if not is_opt_out(values) or reason is Reason.SIGNAL:
        return
    refused = " and ".join(one.value for one in CONSENT_CATEGORIES if one in policy.signals.gpc)
    if not refused:
        yield f"{GPC_HEADER} changes nothing, for signals.gpc is empty"
    elif circumstances.consent.is_decided:
        yield f"{GPC_HEADER} refuses {refused} cookies, but a choice on this site goes before it"
    else:
        yield f"{GPC_HEADER} refuses {refused} cookies only"
