"""Digests of the texts that visitors read before they choose, for the record of a choice (GDPR 7(1)).

Rule: a digest is that of the body which the pages answer, byte for byte, to a visitor who has not chosen. So a site can
keep the body, and prove later that it is the one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import lru_cache

from cookiewarden.http.request import Request, no_header
from cookiewarden.pages.response import Response
from cookiewarden.policy.consent import UNDECIDED
from cookiewarden.policy.policy import Policy

_REMEMBERED = 2048


class TextDigests:
    """The digests of the sites of one middleware, each made once.

    ``prefix``: the path that the pages live under. ``answer``: that of ``Pages``.
    """

    def __init__(self, prefix: str, answer: Callable[..., Response]) -> None:
        self._paths = {"policy": f"{prefix}.json", "banner": f"{prefix}/banner"}
        self._answer = answer
        self._digests = lru_cache(_REMEMBERED)(self._digests_of)

    def of(self, policy: Policy, mount: str, language: str) -> Mapping[str, str]:
        """Return the SHA-256, in hex, of the policy as JSON and of the banner, under ``policy`` and ``banner``.

        ``mount``: the path of the wrapped app, which the links of the banner begin with. ``language``: a tag that the
        site offers.
        """
        return self._digests(policy, mount, language)

    def forget(self) -> None:
        """Drop the digests of policies that may be no longer in force."""
        self._digests.cache_clear()

    def _digests_of(self, policy: Policy, mount: str, language: str) -> Mapping[str, str]:
        digests = {}
        for name, path in self._paths.items():
            request = Request("GET", mount, path, f"lang={language}", "", no_header)
            body = self._answer(policy, request, UNDECIDED, None, 0.0, is_exempt=False).body
            digests[name] = hashlib.sha256(body).hexdigest()
        return digests
