"""Check policy files: whether they can be loaded, whether they keep to some profiles, and what looks wrong with them.

Rule: the same as the middleware would load, and nothing else. A file that only others extend is checked with them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from cookiewarden.errors import PolicyError, Problem
from cookiewarden.policy.file import Parsed, Reading, base_files, policy_files, read_layers
from cookiewarden.policy.file_problems import is_of_a_base
from cookiewarden.policy.findings import Finding
from cookiewarden.policy.known_cookies.lookup import known_cookie
from cookiewarden.policy.lint.comments import lint_comments
from cookiewarden.policy.lint.lint import lint
from cookiewarden.policy.lint.rules import NOT_LOADED, PROFILE_ASKS
from cookiewarden.policy.lint.subject import Lookup, label_of_key
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.policy_set import PolicySet
from cookiewarden.policy.positions import locate

#: Returns what keeps an app with a policy from starting, beyond what keeps the policy from being loaded.
AtStart = Callable[[Policy], Iterable[Problem]]


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found, sorted by place. ``files``: the paths of all files that were looked at, sorted."""

    files: tuple[str, ...]
    findings: tuple[Finding, ...]


def check_files(
    paths: Iterable[Path],
    today: date,
    profiles: Sequence[str] = (),
    known: Lookup = known_cookie,
    ignored: Collection[str] = (),
    at_start: AtStart = lambda _: (),
) -> Checked:
    """Check policy files, and folders with one file for each site. What cannot be read is a finding, too.

    ``today``: the day on which they are checked. ``profiles``: known profiles that count as if each site named them.
    ``known``: finds well-known cookies. ``ignored``: the codes of findings that are left out. ``at_start``: as above.
    """
    read = _Reader()
    findings: list[Finding] = []
    sources: dict[Path, Path] = {}
    for path in paths:
        if path.is_dir():
            findings += [Finding(NOT_LOADED, problem) for problem in _problems_of_folder(path)]
            sources |= {one.resolve(): one for one in _files_in(path)}
        else:
            sources[path.resolve()] = path
    bases = _add_what_extends(sources, read)
    files = set(map(str, sources.values()))
    for key, path in sources.items():
        loading = list(_loading(path, read, profiles, is_base=key in bases))
        findings += loading
        reading = read.policy(path)
        if isinstance(reading, Reading):
            files |= {one for one, _ in reading.texts.values()}
            if reading.document.site.hosts or key not in bases:
                findings += _starting(reading, at_start)
                told = (finding.problem for finding in loading if finding.rule.code not in ignored)
                asked = {(problem.file, problem.key) for problem in told}
                found = _linted(reading, today, profiles, known)
                findings += (one for one in found if (one.problem.file, one.problem.key) not in asked)
    findings = [one for one in findings if one.rule.code not in ignored]
    # One file may be reached by several paths.
    paths_shown = {path: _path_of(path, sources) for path in {*files, *(one.problem.path for one in findings)}}
    placed = [replace(one, problem=replace(one.problem, path=paths_shown[one.problem.path])) for one in findings]
    return Checked(tuple(sorted({paths_shown[path] for path in files})), tuple(sorted(_once(placed), key=_place)))


def _path_of(path: str, sources: Mapping[Path, Path]) -> str:
    """Return the path by which the caller named a file; for any other, a path without ``..``."""
    if not path:
        return path
    key, here = Path(path).resolve(), Path().resolve()
    if key in sources:
        return str(sources[key])
    if ".." not in Path(path).parts:
        return path
    return str(key if Path(path).is_absolute() or not key.is_relative_to(here) else key.relative_to(here))


class _Reader:
    """Reads each file once."""

    def __init__(self) -> None:
        self._parsed: Parsed = {}
        self._read: dict[Path, Reading | Sequence[Problem]] = {}

    def policy(self, path: Path) -> Reading | Sequence[Problem]:
        """Return a policy as it was read, or every problem of it."""
        if path not in self._read:
            self._read[path] = self._policy(path, ())
        return self._read[path]

    def problems(self, path: Path, profiles: Sequence[str] = ()) -> Sequence[Problem]:
        """Return every problem of a policy, with profiles that count as if it named them."""
        reading = self._policy(path, profiles) if profiles else self.policy(path)
        return reading.lacks if isinstance(reading, Reading) else reading

    def bases(self, path: Path) -> frozenset[Path]:
        """Return the files that a policy file extends."""
        return base_files(path, self._parsed)

    def _policy(self, path: Path, profiles: Sequence[str]) -> Reading | Sequence[Problem]:
        try:
            return read_layers(path, self._parsed, profiles=profiles)
        except PolicyError as error:
            # What could not be opened bears only its name.
            return [
                replace(one, path=str(path)) if not one.path and one.file == path.name else one
                for one in error.problems
            ]


def _problems_of_folder(folder: Path) -> Sequence[Problem]:
    try:
        PolicySet.load(folder)
    except PolicyError as error:
        return error.problems
    return ()


def _files_in(folder: Path) -> Sequence[Path]:
    try:
        return policy_files(folder)
    except PolicyError:
        return ()


def _add_what_extends(sources: dict[Path, Path], read: _Reader) -> set[Path]:
    """Return the files that others extend. Add the files beside a source that extend it, if it names no site itself."""
    bases = {base for path in sources.values() for base in read.bases(path)}
    for key, path in list(sources.items()):
        if key not in bases and any(map(is_of_a_base, read.problems(path))):
            for other in _files_in(path.parent):
                if key in read.bases(other):
                    bases.add(key)
                    sources.setdefault(other.resolve(), other)
    return bases


def _loading(path: Path, read: _Reader, profiles: Sequence[str], *, is_base: bool) -> Iterator[Finding]:
    problems = read.problems(path)
    known = {(problem.file, problem.key) for problem in problems}
    for problem in problems:
        if not (is_base and is_of_a_base(problem)):
            yield Finding(NOT_LOADED, problem)
    for problem in read.problems(path, profiles) if profiles else ():
        if (problem.file, problem.key) not in known:
            yield Finding(PROFILE_ASKS, problem)


def _starting(reading: Reading, at_start: AtStart) -> Iterator[Finding]:
    """Yield what keeps an app from starting, at the file that says it."""
    policy = Policy._of(reading.document)
    problems = (
        replace(one, file=label_of_key(reading.layers, one.key, one.file)) for one in at_start(policy.strictest)
    )
    yield from (Finding(NOT_LOADED, problem) for problem in locate(problems, reading.texts))


def _linted(reading: Reading, today: date, profiles: Sequence[str], known: Lookup) -> Iterator[Finding]:
    site = reading.document.site
    listed = tuple(dict.fromkeys((*site.profile, *profiles)))
    policy = Policy._of(replace(reading.document, site=replace(site, profile=listed)))
    found = list(lint(policy, reading.layers, today, known))
    problems = locate((finding.problem for finding in found), reading.texts)
    yield from (replace(finding, problem=problem) for finding, problem in zip(found, problems, strict=True))
    for label, (path, text) in reading.texts.items():
        yield from lint_comments(label, path, text)


def _once(findings: Iterable[Finding]) -> Iterable[Finding]:
    """Return each finding once. What several sites say of one place of their common base is one finding.

    It matters as much as to the site for which it matters most.
    """
    once: dict[object, Finding] = {}
    for finding in findings:
        problem = finding.problem
        is_loading = finding.rule in (NOT_LOADED, PROFILE_ASKS)
        said = problem.message if is_loading else problem.cookie or problem.message
        key = finding.rule.code, finding.file, problem.line, problem.key, said
        if key not in once or (finding.raised and not once[key].raised):
            once[key] = finding
    return once.values()


def _place(finding: Finding) -> tuple[str, int, int, str, str]:
    problem = finding.problem
    return finding.file, problem.line or 0, problem.column or 0, finding.rule.code, problem.key
