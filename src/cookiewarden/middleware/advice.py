"""Warns of what a site may lawfully write into a policy, but most likely did not mean.

Rule: advice changes nothing. What must not be written is a problem at start, not advice.
"""

from __future__ import annotations

from collections.abc import Iterable

from cookiewarden.errors import printable
from cookiewarden.http.hosts import may_have_siblings
from cookiewarden.http.set_cookie import has_prefix
from cookiewarden.policy.declaration import Category, is_written
from cookiewarden.policy.policy import Policy
from cookiewarden.reporting.remedies import may_be_necessary
from cookiewarden.workers import server_logger

_SHOWN = 10


def warn_of_policies(policies: Iterable[Policy]) -> None:
    """Log the cookies whose purpose is not written yet, and the policies under which every cookie passes."""
    found = list(policies)
    unwritten = [
        (f"{', '.join(declaration.names)} ({policy.label})", declaration)
        for policy in found
        for declaration in policy.declarations
        if not all(map(is_written, declaration.purpose.by_language.values()))
    ]
    if unwritten:
        shown = [shown for shown, _ in unwritten]
        _warn(found, "visitors read what a cookie is for; write the purpose of %s", shown)
    doubtful = [shown for shown, declaration in unwritten if may_be_necessary(declaration)]
    if doubtful:
        _warn(
            found,
            "people may not be able to sign in or to send forms, because these cookies look necessary, but wait for "
            'consent; if they are, write category = "necessary" in their declarations: %s',
            doubtful,
        )
    unguarded = [
        policy.label
        for policy in found
        if any("*" in one.names and one.category is Category.NECESSARY for one in policy.cookies)
    ]
    if unguarded:
        _warn(found, '"*" is declared as necessary, so every cookie passes, whatever it is for: %s', unguarded)


def warn_of_empty_banners(policies: Iterable[Policy]) -> None:
    """Log the policies with nothing to ask, so that nobody looks for a fault if the banner never shows."""
    silent = [policy for policy in policies if not policy.strictest.asked_categories]
    if silent:
        _warn(
            silent,
            "the banner stays empty, because no declared cookie needs consent; if there are others, declare them: %s",
            [policy.label for policy in silent],
        )


def _warn(policies: Iterable[Policy], message: str, names: list[str]) -> None:
    """Log a message about policies, once in a server. Their ids count, too, for two sites may name a file alike."""
    shown = _some_of(names)
    server_logger.warning(message, shown, thing=(message, shown, *(policy.site.id for policy in policies)))


def warn_of_unused(sentences: Iterable[str]) -> None:
    """Log what the site's folder of templates holds in vain."""
    for sentence in sentences:
        server_logger.warning("%s", printable(sentence))


def hint_at_siblings(policies: Iterable[Policy]) -> None:
    """Log which hosts share a domain with hosts that could plant a preferences cookie, and what prevents it."""
    hosts = [
        next(filter(may_have_siblings, policy.site.hosts), "")
        for policy in policies
        if policy.preferences.domain is None and not has_prefix(policy.preferences.name.encode())
    ]
    if any(hosts):
        server_logger.info(
            "another host of the same domain could plant a choice for visitors of %s; if you do not trust every such "
            'host, and the site is on https, write name = "__Host-cookies_preferences" under [preferences] before the '
            "site goes live; on a live site, every choice is lost",
            _some_of([host for host in hosts if host]),
        )


def _some_of(names: list[str]) -> str:
    more = f"; and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return printable("; ".join(names[:_SHOWN])) + more
