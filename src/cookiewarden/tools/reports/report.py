"""What every report is made of: the findings, what was looked at, the rules, and which findings fail.

Rule: a value, which the formats only read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cookiewarden.policy.findings import Finding, Level, Rule


@dataclass(frozen=True, slots=True)
class Report:
    """All findings of one run. ``subjects``: what was looked at, paths of files or addresses, in order or not.

    ``rules``: every rule that was looked for. ``is_strict``: whether warnings fail, too.

    >>> Report((), ("cookies.toml",)).summary
    '1 file in order.'
    """

    findings: Sequence[Finding]
    subjects: Sequence[str]
    rules: Sequence[Rule] = ()
    is_strict: bool = False
    #: What a subject is called, in the singular and in the plural.
    noun: tuple[str, str] = ("file", "files")

    def fails(self, finding: Finding) -> bool:
        """Return whether the run fails because of a finding."""
        return finding.level.fails or (self.is_strict and finding.level is Level.WARNING)

    @property
    def is_failed(self) -> bool:
        """Whether any finding fails."""
        return any(map(self.fails, self.findings))

    @property
    def by_subject(self) -> Mapping[str, Sequence[Finding]]:
        """The findings by what they are about, sorted. What was in order has none."""
        found: dict[str, list[Finding]] = {subject: [] for subject in self.subjects}
        for finding in self.findings:
            found.setdefault(finding.file, []).append(finding)
        return dict(sorted(found.items()))

    @property
    def counts(self) -> Mapping[Level, int]:
        """How many findings there are of each level, the gravest first."""
        found = Counter(finding.level for finding in self.findings)
        return {level: found[level] for level in Level}

    @property
    def summary(self) -> str:
        """One sentence with the counts."""
        number = len(self.by_subject)
        subjects = f"{number} {self.noun[number != 1]}"
        if not self.findings:
            return f"{subjects} in order."
        counts = ", ".join(f"{count} {level}{'' if count == 1 else 's'}" for level, count in self.counts.items())
        return f"{counts} in {subjects}."


def message_of(finding: Finding) -> str:
    """Return what is wrong and the remedy, without the place."""
    problem = finding.problem
    return f"{problem.message}; {problem.remedy}" if problem.remedy else problem.message


def subject_of(finding: Finding) -> str:
    """Return the key, and the cookie that it is about; ``""`` for a file as a whole."""
    problem = finding.problem
    cookie = f'(cookie "{problem.cookie}")' if problem.cookie else ""
    return " ".join(filter(None, (problem.key, cookie)))
