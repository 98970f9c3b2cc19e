"""Hides request cookies from the app: declared ones that it may not read without the visitor's consent.

Most requests repeat an earlier Cookie header, or send other values of the same names. Both are remembered, within
bounds. If no choice and no signal changes what the app may see of a header, neither is read.
Rule: a cookie is hidden if any name that a reader may find in it is to be hidden. A necessary cookie, such as the one
with the visitor's choice, never is. If anything fails, the app sees only necessary cookies. What is remembered stays
true; a policy that is loaded anew begins with an empty memory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from math import inf

from cookiewarden.http.cookie import names_in
from cookiewarden.http.request import Carrier, RequestReader
from cookiewarden.log import Throttle, logger
from cookiewarden.middleware.deletion import is_deletable
from cookiewarden.middleware.exchange import Exchange
from cookiewarden.middleware.rollout import Rollout, reports_every_kind
from cookiewarden.middleware.served_sites import IS_HASH_WIDE, ServedSites
from cookiewarden.policy.consent import UNDECIDED
from cookiewarden.policy.decision import Reason, Verdict
from cookiewarden.policy.declaration import Category, Declaration
from cookiewarden.policy.judge import Judge
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.signals import NO_SIGNALS
from cookiewarden.reporting.line_counter import MAX_LISTED
from cookiewarden.reporting.outcome import Outcome, ScreenedLine
from cookiewarden.reporting.reporter import Reporter

_REMEMBERED_HEADERS = 2048
_REMEMBERED_COOKIES = 16_384  # of all sets of names together
_REMEMBERED_PIECES = 256  # of one header
_REMEMBERED_BYTES = 64  # of each name

# To look for a byte by its number takes a tenth of the time.
_EQUALS = ord("=")
_ALLOWED, _BLOCKED, _REPORTED = Outcome.ALLOWED, Outcome.BLOCKED, Outcome.REPORTED

_SETTLED = frozenset({Reason.NECESSARY, Reason.UNDECLARED, Reason.MALFORMED})

# What was found for a set of names: by the judge, and whether all is only reported. ``None`` stands for every judge.
_ByJudge = dict[tuple[Judge, bool] | None, "FoundCookies"]
# The cookies of a header as they are remembered: what stands before "=", or "=" and all of a cookie without one.
_Names = tuple[bytes, ...]


class FoundCookies:
    """What becomes of the cookies with some names, under one judge."""

    __slots__ = ("hidden", "is_clean", "is_remembered", "is_settled", "lines", "unwanted")

    def __init__(self) -> None:
        #: The verdict on each cookie, to be counted.
        self.lines: list[ScreenedLine] = []
        #: The names to hide.
        self.hidden: set[bytes] = set()
        #: The hidden cookies that are declared, by name, as far as a response can delete them.
        self.unwanted: dict[bytes, Declaration] = {}
        #: Whether the app may read all of them. If it is not, a predicate of the site may still say so.
        self.is_clean = True
        #: Whether it holds for every choice and every signal.
        self.is_settled = False
        #: Whether it serves other requests, too.
        self.is_remembered = False


class CookieHider:
    """Hides cookies from one wrapped app, under one set of policies. Threads may share it."""

    def __init__(
        self,
        reader: RequestReader,
        sites: ServedSites,
        rollout: Rollout,
        reporter: Reporter,
        clock: Callable[[], float],
        *,
        hides_undeclared: bool,
    ) -> None:
        self._reader = reader
        self._sites = sites
        self._rollout = rollout
        self._log = reporter.hidden_log
        self._counter = reporter.request_counter
        self._together = self._counter.together
        self._clock = clock
        self._hides_undeclared = hides_undeclared
        self._throttle = Throttle(clock)
        #: What was found in a Cookie header, and from when and until when that holds; by ``ServedSites.key_of``.
        self.known: dict[int, tuple[FoundCookies, float, float]] = {}
        #: What was found for the names in a Cookie header.
        self.by_names: dict[tuple[Policy, _Names], _ByJudge] = {}
        self._room = _REMEMBERED_COOKIES

    def hide(self, exchange: Exchange, carrier: Carrier) -> None:
        """Hide from the app what it may not see of a request that has cookies, and count all of its cookies.

        On a host without a policy, nothing is hidden or counted.
        """
        try:
            sites, cookies = self._sites, exchange.cookie_header
            policy = sites.only_policy
            if policy is not None:
                key = hash(cookies)  # key_of, without the call
            else:
                policy = sites.policy_of(exchange, carrier)
                if policy is None:
                    return
                key = sites.key_of(cookies, policy)
            known = self.known.get(key)
            if known is not None and known[0].is_settled:
                found = known[0]
            else:
                if sites.may_signal(exchange, carrier):
                    signals = sites.read_signals(exchange, carrier, policy)
                    if signals is not NO_SIGNALS:
                        key = sites.key_of(cookies, policy, signals)
                        known = self.known.get(key)
                else:
                    exchange.signals = NO_SIGNALS
                now = self._clock()
                if known is not None and known[1] <= now < known[2]:
                    found = known[0]
                else:
                    found = self._find(exchange, carrier, policy, key, now)
            if found.is_remembered:
                together = self._together
                together.append(found)
                if len(together) >= MAX_LISTED:
                    self._counter.add_up()
            else:
                self._counter.add(found.lines)
            exchange.unwanted = found.unwanted
            if found.hidden:
                if exchange.signals is None:  # a signal may read the Cookie header, too, and later it would be another
                    sites.read_signals(exchange, carrier, policy)
                self._reader.hide_cookies(exchange, carrier, found.hidden.__contains__)
        except Exception:
            self._fail(exchange, carrier)

    def unwanted_by(self, judge: Judge, policy: Policy, cookies: bytes) -> Mapping[bytes, Declaration]:
        """Return the cookies of a Cookie header that a judge would hide, and that a response can delete."""
        names, by_judge = self._names_of(cookies, policy)
        return self._found_by(judge, policy, names, by_judge).unwanted

    def _find(self, exchange: Exchange, carrier: Carrier, policy: Policy, key: int, now: float) -> FoundCookies:
        """Return what becomes of the cookies of a request; remember it under a key if it holds for others."""
        sites, rollout = self._sites, self._rollout
        names, by_judge = self._names_of(exchange.cookie_header, policy)
        found = by_judge.get(None)
        validity: tuple[float, float] | None
        if found is not None:
            key, validity = sites.key_of(exchange.cookie_header, policy), (-inf, inf)
        else:
            judge = sites.judge_of_visitor(exchange, carrier, now)
            found = self._found_by(judge, policy, names, by_judge)
            validity = None if rollout.is_asking else sites.validity_of(key)
            if validity is not None and not validity[0] <= now < validity[1]:
                validity = None  # that of an earlier choice
            if not found.is_clean and rollout.is_exempt(exchange):
                consent, signals = sites.consent_of(exchange, carrier), sites.signals_of(exchange, carrier)
                judge = sites.judge_of(policy, consent, True, signals)
                found = self._found_by(judge, policy, names, by_judge)
            if found.hidden and rollout.reports_all(exchange):
                found = self._found_by(judge, policy, names, by_judge, is_reported=True)
        if not found.is_clean:
            unwanted = [line for line in found.lines if line[2] is not _ALLOWED and self._is_unwanted(line[1])]
            self._log.hidden(policy, unwanted)
        if found.is_remembered and validity is not None and IS_HASH_WIDE:
            if len(self.known) >= _REMEMBERED_HEADERS:
                self.known.clear()
            self.known[key] = (found, *validity)
        return found

    def _names_of(self, cookies: bytes, policy: Policy) -> tuple[_Names, _ByJudge]:
        """Return the names in a Cookie header, and what was found for them so far."""
        pieces = cookies.split(b";")
        starts = [piece.partition(b"=")[0] for piece in pieces if _EQUALS in piece]
        if len(starts) < len(pieces):
            starts += [b"=" + piece for piece in pieces if _EQUALS not in piece]
        names = tuple(starts)
        by_judge = self.by_names.get((policy, names))
        if by_judge is None:
            judge = self._sites.judge_of(policy, UNDECIDED)
            found = self._judge(judge, policy, names)
            found.is_settled = all(verdict.reason in _SETTLED for _, verdict, _ in found.lines)
            if not found.is_clean and self._rollout.is_asking:
                found.is_settled = False
            by_judge = {None if found.is_settled else (judge, False): found}
            if len(names) <= _REMEMBERED_PIECES and max(map(len, names)) <= _REMEMBERED_BYTES:
                self._take_room(len(names))
                found.is_remembered = True
                self.by_names[policy, names] = by_judge
        return names, by_judge

    def _found_by(
        self, judge: Judge, policy: Policy, names: _Names, by_judge: _ByJudge, *, is_reported: bool = False
    ) -> FoundCookies:
        """Return what becomes of cookies with these names. ``is_reported``: nothing is enforced for the request."""
        found = by_judge.get(None) or by_judge.get((judge, is_reported))
        if found is None:
            found = self._judge(judge, policy, names, is_reported=is_reported)
            if any(one.is_remembered for one in list(by_judge.values())):  # a list: another thread may add to it
                found.is_remembered = True
                self._take_room(len(names))
                by_judge[judge, is_reported] = found
        return found

    def _take_room(self, count: int) -> None:
        """Take the room to remember what becomes of so many cookies, and make it first if there is none."""
        if self._room < count:
            self.by_names.clear()
            self.known.clear()
            self._counter.add_up()  # it holds some, too
            self._room = _REMEMBERED_COOKIES
        self._room -= count

    def _judge(self, judge: Judge, policy: Policy, names: _Names, *, is_reported: bool = False) -> FoundCookies:
        found, rollout = FoundCookies(), self._rollout
        lines: dict[bytes, ScreenedLine] = {}
        for start in names:
            if start in lines:
                found.lines.append(lines[start])
                continue
            is_bare = start[:1] == b"="
            verdicts = [
                judge.by_name.get(name) or judge.judge_name(name)
                for name in names_in(start[1:] if is_bare else start + b"=")
            ]
            if not verdicts:
                continue  # nothing but blanks
            unwanted = [verdict for verdict in verdicts if self._is_unwanted(verdict)]
            enforced = [one for one in unwanted if not (is_reported or rollout.reports_for_all(policy, one))]
            if unwanted:
                found.is_clean = False
            found.hidden.update(one.names[0] for one in enforced)
            # If what becomes of one name depends on the visitor, it decides: readers may find that one.
            undecided = [verdict for verdict in verdicts if verdict.reason not in _SETTLED]
            verdict = (enforced or undecided or unwanted or verdicts)[0]
            if is_bare:  # it may be a value, which nobody should see
                declared = verdict.declaration is not None
                bare = Verdict(verdict.reason, verdict.declaration, (b"",), verdict.site)
                verdict = bare if declared else judge.judge_name(b"")
            outcome = _BLOCKED if enforced else _ALLOWED if verdict.is_allowed else _REPORTED
            lines[start] = (b"", verdict, outcome)
            found.lines.append(lines[start])
            own = verdicts[0]
            if own in enforced and own.declaration is not None and not is_bare and is_deletable(own.names[0]):
                found.unwanted[own.names[0]] = own.declaration
        return found

    def _is_unwanted(self, verdict: Verdict) -> bool:
        """Return whether the app should not read a cookie with a name of this verdict."""
        return not verdict.is_allowed and (verdict.declaration is not None or self._hides_undeclared)

    def _fail(self, exchange: Exchange, carrier: Carrier) -> None:
        """Hide every cookie that is not declared necessary.

        Necessary cookies stay, because they need no consent: a fault that concerns consent alone signs nobody out. If
        the policy is not known, nothing is necessary. If the site enforces nothing, nothing is hidden.
        """
        if self._throttle.is_due("hide"):
            logger.exception("hiding request cookies failed, so the app sees only necessary cookies of this request")
        policy = self._sites.only_policy or exchange.policy
        if self._rollout.is_report_only or reports_every_kind(policy):
            return

        def is_unwanted(name: bytes) -> bool:
            declaration = None if policy is None else policy.declared.find(name)
            return declaration is None or declaration.category is not Category.NECESSARY

        with suppress(Exception):
            self._reader.hide_cookies(exchange, carrier, is_unwanted)
