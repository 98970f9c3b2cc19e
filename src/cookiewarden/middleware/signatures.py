"""Find out how a function or an app may be called, without a call.

Rule: what does not say how it may be called is given the benefit of the doubt.
"""

from __future__ import annotations

import inspect
from typing import Any


def takes(function: Any, count: int) -> bool | None:
    """Return whether a function can be called with so many arguments; ``None`` if it does not say.

    >>> takes(len, 1), takes(len, 2)
    (True, False)
    """
    try:
        signature = inspect.signature(function, follow_wrapped=False)
    except Exception:
        return None  # an object may say anything in place of its signature
    try:
        signature.bind(*range(count))
    except TypeError:
        return False
    return True
