"""The differences that are to be: by suite, by test, the reason for which its outcome differs under the middleware.

Rule: a reason says which promise of cookiewarden the test runs into. What is a fault of ours has no place here.
"""

from __future__ import annotations

KNOWN: dict[str, dict[str, str]] = {}
