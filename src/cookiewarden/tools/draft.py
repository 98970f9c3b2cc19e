"""Draft a policy file from the cookies that an app was seen to set, and the hosts that browsers reported.

Rule: each category is a suggestion, with its reason beside it, and never "necessary": only the site can judge that.
Every draft loads as a policy file.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from cookiewarden.errors import printable
from cookiewarden.policy.declaration import Category
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.quoting import toml_string
from cookiewarden.reporting.learned import Learned
from cookiewarden.reporting.preset_lookup import best_presets, presets_with
from cookiewarden.reporting.suggestions import Suggestion, suggestion_for
from cookiewarden.tools.draft_blocks import block_of, propose_presets
from cookiewarden.tools.draft_hosts import blocks_of_hosts, hosts_to_draft
from cookiewarden.tools.drafted_cookies import DraftedCookie, drafted_cookies

_HOSTS = "Hosts that pages contact, by the reports of browsers"


class _Group(StrEnum):
    """The groups of a draft, in order: those that an app needs most come first. The values are their headings."""

    SIGN_IN = "Sign-in, forms, settings and the like, by their look: the app may not work without these"
    PRESETS = "Declared by presets: if the app is made with one, extend the preset and delete its cookies here"
    SERVICES = "Known services"
    THIRD_PARTY = "Set for another site"
    UNKNOWN = "Unknown"


def draft_policy(learned: Learned, *, site: str | None = None, declared: Policy | None = None) -> str:
    """Return the text of a policy file, in TOML.

    ``site``: the id of the site to draft, if several were learned. ``declared``: a policy to append the draft to. The
    draft leaves out the cookies that it declares, also under a name that the app's options replace, and the hosts. It
    is ``""`` if nothing else was learned.

    Raises ``ValueError`` if nothing was learned of the site, or if several were learned and ``site`` is missing.

    >>> import tomllib
    >>> from cookiewarden.reporting.learned import LearnedCookie
    >>> cookie = LearnedCookie("data.example.org", "_ga", False, 2, 10.0, 20.0, None, ("Path=/",), ("/",), False)
    >>> Policy.from_mapping(tomllib.loads(draft_policy(Learned.of([cookie])))).decide("_ga=1").category.value
    'statistical'
    """
    chosen = _chosen_site(learned, site, declared)
    # Even an empty policy declares the preferences cookie, so the draft leaves that one out.
    known = Policy.from_mapping({"site": {"name": "-"}}) if declared is None else declared
    cookies = [
        cookie
        for cookie in drafted_cookies(
            one for one in learned.cookies.values() if one.site == chosen and known.declared.find(one.raw_name) is None
        )
        if not cookie.old_name or known.declared.find(cookie.old_name) is None
    ]
    hosts = hosts_to_draft(learned.hosts.values(), chosen, known)
    if declared is not None and not (cookies or hosts):
        return ""
    counted = [f"{_plural(len(cookies), 'cookie')} that the app set"] if cookies or not hosts else []
    counted += [f"{_plural(len(hosts), 'host')} that browsers reported"] if hosts else []
    head = (
        f"# A draft: {', '.join(counted)}{'' if declared is None else ' and the policy does not declare'}.\n"
        "# Each category is a suggestion, and its reason stands above it. Check every cookie, write its purpose,\n"
        "# and make it necessary only if the site does not work without it.\n"
    )
    presets = best_presets(cookie.raw_name for cookie in cookies)
    head += "".join(f"{line}\n" for line in propose_presets(presets, is_whole=declared is None))
    if declared is None:
        head += f"\n[site]\nname = {toml_string(chosen.strip() or 'This site')}\n"
    groups: dict[_Group, list[str]] = {group: [] for group in _Group}
    for cookie in sorted(cookies, key=lambda cookie: -cookie.seen.count):
        suggestion = _suggestion(cookie)
        groups[_group(cookie, suggestion)].append(block_of(cookie, suggestion, declared, presets))
    parts = [head]
    for group, blocks in groups.items():
        parts += [f"# ---- {group} ----\n", *blocks] if blocks else []
    parts += [f"# ---- {_HOSTS} ----\n", *blocks_of_hosts(hosts, known)] if hosts else []
    return "\n".join(parts)


def _chosen_site(learned: Learned, site: str | None, declared: Policy | None) -> str:
    """Return the id of the site to draft. Raises ``ValueError`` if there is none, or more than one."""
    of_hosts = {host.site for host in learned.hosts.values()}
    sites = sorted({cookie.site for cookie in learned.cookies.values() if cookie.count} | of_hosts)
    if not sites:
        raise ValueError("nothing was learned yet")
    if site is None and declared is not None and declared.site.id in sites:
        return declared.site.id
    if site is None and len(sites) > 1:
        raise ValueError(f"there are several sites, pick one with --site: {_listed(sites)}")
    if site is not None and site not in sites:
        raise ValueError(f'nothing was learned of the site "{printable(site)}"; pick one of: {_listed(sites)}')
    return sites[0] if site is None else site


def _suggestion(cookie: DraftedCookie) -> Suggestion:
    seen = cookie.seen
    return suggestion_for(
        cookie.raw_name,
        is_foreign=seen.is_foreign,
        is_http_only="HttpOnly" in seen.attributes,
        is_session=seen.lifetime is None,
        deleted_on=seen.deleted_on,
    )


def _group(cookie: DraftedCookie, suggestion: Suggestion) -> _Group:
    if suggestion.provider and not suggestion.question:
        return _Group.SERVICES
    if suggestion.category is Category.THIRD_PARTY:
        return _Group.THIRD_PARTY
    if presets_with(cookie.raw_name) or presets_with(cookie.old_name):
        return _Group.PRESETS
    return _Group.SIGN_IN if suggestion.question else _Group.UNKNOWN


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _listed(sites: Iterable[str]) -> str:
    return ", ".join(map(printable, sites))
