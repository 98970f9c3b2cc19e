"""A draft in a new file, which a run of tests writes at its end.

Rule: never replace a file. Somebody may have worked on an earlier draft.
"""

from __future__ import annotations

from pathlib import Path

from cookiewarden.errors import printable
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.policy_set import PolicySet
from cookiewarden.reporting.learned import Learned
from cookiewarden.tools.draft import draft_policy


def fault_of(path: Path) -> str:
    """Return why a draft cannot be written to a path; ``""`` if nothing speaks against it.

    >>> fault_of(Path("/no/such/folder/draft.toml"))
    'there is no folder /no/such/folder'
    """
    if not path.parent.is_dir():
        return printable(f"there is no folder {path.parent}")
    return printable(f"{path} exists already; name a new file") if path.exists() else ""


def write_draft(path: Path, learned: Learned, policies: Policy | PolicySet | None) -> str:
    """Write a draft of what was learned and a policy does not declare. Return what became of it, in a sentence.

    Of a set of policies, none is continued: the draft is then a policy of its own. Raises nothing.
    """
    text = ""
    if any(cookie.count for cookie in learned.cookies.values()):
        text = draft_policy(learned, declared=policies if isinstance(policies, Policy) else None)
    if not text:
        return printable(f"no test set a cookie that is not declared, so {path} was not written")
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        return printable(f"the draft could not be written: {error}")
    return printable(f"a draft of the cookies that are not declared: {path}")
