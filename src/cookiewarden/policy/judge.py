"""Decides whether a Set-Cookie line may pass, and why: the order of decision, in one place.

malformed → blocked; well-formed deletion → allowed; necessary → allowed; undeclared → blocked; then consent. A deletion
less than a day past is allowed if nothing else lets it pass; it then leaves with Max-Age=0 added.
Rule: only the line, the policy, the consent, the signals of the browser and the time decide. A line passes only if
every name that an engine may store it under may pass. A signal never lets anything pass.
"""

from __future__ import annotations

from cookiewarden.http.set_cookie_line import SERVER_BLANKS, has_terminator, missing_to_delete, read_names
from cookiewarden.policy.consent import Consent
from cookiewarden.policy.decision import ALLOWING, Reason, Verdict
from cookiewarden.policy.declaration import Category, Declaration
from cookiewarden.policy.names import NameTable
from cookiewarden.policy.signals import NO_SIGNALS, Signals

# A judge remembers so many names, of so many bytes each; all judges together remember so many verdicts.
_REMEMBERED_NAMES = 512
_REMEMBERED_BYTES = 256
_REMEMBERED_VERDICTS = 65_536
# Enough for 10,000 sites with a few answers on each.
_REMEMBERED_JUDGES = 32_768


class Judges:
    """The judges of many sites, and the bound on what all of them remember together. Threads may share it.

    When there is no room left, all of it is forgotten. That costs time, but changes no verdict.
    """

    def __init__(self) -> None:
        self._by_answers: dict[object, Judge] = {}
        self._room = _REMEMBERED_VERDICTS

    def judge_of(
        self,
        declared: NameTable[Declaration] | None,
        consent: Consent,
        is_exempt: bool = False,
        site: str = "",
        signals: Signals = NO_SIGNALS,
    ) -> Judge:
        """Return the judge for a policy's names and these answers; most visitors of a site give one of a few."""
        answers = (declared, consent.granted, consent.refused, consent.stale, is_exempt, signals)
        judge = self._by_answers.get(answers)
        if judge is None:
            if len(self._by_answers) >= _REMEMBERED_JUDGES:
                self._forget_verdicts(is_last=True)
                self._by_answers.clear()
            judge = self._by_answers[answers] = Judge(declared, consent, is_exempt, site, signals, self)
        return judge

    def take_room(self) -> None:
        """Take the room for one more verdict, and make it first if there is none."""
        if self._room <= 0:
            self._forget_verdicts()
        self._room -= 1

    def _forget_verdicts(self, *, is_last: bool = False) -> None:
        for judge in list(self._by_answers.values()):
            judge.forget(is_last=is_last)
        self._room = _REMEMBERED_VERDICTS


class Judge:
    """Judges lines under one policy and one consent, and remembers what the name alone decides.

    ``declared`` is ``None`` for a host that no policy speaks for. ``is_exempt``: consent is not needed, but a refusal
    counts. ``signals``: what the browser said with the request. Without ``judges``, which bound its memory, it
    remembers nothing. Threads may share it.
    """

    __slots__ = ("_consent", "_declared", "_is_exempt", "_judges", "_signals", "_site", "by_name")

    def __init__(
        self,
        declared: NameTable[Declaration] | None,
        consent: Consent,
        is_exempt: bool = False,
        site: str = "",
        signals: Signals = NO_SIGNALS,
        judges: Judges | None = None,
    ) -> None:
        self._declared = declared
        self._consent = consent
        self._is_exempt = is_exempt
        self._site = site
        self._signals = signals
        self._judges = judges
        #: The verdict on a line of each name, if the line is well-formed and not a deletion.
        self.by_name: dict[bytes, Verdict] = {}

    def forget(self, *, is_last: bool) -> None:
        """Forget all names; ``is_last``: and remember none from now on."""
        if is_last:
            self._judges = None
        self.by_name.clear()

    def judge(self, line: bytes, now: float, is_exact: bool = True) -> Verdict:
        """Judge one line; ``now`` is in seconds since 1970-01-01 UTC.

        Without ``is_exact``, a line that passes by its name is not checked for being a deletion as well.
        """
        start, equals, _ = line.partition(b"=")
        verdict = self.by_name.get(start)
        # A line that begins with a known name and "=" has that name for every engine, if CR, LF and NUL are not in it.
        if verdict is None or not equals or has_terminator(line):
            names, is_malformed = read_names(line)
            if is_malformed:
                return Verdict(Reason.MALFORMED, None, names, self._site)
            verdict = self.judge_name(names[0])
            judges = self._judges
            if names == (start,) and len(start) <= _REMEMBERED_BYTES and judges is not None:
                judges.take_room()
                if len(self.by_name) >= _REMEMBERED_NAMES:
                    self.by_name.clear()
                self.by_name[start] = verdict
        if is_exact or not verdict.is_allowed:
            lacks = missing_to_delete(line, now)
            if lacks is not None and not (lacks and verdict.is_allowed):
                return Verdict(Reason.DELETION, verdict.declaration, verdict.names, self._site, lacks)
        return verdict

    def judge_name(self, name: bytes) -> Verdict:
        """Judge a name, as if a line stored a cookie under it."""
        declared = self._declared
        if declared is None:
            return Verdict(Reason.NO_POLICY, None, (name,), self._site)
        declaration = declared.find(name)
        reason = self._reason(declaration)
        stripped = name.strip(SERVER_BLANKS)
        if not stripped:
            return Verdict(Reason.MALFORMED, None, (name,), self._site)
        if stripped != name and reason in ALLOWING:
            # Some servers strip a line before it goes out, and browsers then read this name.
            declaration = declared.find(stripped)
            reason = self._reason(declaration)
        return Verdict(reason, declaration, (name,), self._site)

    def allows(self, declaration: Declaration) -> bool:
        """Return whether what a declaration covers may be used now."""
        return self._reason(declaration) in ALLOWING

    def _reason(self, declaration: Declaration | None) -> Reason:
        if declaration is None:
            return Reason.UNDECLARED
        category = declaration.category
        if category is Category.NECESSARY:
            return Reason.NECESSARY
        reason = self._answer(category, declaration)
        if self._signals.is_embedded and reason in ALLOWING:
            # On the page of another site, this site is itself the third party.
            as_third_party = self._answer(Category.THIRD_PARTY)
            return reason if as_third_party in ALLOWING else as_third_party
        return reason

    def _answer(self, category: Category, declaration: Declaration | None = None) -> Reason:
        """Return why cookies of a category may be stored, or not; with a declaration, why those of it may."""
        if self._consent.grants(category):
            return Reason.CONSENTED  # a choice made on this site goes before a signal sent to every site
        if category in self._consent.refused:
            return Reason.REFUSED  # even if exempt from consent: that is not exempt from objection
        if category in self._signals.refused:
            return Reason.SIGNAL
        if declaration is not None and declaration.needs_objection:
            return Reason.ANONYMIZED if declaration.anonymized else Reason.EXEMPT
        if self._is_exempt:
            return Reason.EXEMPT
        return Reason.STALE if category in self._consent.stale else Reason.UNDECIDED
