"""Reads a file that holds what somebody else saw of a site: a HAR file, an inspection, or what a middleware learned.

Rule: what the file is, its content says, and not its name. A file that is broken becomes one message.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cookiewarden.reporting.learned import Learned
from cookiewarden.tools.audit.apps import TargetError
from cookiewarden.tools.audit.evidence import is_evidence, observed_in_evidence
from cookiewarden.tools.audit.har import is_har, observed_in_har
from cookiewarden.tools.audit.learned_file import observed_in_learned
from cookiewarden.tools.audit.observed import Observed, State
from cookiewarden.tools.web.bodies import text_of

_MAX_BYTES = 200_000_000
_KINDS = "a HAR file, an inspection.json of the website-evidence-collector, or a file of the option learn"


def read_recording(file: Path, states: Sequence[State] = ()) -> Observed:
    """Return what a file says of a site. ``states``: what its visitor had chosen, one state; none: no choice.

    Raises ``TargetError``.
    """
    text = _text(file)
    if not text.strip():
        raise TargetError(f"{file}: is empty; if the option learn is to write it, nothing was learned yet")
    if len(states) > 1:
        raise TargetError(f"{file}: a recording is of one visitor; give one --state")
    state = states[0] if states else State.NO_CHOICE
    document = _document(text)
    if is_har(document):
        return observed_in_har(document, str(file), state, time.time())
    if is_evidence(document):
        return observed_in_evidence(document, str(file), state, time.time())
    learned = Learned.from_jsonl(text)
    if not (learned.cookies or learned.hosts):
        raise TargetError(f"{file}: is not {_KINDS}")
    if states:
        remedy = "leave out --state: a file of the option learn does not say what visitors had chosen"
        raise TargetError(f"{file}: {remedy}")
    return observed_in_learned(learned, str(file))


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > _MAX_BYTES:
            raise TargetError(f"{file}: is over {_MAX_BYTES // 1_000_000} MB; record fewer pages")
        return text_of(file.read_bytes(), "")
    except OSError as error:
        raise TargetError(f"{file}: {os.strerror(error.errno or 0)}") from None


def _document(text: str) -> Any:
    """Return the JSON document of a text; ``None`` if it is not one."""
    try:
        return json.loads(text)
    except (RecursionError, ValueError):
        return None
