"""A middleware while it runs: the warden in force, and the one after it, when the policy is loaded anew.

Rule: a policy that cannot be loaded changes nothing, and says so; a new one takes over between two requests. What was
counted, remembered and chosen stays; a request goes on under the policy that it began with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Generic, TypeVar

from cookiewarden.errors import CookieWardenError, OptionError
from cookiewarden.http.request import RequestReader
from cookiewarden.log import enable, logger
from cookiewarden.middleware.advice import hint_at_siblings, warn_of_policies
from cookiewarden.middleware.options import Options, prefix_faults
from cookiewarden.middleware.screening import Warden
from cookiewarden.policy.policy_set import (
    PolicySource,
    every_policy,
    keep_unchanged,
    lasting,
    load_policies,
    source_files,
)
from cookiewarden.process import Background, Lock, call_in_child
from cookiewarden.reporting.counts import Counts
from cookiewarden.reporting.learning import LearnedFile

R = TypeVar("R")

_SECONDS_BETWEEN_LOOKS = 1.0

# What tells one state of a file from another; ``None`` where there is none.
_State = Mapping[Path, tuple[int, int, int] | None]


class Control(Generic[R]):
    """Holds the warden of one middleware. Raises as ``Warden``, and nothing after."""

    def __init__(self, options: Options, *, reader: RequestReader[R], clock: Callable[[], float]) -> None:
        enable()
        #: The warden in force; an adapter takes it once for each request.
        self.warden = Warden(options, reader=reader, clock=clock)
        self._source = options.source
        self._lock = Lock()
        self._is_broken = False
        self._secure = options.secure
        warn_of_policies(every_policy(options.policies))
        if options.secure is not False:
            hint_at_siblings(every_policy(options.policies))
        self._begin()
        call_in_child(self._begin)
        if options.watch:
            self._watching = Background(self._watch, _SECONDS_BETWEEN_LOOKS)
        self.is_learning = options.learn is not None
        self._learned: LearnedFile | None = None
        if options.learn is not None and self.warden.observers.learner is not None:
            self._learned = LearnedFile(self.warden.observers.learner, options.learn, clock)

    def _begin(self) -> None:
        """Have the first look load the files once more: they may have changed since they were loaded, or a fork came
        before what was loaded was in force."""
        self._loaded: _State = {}
        self._seen: _State = {}

    def counts(self) -> Counts:
        """What became of all lines so far."""
        return self.warden.observers.tally.snapshot()

    def reload(self, policy: PolicySource | None = None) -> bool:
        """Load the policy anew, or another one; ``False``, logged with every problem, where it cannot be loaded.

        Not to be called by a signal handler itself, for that may interrupt what holds a lock; start a thread there.
        """
        with self._lock:
            source = self._source if policy is None else policy
            before = self.warden
            try:
                policies = keep_unchanged(load_policies(source), before.policies)
                if faults := prefix_faults(policies, self._secure):
                    raise OptionError(*faults)
            except CookieWardenError as error:
                logger.error("the policy was not loaded anew, and the one before stays in force: %s", error)
                self._is_broken = True
                return False
            if policy is not None:
                self._source = lasting(policy)
                self._loaded = self._seen = {}  # other files are to be watched
            # A set may hold the very policy that spoke for every host before.
            is_same = type(policies) is type(before.policies) and every_policy(policies) == every_policy(
                before.policies
            )
            if not is_same:
                self.warden = before.reloaded(policies)
                warn_of_policies(policy for policy in every_policy(policies) if policy not in before.preferences)
            if self._is_broken or not is_same:
                logger.info("the policy was loaded anew")
            self._is_broken = False
            return True

    def finish(self) -> None:
        """Write down what would be lost with the process."""
        if self._learned is not None:
            self._learned.write(is_last=True)

    def _watch(self) -> None:
        """Load the policy anew where its files are not what was loaded, once they stay as they are for a second."""
        with self._lock:
            source, loaded, seen = self._source, self._loaded, self._seen
        found = {path: _state(path) for path in seen} or _look(source)
        is_due = found == seen != loaded
        if is_due:
            # Which files there are, and how they are, before they are read: what changes then is seen the next time.
            loaded = found = _look(source)
        with self._lock:
            if self._source is not source:
                return  # another one was given meanwhile
            self._loaded, self._seen = loaded, found
        if is_due:
            self.reload()


def _look(source: PolicySource) -> _State:
    return {path: _state(path) for path in source_files(source)}


def _state(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
