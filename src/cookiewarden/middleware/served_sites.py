"""The sites behind one middleware: which policy speaks for a request, what its visitor chose, and who judges by that.

Rule: it is made for some policies and never changes them. Other policies get another one, which takes over what is
known of the sites that stay.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from cookiewarden.choices.preferences_cookie import PreferencesCookie, Verify, remembering
from cookiewarden.http.cookie import cookie_values
from cookiewarden.http.request import Carrier, RequestReader
from cookiewarden.memo import Memo
from cookiewarden.middleware.exchange import Exchange
from cookiewarden.middleware.places import SeenPlaces
from cookiewarden.policy.consent import UNDECIDED, Consent
from cookiewarden.policy.decision import Judge, Room
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.policy_set import PolicySet, every_policy

_REMEMBERED_CHOICES = 2048
# For 10,000 sites, and a few answers on each; all of it together stays under some 50 MB.
_REMEMBERED_JUDGES = 32_768
_REMEMBERED_NAMES = 65_536


class ServedSite(NamedTuple):
    """What is held of one site: how its choices are written, and where its app was seen to put cookies."""

    policy: Policy
    preferences: PreferencesCookie
    places: SeenPlaces


class ServedSites:
    """The sites of some policies. ``before``: those that it takes over from.

    ``keys`` sign the choices; ``clock`` gives seconds since 1970-01-01 UTC.
    """

    def __init__(
        self,
        policies: Policy | PolicySet,
        keys: list[bytes],
        reader: RequestReader,
        clock: Callable[[], float],
        before: ServedSites | None = None,
    ) -> None:
        self.policies = policies
        self._keys = keys
        self._reader = reader
        self._clock = clock
        self._verify: Verify = before._verify if before else remembering(_REMEMBERED_CHOICES)
        self._judges = Memo[object, Judge](_REMEMBERED_JUDGES)
        self._room = Room(_REMEMBERED_NAMES)
        #: The policy that speaks for every host, if there is one.
        self.only_policy = policies if isinstance(policies, Policy) else None
        known = before.by_policy if before else {}
        by_id = {site.policy.site.id: site for site in known.values()}
        #: What is held of each site.
        self.by_policy: dict[Policy, ServedSite] = {}
        for policy in every_policy(policies):
            site = known.get(policy)
            if site is None:
                places = SeenPlaces(policy.site.hosts, policy.declarations)
                if (old := by_id.get(policy.site.id)) is not None:
                    places.take_over(old.places, old.policy.declarations, policy.declarations)
                site = ServedSite(policy, PreferencesCookie(policy, keys, self._verify), places)
            self.by_policy[policy] = site
        #: The judge for a visitor who was not asked yet, if one policy speaks for every host.
        self.only_judge = None if self.only_policy is None else self.judge_of(self.only_policy, UNDECIDED)

    def replaced(self, policies: Policy | PolicySet) -> ServedSites:
        """Return the sites of other policies, which take over from these."""
        return ServedSites(policies, self._keys, self._reader, self._clock, self)

    def policy_of(self, exchange: Exchange, carrier: Carrier) -> Policy | None:
        """Return the policy that speaks for a request, ``None`` if there is none."""
        policy = exchange.policy or self.only_policy
        if policy is None and isinstance(self.policies, PolicySet):
            policy = self.policies.for_host(self._reader.host(exchange, carrier))
        exchange.policy = policy
        return policy

    def consent_of(self, exchange: Exchange, carrier: Carrier) -> Consent:
        """Return what the visitor of a request chose; read once."""
        consent = exchange.consent
        if consent is None:
            consent = UNDECIDED
            policy = exchange.policy or self.policy_of(exchange, carrier)
            if policy is not None:
                preferences = self.by_policy[policy].preferences
                values = cookie_values(b"; ".join(self._reader.cookie_fields(exchange)), preferences.name)
                if values:
                    consent = preferences.load(values, self._clock())
            exchange.consent = consent
        return consent

    def judge_of(self, policy: Policy | None, consent: Consent, is_exempt: bool = False) -> Judge:
        """Return the judge for a policy and these answers; most visitors of a site give one of a few."""
        answers = (policy, consent.granted, consent.refused, consent.stale, is_exempt)
        judge = self._judges.get(answers)
        if judge is None:
            judge = Judge(None if policy is None else policy.classifier, consent, self._room, is_exempt)
            self._judges.put(answers, judge)
        return judge
