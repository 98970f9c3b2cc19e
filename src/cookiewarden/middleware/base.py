"""The base class of both adapters: it checks the options, holds the screener in force, and replaces it.

Rule: a policy that cannot be loaded changes nothing, and the log says so. A new policy takes over between two requests.
What was counted, remembered and chosen stays. A request ends under the policy that it began with.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from cookiewarden.errors import CookieWardenError, MissingExtraError, OptionError, did_you_mean, naming_also, printable
from cookiewarden.http.request import RequestReader
from cookiewarden.log import enable, logger
from cookiewarden.middleware.advice import hint_at_siblings, warn_of_empty_banners, warn_of_policies, warn_of_unused
from cookiewarden.middleware.option_checks import secure_faults
from cookiewarden.middleware.options import MiddlewareOptions, Options, check_options
from cookiewarden.middleware.placement import first_checked, misuse_of, warn_of_nesting
from cookiewarden.middleware.screening import Screener
from cookiewarden.middleware.watch import PolicyWatch
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.policy_set import (
    PolicySet,
    PolicySource,
    absolute_source,
    every_policy,
    load_policies,
    reuse_equal,
)
from cookiewarden.process import Lock
from cookiewarden.reporting.counts import Counts
from cookiewarden.reporting.preset_lookup import read_presets

if TYPE_CHECKING:
    from cookiewarden.pages.router import Pages
    from cookiewarden.reporting.learning import LearnedFile

App = TypeVar("App")


class Middleware(Generic[App]):
    """The base of an adapter, which adds the calling convention of its servers.

    ``clock`` gives seconds since 1970-01-01 UTC. Raises ``PolicyError``, ``OptionError`` or ``MissingExtraError`` when
    it is made, naming every fault, and raises nothing later.
    """

    def __init__(self, app: App, reader: RequestReader, clock: Callable[[], float], given: MiddlewareOptions) -> None:
        enable()
        if unknown := given.keys() - MiddlewareOptions.__annotations__.keys():
            name = min(unknown)
            remedy = did_you_mean(name, MiddlewareOptions.__annotations__)
            raise TypeError(f'there is no option "{printable(name)}"; {remedy}')
        if misuse := misuse_of(app, is_asgi=reader.header_type is bytes, is_bare=not given):
            raise OptionError(misuse)
        every: dict[str, Any] = {"policy": None, "secret_key": None, **given}
        options = check_options(**every)
        warn_of_nesting(app, Middleware)
        # Until the first call ended, it may be an object that finds out whether the app calls this middleware.
        self.app: App = first_checked(self, app)
        #: The screener in force; an adapter takes it once for each request.
        pages, unused = make_pages(options)
        self._screener = _screener_class(options)(options, pages, reader=reader, clock=clock)
        #: What every path that the screener answers contains.
        self._prefix = self._screener.path_part
        self._source = options.source
        self._rename = options.rename
        self._secure = options.secure
        self._lock = Lock()
        self._is_broken = False
        read_presets()  # now, because no response should wait for files
        policies = every_policy(options.policies)
        warn_of_policies(policies)
        warn_of_unused(unused)
        if pages is not None:
            warn_of_empty_banners(policies)
            if not pages.has_pdf:
                logger.info("the cookie policy is not offered as a PDF; to offer it: pip install 'cookiewarden[pdf]'")
        if options.secure is not False:
            hint_at_siblings(policies)
        self._watch = PolicyWatch(options.source, self.reload) if options.watch else None
        learner = self._screener.reporter.learner
        self._learned: LearnedFile | None = None
        if options.learn is not None and learner is not None:
            from cookiewarden.reporting.learning import LearnedFile

            self._learned = LearnedFile(learner, options.learn, clock)

    def counts(self) -> Counts:
        """Return the counts of Set-Cookie lines, request cookies and choices so far, in this process."""
        return self._screener.reporter.counts()

    def reload(self, policy: PolicySource | None = None) -> bool:
        """Load the policy anew, or another one, for the requests that follow. A ready one keeps its names.

        Returns ``False``, and logs every problem, if it cannot be loaded. Do not call it in a signal handler, which may
        interrupt the holder of a lock; start a thread there.
        """
        with self._lock:
            before = self._screener
            old = before.sites.policies
            try:
                source = self._source if policy is None else policy
                new_names = None if isinstance(source, Policy | PolicySet) else self._rename
                policies = reuse_equal(load_policies(source, new_names), old)
                if faults := secure_faults(policies, self._secure):
                    raise OptionError(*faults)
                if before.pages is not None:
                    before.pages.offered.check(every_policy(policies))
            except CookieWardenError as error:
                logger.error("the policy could not be loaded again, so the previous one stays in force: %s", error)
                self._is_broken = True
                return False
            if policy is not None:
                self._source = absolute_source(policy)
                if self._watch is not None:
                    self._watch = PolicyWatch(self._source, self.reload)
            # Compare the types, too: a set may hold the same policy that spoke for every host before.
            is_same = type(policies) is type(old) and every_policy(policies) == every_policy(old)
            if not is_same:
                self._screener = before.reloaded(policies)
                self._prefix = self._screener.path_part
                warn_of_policies(one for one in every_policy(policies) if one not in before.sites.by_policy)
            if self._is_broken or not is_same:
                logger.info("the policy was loaded again")
            self._is_broken = False
            return True

    def _finish(self) -> None:
        """Write what the middleware learned, before the process ends."""
        if self._learned is not None:
            self._learned.write(is_last=True)


def _screener_class(options: Options) -> type[Screener]:
    """Return the kind of screener that the options ask for."""
    if options.csp is False:
        return Screener
    from cookiewarden.middleware.policing import PolicingScreener  # here, because few sites need it

    return PolicingScreener


def make_pages(options: Options) -> tuple[Pages | None, list[str]]:
    """Return the pages, if there are any, and what the site's folder of templates holds in vain. Log nothing.

    Raises ``PolicyError`` for a language that a site offers without a catalog, and ``OptionError`` with every fault of
    that folder. Only the pages need their packages, so import these here.
    """
    if options.pages is None:
        return None, []
    try:
        from cookiewarden.pages.router import Pages
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package == "cookiewarden":
            raise
        raise MissingExtraError("the pages (or pass pages=None)", package, "asgi", "wsgi") from None
    pages = Pages(
        options.pages,
        trusted_origins=options.trusted_origins,
        templates=options.templates,
        language_cookie=options.language_cookie,
        script=options.script and options.csp is not True,  # a page keeps the policy that it was loaded with
        clear_cache=options.clear_cache,
        takes_reports=options.csp is not False,
    )
    faults: list[str] = []
    unused: list[str] = []
    if options.templates is not None:
        from cookiewarden.pages.startup_check import check_templates

        try:
            unused = check_templates(pages, options.templates)
        except OptionError as error:
            faults += error.args
    with naming_also(faults):
        pages.offered.check(every_policy(options.policies))
    return pages, unused
