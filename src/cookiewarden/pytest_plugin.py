"""The pytest plugin: a marker and a fixture that fail a test for the cookies that it saw, a report and a draft.

pytest imports this module in every run, wherever cookiewarden is installed.
Rule: import nothing but pytest until a test is watched. Without a marker, the fixture or an option, do nothing. A test
that fails for another reason keeps its own failure.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from cookiewarden.policy.policy import Policy
    from cookiewarden.policy.policy_set import PolicySet
    from cookiewarden.testing.run_report import RunReport
    from cookiewarden.testing.watching import Watched

_NAME = "cookiewarden"
_FIXTURE = "cookiewarden_watch"


class _Wish:
    """How a test is to be watched: under which policy, for which visitor, and whether it fails for what is found."""

    def __init__(self, policy: Any, consent: Any, *, is_failing: bool) -> None:
        self.policy, self.consent, self.is_failing = policy, consent, is_failing


class _Watch:
    """A test that is watched now."""

    def __init__(self, watched: Watched, policies: Policy | PolicySet | None, closing: ExitStack) -> None:
        self.watched, self.policies, self.closing = watched, policies, closing
        self.is_failing = False


class _Run:
    """One run of pytest, or of one of its workers. ``is_for_all``: an option asks to watch every test."""

    def __init__(
        self, root: Path, policy: str | None, learn: Path | None, *, is_for_all: bool, is_worker: bool
    ) -> None:
        self.root, self.policy, self.learn = root, policy, learn
        self.is_for_all, self.is_worker = is_for_all, is_worker
        self.loaded: dict[str, Policy | PolicySet] = {}
        self.report: RunReport | None = None
        self.ending = ""

    def load(self, policy: Any) -> Policy | PolicySet | None:
        """Return a policy, loaded once. Raises ``CookieWardenError``."""
        from cookiewarden.policy.policy_set import load_policies

        if isinstance(policy, str | Path):
            policy = str(self.root / policy)
            if policy not in self.loaded:
                self.loaded[policy] = load_policies(policy)
            return self.loaded[policy]
        return None if policy is None else load_policies(policy)

    def report_made(self) -> RunReport:
        """Return the report, which is made when the first test is watched."""
        if self.report is None:
            from cookiewarden.testing.run_report import RunReport

            self.report = RunReport()
        return self.report


_RUN = pytest.StashKey[_Run]()
_WATCH = pytest.StashKey[_Watch]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options, and the key of the ini file."""
    group = parser.getgroup(_NAME, "cookies that apps set in tests (cookiewarden)")
    group.addoption(
        "--cookiewarden-policy",
        metavar="FILE",
        help="watch every test under this policy, and report at the end; tests that are marked fail",
    )
    group.addoption(
        "--cookiewarden-learn",
        metavar="FILE",
        help="watch every test, and write a draft of a policy with the cookies that are not declared",
    )
    parser.addini("cookiewarden_policy", "the policy of tests that are marked with cookiewarden")


def pytest_configure(config: pytest.Config) -> None:
    """Announce the marker, and check the options."""
    config.addinivalue_line(
        "markers",
        "cookiewarden(consent=None, policy=None): fail on a cookie that is not declared, is set before consent, or "
        "outlives its declaration; consent: the categories that the visitor granted",
    )
    option, learn = config.getoption("cookiewarden_policy"), config.getoption("cookiewarden_learn")
    is_worker, folder = hasattr(config, "workerinput"), config.invocation_params.dir
    # Workers take the options from here, and may run elsewhere.
    if option and not is_worker:
        option = config.option.cookiewarden_policy = str(folder / option)
    if learn and not is_worker:
        learn = config.option.cookiewarden_learn = str(folder / learn)
    ini = config.getini("cookiewarden_policy")
    start = config.rootpath if config.inipath is None else config.inipath.parent
    policy = option or (str(start / ini) if ini else None)
    is_for_all, learn_to = bool(option or learn), Path(learn) if learn else None
    run = config.stash[_RUN] = _Run(config.rootpath, policy, learn_to, is_for_all=is_for_all, is_worker=is_worker)
    if not is_worker:
        _check(run)


def _check(run: _Run) -> None:
    """Raise ``UsageError`` for options that cannot be used."""
    if run.learn is not None:
        from cookiewarden.tools.draft_file import fault_of

        if fault := fault_of(run.learn):
            raise pytest.UsageError(f"--cookiewarden-learn: {fault}")
    try:
        if run.policy is not None:
            run.load(run.policy)
        if run.is_for_all:
            import cookiewarden.testing  # noqa: F401 - it says what to install
    except (ValueError, ImportError) as error:  # every error of ours is one of these
        raise pytest.UsageError(f"cookiewarden: {error}") from None


def _fault_of(run: _Run, item: pytest.Item) -> str:
    """Return what is wrong with what a test wishes; ``""`` if nothing is."""
    try:
        wish = _wish_of(run, item)
        if wish is not None:
            import cookiewarden.testing  # noqa: F401 - it says what to install
            from cookiewarden.policy.consent import as_categories

            run.load(wish.policy)
            as_categories(wish.consent or ())
    except (TypeError, ValueError, ImportError) as error:  # every error of ours is one of these
        return str(error)
    return ""


def _wish_of(run: _Run, item: pytest.Item, *, is_asking: bool = False) -> _Wish | None:
    """Return how a test is to be watched, ``None`` if not at all. The closest marker that gives an argument counts.

    ``is_asking``: whether the test asks now for the fixture. Raises ``ValueError`` for a wish that cannot be granted.
    """
    markers = list(item.iter_markers(_NAME))
    is_asking = is_asking or bool(markers) or _FIXTURE in getattr(item, "fixturenames", ())
    if not (is_asking or run.is_for_all):
        return None
    given: dict[str, Any] = {}
    for marker in reversed(markers):
        if marker.args or not marker.kwargs.keys() <= {"consent", "policy"}:
            raise ValueError("the marker cookiewarden takes consent=[...] and policy=..., each by its name")
        given |= marker.kwargs
    policy = run.policy if given.get("policy") is None else given["policy"]
    if policy is None and is_asking and run.learn is None:
        remedy = "give --cookiewarden-policy=FILE, cookiewarden_policy in the ini file, or policy=... in the marker"
        raise ValueError(f"no policy says which cookies are declared; {remedy}")
    return _Wish(policy, given.get("consent"), is_failing=is_asking and policy is not None)


def _start(item: pytest.Item, wish: _Wish) -> _Watch:
    from cookiewarden.testing.watching import watching

    policies = item.config.stash[_RUN].load(wish.policy)
    closing = ExitStack()
    watched = closing.enter_context(watching(policies, wish.consent))
    watch = item.stash[_WATCH] = _Watch(watched, policies, closing)
    watch.is_failing = wish.is_failing
    return watch


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Begin to watch a test, before its fixtures. A test whose wish cannot be granted fails."""
    run = item.config.stash[_RUN]
    if fault := _fault_of(run, item):
        pytest.fail(f"cookiewarden: {fault}", pytrace=False)
    wish = _wish_of(run, item)
    if wish is not None:
        _start(item, wish)


@pytest.hookimpl(trylast=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    """Fail a test that passed, if it saw what the policy does not allow. After a failure, pytest does not call this."""
    watch = item.stash.get(_WATCH, None)
    if watch is not None and watch.is_failing and (message := watch.watched.message):
        pytest.fail(message, pytrace=False)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, None]:
    """Add a section with the findings to the report of a test that failed for another reason."""
    outcome = yield
    watch = item.stash.get(_WATCH, None)
    if call.when != "call" or watch is None or not watch.is_failing:
        return
    report = outcome.get_result()
    told = "" if call.excinfo is None else str(call.excinfo.value)
    if report.failed and (message := watch.watched.message) and message not in told:
        report.sections.append((_NAME, message))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, Any, None]:
    """Stop watching, after the fixtures of the test ended, and keep what was seen for the report."""
    yield
    watch = item.stash.get(_WATCH, None)
    if watch is not None:
        del item.stash[_WATCH]
        watch.closing.close()
        item.config.stash[_RUN].report_made().add(item.nodeid, watch.watched.lines, watch.policies)


@pytest.fixture
def cookiewarden_watch(request: pytest.FixtureRequest) -> Watched:
    """Fail the test on a cookie that is not declared, is set before consent, or outlives its declaration.

    ``cookiewarden_watch.include(client)`` watches other clients, too; ``check()`` tells earlier.
    """
    item = request.node
    wish = _wish_of(request.config.stash[_RUN], item, is_asking=True)
    assert wish is not None
    # A test may ask by request.getfixturevalue, after its setup.
    watch: _Watch = item.stash.get(_WATCH, None) or _start(item, wish)
    watch.is_failing = wish.is_failing
    return watch.watched


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Send what this worker saw to the process that reports, or write the draft."""
    run = session.config.stash[_RUN]
    if run.is_worker:
        if run.report is not None:
            session.config.workeroutput[_NAME] = run.report.to_json()  # type: ignore[attr-defined]  # of xdist
    elif run.learn is not None:
        from cookiewarden.tools.draft_file import write_draft

        run.ending = write_draft(run.learn, run.report_made().learned, run.load(run.policy))


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take what a worker saw."""
    sent = getattr(node, "workeroutput", {}).get(_NAME)
    if sent is not None:
        node.config.stash[_RUN].report_made().add_json(sent)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Report what the tests saw, if any was watched."""
    run = terminalreporter.config.stash[_RUN]
    lines = [] if run.report is None else list(run.report.lines())
    if lines or run.ending:
        terminalreporter.section(_NAME)
        for line in filter(None, (*lines, run.ending)):
            terminalreporter.line(line)
