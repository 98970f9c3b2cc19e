"""What a browser said with a request, beside what the visitor chose on the site. It can only restrict.

Rule: a signal never grants, and is never stored or recorded as a choice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from cookiewarden.http.signals import GPC_PATH
from cookiewarden.policy.declaration import Category


class Signals(NamedTuple):
    """The signals of one request.

    ``refused``: the categories that they refuse. ``is_embedded``: the request was made for a page of another site, so
    this site is a third party there.
    """

    refused: frozenset[Category] = frozenset()
    is_embedded: bool = False


#: The signals of most requests: none.
NO_SIGNALS = Signals()


@dataclass(frozen=True, slots=True)
class SignalOptions:
    """How a site heeds signals: what its ``[signals]`` table says.

    ``gpc``: the categories that Global Privacy Control refuses; none if the site does not heed it. ``gpc_updated``: the
    day since which the site says so at ``/.well-known/gpc.json``; ``None`` if it does not say so there.
    """

    gpc: frozenset[Category] = frozenset({Category.THIRD_PARTY})
    gpc_updated: date | None = None

    def publishes(self, mount: str, path: str) -> bool:
        """Return whether the site says so at a path of an app that is mounted there, ``""`` for the root."""
        return path == GPC_PATH and not mount and self.gpc_updated is not None
