"""The sites that one middleware serves: the policy, the visitor's choice and the judge of each request.

Rule: the policies of a ``ServedSites`` never change. Other policies get another one, which takes over what is known of
the sites that stay.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from sys import hash_info
from typing import NamedTuple

from cookiewarden.choices.preferences_cookie import PreferencesCookie, Verify, remembering
from cookiewarden.http.cookie import cookie_values
from cookiewarden.http.request import Carrier, RequestReader
from cookiewarden.middleware.exchange import Exchange
from cookiewarden.middleware.places import SeenPlaces
from cookiewarden.middleware.profiles import ProfileChooser
from cookiewarden.middleware.signals import SignalReader
from cookiewarden.policy.consent import UNDECIDED, Consent
from cookiewarden.policy.judge import Judge, Judges
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.policy_set import PolicySet, every_policy
from cookiewarden.policy.signals import NO_SIGNALS, Signals

_REMEMBERED_CHOICES = 2048
#: Whether another Cookie header never has the same hash: on all but a few machines, hashes are wide enough.
IS_HASH_WIDE = hash_info.width >= 64


class ServedSite(NamedTuple):
    """One site, under one of its profiles.

    It has its policy, how its choices are written, and where its app was seen to put cookies.
    """

    policy: Policy
    preferences: PreferencesCookie
    places: SeenPlaces


class ServedSites:
    """The sites of some policies. ``before``: those that it takes over from.

    ``keys`` sign the choices; ``clock`` gives seconds since 1970-01-01 UTC. ``profiles`` chooses the profile of a
    request, if the site has a function for that.
    """

    def __init__(
        self,
        policies: Policy | PolicySet,
        keys: list[bytes],
        reader: RequestReader,
        signals: SignalReader,
        clock: Callable[[], float],
        profiles: ProfileChooser | None = None,
        before: ServedSites | None = None,
    ) -> None:
        self.policies = policies
        self._keys = keys
        self._reader = reader
        self._signals = signals
        #: Reads the signals of a request whose policy is known; see ``SignalReader.read``.
        self.read_signals = signals.read
        #: Tells, in little time, that a request brings no signal; see ``SignalReader.may_signal``.
        self.may_signal = signals.may_signal
        self._clock = clock
        self._profiles = profiles
        self._verify: Verify = before._verify if before else remembering(_REMEMBERED_CHOICES)
        self._judges = Judges()
        # What each Cookie header was read as, by its hash: a choice, its judge, from when and until when it holds.
        self._choices: dict[int, tuple[Consent, Judge, float, float]] = {}
        #: The policy that speaks for every request, if there is one.
        self.only_policy = policies if isinstance(policies, Policy) else None
        if profiles is not None and self.only_policy is not None and len(self.only_policy.site.profile) > 1:
            self.only_policy = None
        # The policies, if the host alone decides which one speaks for a request.
        self._by_host = policies if isinstance(policies, PolicySet) and profiles is None else None
        known = before.by_policy if before else {}
        by_id = {site.policy.site.id: site for site in known.values()}
        self.by_policy: dict[Policy, ServedSite] = {}
        for policy in every_policy(policies):
            site = known.get(policy)
            if site is None:
                places = SeenPlaces(policy.site.hosts, policy.cookies)
                if (old := by_id.get(policy.site.id)) is not None:
                    places.take_over(old.places, old.policy.cookies, policy.cookies)
                site = ServedSite(policy, PreferencesCookie(policy, keys, self._verify), places)
            self.by_policy[policy] = site
            for profile in policy.site.profile if profiles is not None else ():
                # The app puts its cookies at the same places under every profile.
                variant = policy.under(profile)
                preferences = PreferencesCookie(variant, keys, self._verify)
                self.by_policy.setdefault(variant, known.get(variant) or ServedSite(variant, preferences, site.places))

    def replaced(self, policies: Policy | PolicySet) -> ServedSites:
        """Return the sites of other policies, which take over from these."""
        return ServedSites(policies, self._keys, self._reader, self._signals, self._clock, self._profiles, self)

    def policy_of(self, exchange: Exchange, carrier: Carrier) -> Policy | None:
        """Return the policy that speaks for a request, ``None`` if there is none."""
        policy = self.only_policy or exchange.policy
        if policy is None:
            if self._by_host is not None:
                policy = self._by_host.for_host(self._reader.host(exchange, carrier))
            elif self._profiles is not None:
                policy = self._under_profile(self._profiles, exchange, carrier)
        exchange.policy = policy
        return policy

    def _under_profile(self, profiles: ProfileChooser, exchange: Exchange, carrier: Carrier) -> Policy | None:
        """Return the policy that speaks for a request, under the profile that the site's function names."""
        policies = self.policies
        if isinstance(policies, PolicySet):
            policy = policies.for_host(self._reader.host(exchange, carrier))
        else:
            policy = policies
        return None if policy is None else profiles.variant(policy, exchange, carrier)

    def key_of(self, cookies: bytes, policy: Policy, signals: Signals = NO_SIGNALS) -> int:
        """Return the key under which a Cookie header is remembered: its hash, with signals and policy if need be."""
        if signals is NO_SIGNALS and policy is self.only_policy:
            return hash(cookies)
        return hash((cookies, policy, signals))

    def validity_of(self, key: int) -> tuple[float, float] | None:
        """Return from when, and until when, the choice in a Cookie header holds; ``None`` if it is not remembered."""
        known = self._choices.get(key)
        return None if known is None else known[2:]

    def consent_of(self, exchange: Exchange, carrier: Carrier) -> Consent:
        """Return what the visitor of a request chose; read it once."""
        self.policy_of(exchange, carrier)
        if exchange.consent is None:
            self.judge_of_visitor(exchange, carrier, self._clock())
        return exchange.consent or UNDECIDED

    def judge_of_visitor(self, exchange: Exchange, carrier: Carrier, now: float) -> Judge:
        """Read what the visitor of a request chose, and return the judge for that.

        Both are remembered, because the visitor sends the same Cookie header again. Whether the choice still holds is
        checked each time. Several choices end one by one, so they are read anew.
        """
        policy = self.only_policy or self.policy_of(exchange, carrier)
        signals = exchange.signals or self.read_signals(exchange, carrier, policy)
        if exchange.consent is not None or policy is None:
            consent = exchange.consent = exchange.consent or UNDECIDED
            return self.judge_of(policy, consent, signals=signals)
        cookies = exchange.cookie_header
        key = self.key_of(cookies, policy, signals)
        known = self._choices.get(key)
        if known is not None and known[2] <= now < known[3]:
            exchange.consent = known[0]
            return known[1]
        preferences = self.by_policy[policy].preferences
        values = cookie_values(cookies, preferences.name)
        consent = exchange.consent = preferences.load(values, now) if values else UNDECIDED
        judge = self.judge_of(policy, consent, signals=signals)
        if IS_HASH_WIDE and (not values or (len(values) == 1 and consent is not UNDECIDED)):
            if len(self._choices) >= _REMEMBERED_CHOICES:
                self._choices.clear()
            since, until = preferences.validity_of(consent) if values else (-inf, inf)
            self._choices[key] = consent, judge, since, until
        return judge

    def signals_of(self, exchange: Exchange, carrier: Carrier) -> Signals:
        """Return the signals of a request; read them once."""
        return exchange.signals or self.read_signals(exchange, carrier, self.policy_of(exchange, carrier))

    def judge_of(
        self, policy: Policy | None, consent: Consent, is_exempt: bool = False, signals: Signals = NO_SIGNALS
    ) -> Judge:
        """Return the judge for a policy and these answers."""
        if policy is None:
            return self._judges.judge_of(None, consent, is_exempt)
        return self._judges.judge_of(policy.declared, consent, is_exempt, policy.site.id, signals)
