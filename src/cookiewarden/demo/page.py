"""The portal's page: what was set for this visitor, what of it left the app, and the buttons to choose with."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping, Sequence
from html import escape
from typing import Any, NamedTuple

from cookiewarden import Choice, Reason, consent_of
from cookiewarden.consent import UNDECIDED, Consent
from cookiewarden.declaration import CONSENT_CATEGORIES
from cookiewarden.demo.cookies import CHOICES, COOKIES
from cookiewarden.exchange import KEY, Exchange
from cookiewarden.policy import Policy, decide


class Link(NamedTuple):
    """Another portal: what to call it, and where it is."""

    text: str
    address: str


def render_page(carrier: MutableMapping[str, Any], sent: Iterable[str], links: Sequence[Link] = ()) -> str:
    """The page for a request. ``carrier``: its scope or environ; ``sent``: the names of the cookies it carried."""
    choice = consent_of(carrier)
    exchange: Exchange = carrier[KEY]  # for the whole consent, which a decision needs; an app has no use for it
    policy = exchange.policy
    title = "A portal without a policy" if policy is None else str(policy.site.name)
    buttons = "\n".join(
        f'<form method="post" action="/choice/{name}"><button>{escape(text)}</button></form>'
        for name, (text, _) in CHOICES.items()
    )
    names = ", ".join(f"<code>{escape(name)}</code>" for name in sent) or "no cookies"
    others = " · ".join(f'<a href="{escape(link.address)}">{escape(link.text)}</a>' for link in links)
    return _PAGE.format(
        title=escape(title),
        choice=escape(_told(choice)),
        buttons=buttons,
        rows="\n".join(_rows(policy, exchange.consent or UNDECIDED)),
        sent=names,
        others=f"<nav>Portals: {others}</nav>" if others else "",
    )


def _told(choice: Choice) -> str:
    if not choice.is_decided:
        return "You have not chosen yet."
    granted = [category for category in CONSENT_CATEGORIES if choice.allows(category)]
    return f"You accepted: {', '.join(granted)}." if granted else "You refused all that needs consent."


def _rows(policy: Policy | None, consent: Consent) -> Iterable[str]:
    for cookie in COOKIES:
        decision = decide(policy, cookie.line, consent, host="", scheme="https", path="/", now=None)
        outcome = "kept" if decision.allowed else "stripped"
        category = "" if decision.reason is Reason.NECESSARY else f"{decision.category}, "
        yield (
            f'<tr class="{outcome}"><td><code>{escape(cookie.label)}</code></td>'
            f"<td>{outcome}</td><td>{category}{decision.reason}</td></tr>"
        )


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} - cookiewarden demo</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; color: #1d2733; background: #fff; max-width: 44rem;
  margin: 0 auto; padding: 1rem; }}
h1 {{ font-size: 1.5rem; margin: 0.5rem 0; }}
form {{ display: inline-block; margin: 0 0.25rem 0.5rem 0; }}
button {{ font: inherit; padding: 0.4rem 0.9rem; border: 1px solid #33506e; border-radius: 4px; background: #eef3f8;
  color: inherit; cursor: pointer; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ text-align: left; padding: 0.3rem 0.4rem 0.3rem 0; border-bottom: 1px solid #d9e0e7; }}
td code {{ white-space: nowrap; font-size: 0.85rem; }}
nav {{ border-top: 1px solid #d9e0e7; margin-top: 1.5rem; padding-top: 0.75rem; overflow-wrap: anywhere; }}
.kept td:nth-child(2) {{ color: #17663a; font-weight: 600; }}
.stripped td:nth-child(2) {{ color: #a02622; font-weight: 600; }}
</style>
</head>
<body>
<h1>{title}</h1>
<p>A demo portal on this machine, under the published policy of that name, with a few declarations added for the
demo. It sets all of these cookies on every page; cookiewarden lets out what your choice allows.</p>
<p><strong>{choice}</strong></p>
{buttons}
<table>
<tr><th scope="col">Set-Cookie</th><th scope="col">Result</th><th scope="col">Why</th></tr>
{rows}
</table>
<p>With its request for this page, your browser sent: {sent}. Some may be left from an earlier choice: to strip a
cookie is not to delete it.</p>
{others}
</body>
</html>
"""
