"""Findings of every level, with and without a line, for the tests of reports."""

from hypothesis import strategies as st

from cookiewarden.errors import Problem
from cookiewarden.policy.findings import Finding, Level, Rule
from cookiewarden.tools.reports.report import Report

ERROR = Rule("CW901", "first-rule", Level.ERROR, "The first rule holds.")
WARNING = Rule("CW902", "second-rule", Level.WARNING, "The second rule holds.")
NOTE = Rule("CW903", "third-rule", Level.NOTE, "The third rule holds.")
UNVERIFIED = Rule("CW904", "fourth-rule", Level.NOTE, "The fourth rule can be looked at.", is_unverified=True)
RULES = (ERROR, WARNING, NOTE, UNVERIFIED)


def finding(rule=ERROR, path="conf/a.toml", line=3, column=5, raised=None, **parts):
    """Return a finding whose problem has these parts in place of the usual ones."""
    usual = {"key": "cookies[0].lifetime", "message": "is wrong", "remedy": "mend it", "cookie": "sid"}
    return Finding(rule, Problem("a.toml", line=line, column=column, path=path, **{**usual, **parts}), raised)


def report(*findings, subjects=("conf/a.toml",), is_strict=False):
    return Report(findings, subjects, RULES, is_strict)


MIXED = report(
    finding(),
    finding(WARNING, key="cookies[1].purpose", line=9),
    finding(NOTE, "conf/b.toml", None, None, key="", cookie="", remedy=""),
    subjects=("conf/a.toml", "conf/b.toml", "conf/c.toml"),
)

_TEXTS = st.text(max_size=30)
_LINES = st.one_of(st.just((None, None)), st.tuples(st.integers(1, 10**6), st.integers(1, 10**6)))
#: Findings whose texts hold anything that a file, or its name, may hold.
FINDINGS = st.builds(
    lambda rule, path, place, key, message, remedy, cookie: finding(
        rule, path, *place, key=key, message=message, remedy=remedy, cookie=cookie
    ),
    st.sampled_from(RULES), _TEXTS.map("x{}".format), _LINES, _TEXTS, _TEXTS, _TEXTS, _TEXTS,
)  # fmt: skip
REPORTS = st.builds(
    lambda findings, subjects, is_strict: report(*findings, subjects=subjects, is_strict=is_strict),
    st.lists(FINDINGS, max_size=5), st.lists(_TEXTS, max_size=3), st.booleans(),
)  # fmt: skip
