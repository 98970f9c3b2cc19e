"""Counts what visitors chose, and how often they were asked: by site and source.

Rule: nothing that is counted says who chose. The counts are exact, no event is lost between threads, and the memory is
bounded.
"""

from __future__ import annotations

import threading
from enum import StrEnum
from typing import NamedTuple

from cookiewarden.policy.consent import Consent
from cookiewarden.policy.policy import Policy
from cookiewarden.process import call_in_child

# Beyond so many keys, events are not counted by site any more.
_MAX_KEYS = 65_536
_BANNER = "banner"


class ChoiceEvent(StrEnum):
    """What is counted of choices: a banner that was shown, and what a visitor chose.

    Each choice is one of ``accepted``, ``refused`` and ``partial``. A choice that refuses what was granted before
    counts as ``withdrawn``, too (GDPR 7(3)).

    >>> ChoiceEvent("partial") is ChoiceEvent.PARTIAL
    True
    """

    SHOWN = "shown"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    PARTIAL = "partial"
    WITHDRAWN = "withdrawn"


class ChoiceKey(NamedTuple):
    """What choices are counted by.

    ``site``: its id. ``source``: ``"banner"`` for a banner that was shown, else how the visitor chose: ``"page"``,
    ``"api"`` or ``"view"``.

    >>> ChoiceKey("data.example.org", ChoiceEvent.ACCEPTED, "page") == ("data.example.org", "accepted", "page")
    True
    """

    site: str
    event: ChoiceEvent
    source: str


class ChoiceCounter:
    """The counters of one wrapped app. Each event takes one short lock. Threads may share it."""

    def __init__(self) -> None:
        self._begin()
        call_in_child(self._begin)

    def _begin(self) -> None:
        """Begin at zero: a forked process counts for itself."""
        self._lock = threading.Lock()
        self._shown: dict[str, int] = {}  # by site: each banner is counted, so its key must be quick to make
        self._chosen: dict[ChoiceKey, int] = {}

    def add_banner(self, site: str) -> None:
        """Count a banner that was put into a response of a site, given by its id."""
        with self._lock:
            shown = self._shown
            if site not in shown and len(shown) >= _MAX_KEYS:
                site = ""
            shown[site] = shown.get(site, 0) + 1

    def add_choice(self, policy: Policy, before: Consent, consent: Consent, source: str) -> None:
        """Count a choice that was just made: ``consent`` holds all answers, ``before`` those before the choice."""
        self._add(ChoiceKey(policy.site.id, _event_of(policy, consent), source))
        if before.granted & consent.refused:
            self._add(ChoiceKey(policy.site.id, ChoiceEvent.WITHDRAWN, source))

    def snapshot(self) -> dict[ChoiceKey, int]:
        """Return all that was counted so far."""
        with self._lock:
            shown = {ChoiceKey(site, ChoiceEvent.SHOWN, _BANNER): count for site, count in self._shown.items()}
            return shown | self._chosen

    def _add(self, key: ChoiceKey) -> None:
        with self._lock:
            chosen = self._chosen
            if key not in chosen and len(chosen) >= _MAX_KEYS:
                key = key._replace(site="")
            chosen[key] = chosen.get(key, 0) + 1


def _event_of(policy: Policy, consent: Consent) -> ChoiceEvent:
    """Return what a choice was: all that the site asks about is granted, or all of it refused, or neither.

    A refusal of anonymized statistics counts, although the site need not ask about them. An answer about a category
    that the site does not declare counts only if it grants.
    """
    asked, granted, refused = frozenset(policy.asked_categories), consent.granted, consent.refused
    if granted and asked <= granted and refused.isdisjoint(policy.offered_categories(consent)):
        return ChoiceEvent.ACCEPTED
    return ChoiceEvent.REFUSED if not granted and asked <= refused else ChoiceEvent.PARTIAL
