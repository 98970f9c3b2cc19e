"""Reads what the option ``learn`` of a middleware wrote: the cookies that an app sets, whoever the visitor was.

Rule: nobody knows what the visitors had chosen, so each cookie is judged as if all had been accepted, and no report
calls that a choice.
"""

from __future__ import annotations

from cookiewarden.reporting.learned import Learned, LearnedCookie
from cookiewarden.tools.audit.made_lines import line_of, note_left_out
from cookiewarden.tools.audit.notebook import Notebook
from cookiewarden.tools.audit.observed import Observed, SeenHost, State

_NO_CHOICES = (
    "The file does not say what visitors had chosen, so it shows only whether the policy declares each cookie, and for "
    "how long."
)


def observed_in_learned(learned: Learned, target: str) -> Observed:
    """Return what was learned, as what was seen of visitors of whom no choice is known.

    >>> cookie = LearnedCookie("data.example.org", "_ga", False, 2, 10.0, 20.0, 60, ("Path=/",), ("/",), False)
    >>> observed_in_learned(Learned.of([cookie]), "learned.jsonl").lines[0].line
    b'_ga=; Max-Age=60; Path=/'
    """
    notebook = Notebook(states={State.ANY_CHOICE}, notes={_NO_CHOICES: None})
    cookies = [cookie for cookie in learned.cookies.values() if cookie.count]
    left_out = 0
    for cookie in cookies:
        line = line_of(cookie.raw_name, lifetime=cookie.lifetime, flags=_attributes(cookie))
        left_out += line is None
        if line is not None:
            url = f"https://{cookie.site}{cookie.paths[0] if cookie.paths else '/'}"
            notebook.keep_lines(State.ANY_CHOICE, url, [line], cookie.last)
    note_left_out(notebook, State.ANY_CHOICE, left_out)
    for host in learned.hosts.values():
        notebook.hosts[SeenHost(State.ANY_CHOICE, host.host)] = None
    if learned.unread:
        plural = "s" if learned.unread > 1 else ""
        notebook.note(f"{learned.unread} line{plural} could not be read.")
    moments = [*(cookie.first for cookie in cookies), *(host.first for host in learned.hosts.values())]
    began = min(moments, default=0.0)
    return notebook.observed(target, "by what a middleware learned", began)


def _attributes(cookie: LearnedCookie) -> tuple[str, ...]:
    # A Domain of another site would make browsers refuse the line, and the site's id need not be its host.
    return tuple(one for one in cookie.attributes if ";" not in one and not one.startswith("Domain="))
