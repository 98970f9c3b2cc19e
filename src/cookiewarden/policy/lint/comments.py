"""The rule for comments: those that our tools leave for people to settle, and that nobody has settled yet.

Rule: it knows the words of our own tools, and judges no other comment.
"""

from __future__ import annotations

from collections.abc import Iterator

from cookiewarden.errors import Problem
from cookiewarden.policy.comments import comments_of
from cookiewarden.policy.findings import Finding
from cookiewarden.policy.lint import rules
from cookiewarden.policy.lint.subject import shown

#: What such a comment begins with, and what to do about it.
_REMEDIES = {
    "FILL IN:": "fill it in, or leave it out, then delete the comment",
    "unclear:": "decide what is so, then delete the comment",
    "---- Not declared": "declare what the site sets of what follows, then delete the comments",
}


def lint_comments(label: str, path: str, text: str) -> Iterator[Finding]:
    r"""Yield the comments of a file that leave a question open. ``label`` and ``path``: as in ``Problem``.

    >>> [one.problem.line for one in lint_comments("a.toml", "a.toml", "[site]\n# FILL IN: the hosts.\n")]
    [2]
    """
    for comment in comments_of(text):
        remedy = next((remedy for begin, remedy in _REMEDIES.items() if comment.words.startswith(begin)), "")
        if remedy:
            message = f"the comment leaves a question open: {shown(comment.words)}"
            yield Finding(
                rules.OPEN_QUESTION, Problem(label, "", message, remedy, comment.line, comment.column, path=path)
            )
