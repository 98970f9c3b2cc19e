"""Makes the page of an audit: one HTML document with all in it, to keep, to print, and to show to a lawyer.

Rule: everything is escaped, nothing is fetched, and no script runs. It holds no value of a cookie.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

from jinja2 import Environment, StrictUndefined

from cookiewarden import __version__
from cookiewarden.errors import printable
from cookiewarden.tools.audit.audit import Audit
from cookiewarden.tools.audit.audit_json import moment_text
from cookiewarden.tools.audit.audit_rules import AFTER_WITHDRAWAL
from cookiewarden.tools.audit.observed import Page, State
from cookiewarden.tools.audit.printed import category_text
from cookiewarden.tools.audit.rows import CookieRow
from cookiewarden.tools.reports.report import message_of

_MAX_PAGES_SHOWN = 500


def audit_page(audit: Audit, changes: Sequence[str] | None = None) -> str:
    """Return an audit as an HTML document. ``changes``: since an earlier audit; ``None`` if none was compared."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["printable"] = printable
    template = environment.from_string(files("cookiewarden.tools.audit").joinpath("report.html").read_text("utf-8"))
    observed = audit.observed
    return template.render(
        audit=audit,
        observed=observed,
        changes=changes,
        moment=moment_text(observed.began),
        version=__version__,
        states=tuple(audit.verdicts),
        findings=[(one, message_of(one.finding)) for one in audit.findings],
        pages=observed.pages[:_MAX_PAGES_SHOWN],
        left_out=max(0, len(observed.pages) - _MAX_PAGES_SHOWN),
        category_text=category_text,
        set_in=_set_in,
        page_text=_page_text,
        rules={rule.code: rule for rule in audit.report.rules},
    )


def _set_in(row: CookieRow, state: State) -> str:
    """Return whether a cookie was seen in a state."""
    if state in row.states:
        return "set"
    return "sent" if state is State.WITHDRAWN and state in row.sent and AFTER_WITHDRAWAL.code in row.codes else "no"


def _page_text(page: Page) -> str:
    status = "no response" if page.status is None else str(page.status)
    return f"{status}: {page.problem}" if page.problem else status
