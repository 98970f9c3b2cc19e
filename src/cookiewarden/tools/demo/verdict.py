"""Print whether WSGI, ASGI and the policies of the demo agreed.

Rule: it never says that all is well unless nothing disagrees.
"""

from __future__ import annotations

from collections.abc import Sequence

from cookiewarden.tools.demo.exchanges import Visit
from cookiewarden.tools.demo.report import disagreements
from cookiewarden.tools.demo.terminal import Terminal


def print_verdict(terminal: Terminal, visits: Sequence[Visit]) -> None:
    """Print how many cookies were treated as the policies say, or each disagreement."""
    found = disagreements(visits)
    lines = sum(len(visit.outcomes) for visit in visits)
    if not found:
        terminal.say(f"All {lines} cookies, sent by WSGI and ASGI apps, were treated as the policies say.")
        return
    terminal.say(f"DISAGREEMENT, {len(found)} in {len(visits)} visits: this is a bug.", "bold red")
    for problem in found:
        terminal.say(f"  {problem}", "red")
