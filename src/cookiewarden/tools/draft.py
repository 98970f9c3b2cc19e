"""Draft a policy file from the cookies that an app was seen to set.

Rule: each category is a suggestion, with its reason beside it, and never "necessary": only the site can judge that.
Every draft loads as a policy file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from cookiewarden.errors import printable
from cookiewarden.http.hosts import check_host
from cookiewarden.policy.declaration import SECONDS, Category, Declaration
from cookiewarden.policy.file import preset_names, read_policy
from cookiewarden.policy.names import NameTable, names_of_declarations
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.quoting import is_declarable, quoted, toml_string
from cookiewarden.reporting.learned import Key, Learned, LearnedCookie
from cookiewarden.reporting.learning import stable_prefix

# Cookie names of well-known analytics services, as those services document them.
_MEASURING = {
    "Google Analytics": ("_ga", "_ga_*", "_gid", "_gat*", "__utm*"),
    "Matomo": ("_pk_id*", "_pk_ses*", "_pk_ref*", "_pk_cvar*"),
    "Hotjar": ("_hjSession*", "_hjid"),
    "Microsoft Clarity": ("_clck", "_clsk"),
    "AT Internet": ("atidvisitor", "atuserid"),
    "Beamer": ("_BEAMER*",),
}
_SERVICES = NameTable((name, service) for service, names in _MEASURING.items() for name in names)


def draft_policy(learned: Learned, *, site: str | None = None, declared: Policy | None = None) -> str:
    """Return the text of a policy file, in TOML.

    ``site``: the id of the site to draft, if several were learned. ``declared``: a policy to append the draft to. The
    draft leaves out the cookies that it declares; it is ``""`` if no other cookie was learned.

    Raises ``ValueError`` if nothing was learned of the site, or if several were learned and ``site`` is missing.

    >>> import tomllib
    >>> cookie = LearnedCookie("data.example.org", "_ga", False, 2, 10.0, 20.0, None, ("Path=/",), ("/",), False)
    >>> Policy.from_mapping(tomllib.loads(draft_policy(Learned.of([cookie])))).decide("_ga=1").category.value
    'statistical'
    """
    sites = sorted({cookie.site for cookie in learned.cookies.values()})
    if not sites:
        raise ValueError("nothing was learned yet")
    if site is None and declared is not None and declared.site.id in sites:
        site = declared.site.id
    if site is None and len(sites) > 1:
        raise ValueError(f"there are several sites, pick one with --site: {_listed(sites)}")
    if site is not None and site not in sites:
        raise ValueError(f'nothing was learned of the site "{printable(site)}"; pick one of: {_listed(sites)}')
    chosen = sites[0] if site is None else site
    # Even an empty policy declares the preferences cookie, so the draft leaves that one out.
    known = Policy.from_mapping({"site": {"name": "-"}}) if declared is None else declared
    cookies = _grouped(
        cookie
        for cookie in learned.cookies.values()
        if cookie.site == chosen and known.declared.find(_raw_name(cookie)) is None
    )
    if declared is not None and not cookies:
        return ""
    nobody = {"site": {"name": "-"}, "preferences": {"name": "-"}}
    presets = {
        name: names_of_declarations(read_policy({"extends": name, **nobody}).declarations) for name in preset_names()
    }
    blocks = [_block(cookie, presets) for cookie in sorted(cookies, key=lambda cookie: -cookie.count)]
    count = f"{len(cookies)} cookie{'' if len(cookies) == 1 else 's'}"
    head = (
        f"# A draft: {count} that the app set{'' if declared is None else ' and the policy does not declare'}.\n"
        "# Each category is a suggestion, and its reason stands above it. Check every cookie, write its purpose,\n"
        "# and make it necessary only if the site does not work without it.\n"
    )
    if declared is None:
        head += f"\n[site]\nname = {toml_string(chosen.strip() or 'This site')}\n"
    return "\n".join([head, *blocks])


def _grouped(cookies: Iterable[LearnedCookie]) -> list[LearnedCookie]:
    """Merge cookies into one pattern if only the made-up ends of their names differ."""
    families: dict[Key, list[LearnedCookie]] = {}
    for cookie in cookies:
        prefix = None if cookie.is_pattern else stable_prefix(_raw_name(cookie))
        name = cookie.name if prefix is None else prefix.decode("utf-8", "surrogateescape") + "*"
        is_pattern = cookie.is_pattern or prefix is not None
        families.setdefault((cookie.site, name, is_pattern), []).append(cookie)
    grouped = []
    for (_, name, is_pattern), family in families.items():
        one, *others = family
        # A name without others like it stays exact.
        grouped.append(sum(others, replace(one, name=name, is_pattern=is_pattern)) if others else one)
    return grouped


def _block(cookie: LearnedCookie, presets: Mapping[str, NameTable[Declaration]]) -> str:
    """Return the declaration of one cookie, commented out if no declaration can name it."""
    raw_name = _raw_name(cookie)
    category, reason = _suggestion(cookie, raw_name)
    comments = [
        f"Set {cookie.count:,} times, from {_time(cookie.first)} to {_time(cookie.last)} UTC",
        f"On {' '.join(cookie.paths)}",
        "; ".join(cookie.attributes) or "Without attributes",
        f"{category}: {reason}",
    ]
    comments += [
        f"{name} declares it: if you use that, extend the preset and delete this"
        for name, declared in presets.items()
        if declared.find(raw_name) is not None
    ]
    lines = [
        "[[cookies]]",
        f"name = {quoted(raw_name)}",
        f'category = "{category}"',
        'purpose = "..."',
        f'lifetime = "{lifetime_text(cookie.lifetime)}"',
        *_place(cookie),
    ]
    if cookie.is_pattern:
        comments.append("The pattern is a guess: the ends of these names look made up")
    if not is_declarable(raw_name, is_pattern=cookie.is_pattern):
        lines = [f"# {line}" for line in ("No declaration can name this cookie; rename it in the app.", *lines)]
    return "".join(f"# {_plain(comment)}\n" for comment in comments) + "\n".join(lines) + "\n"


def _suggestion(cookie: LearnedCookie, raw_name: bytes) -> tuple[Category, str]:
    service = _SERVICES.find(raw_name)
    if service is not None:
        return Category.STATISTICAL, f"the name belongs to {service}, which counts visits"
    if cookie.is_foreign:
        return Category.THIRD_PARTY, "its Domain belongs to another site"
    return Category.FIRST_PARTY, "its purpose is unknown, so it waits for consent"


def _place(cookie: LearnedCookie) -> list[str]:
    """Return the lines for path and domain, each only if it always had one value that a declaration may hold."""
    path, domain = _only(cookie, "Path"), _only(cookie, "Domain").lower().strip(".")
    lines = [f"path = {toml_string(path)}"] if path.startswith("/") else []
    return lines + ([f"domain = {toml_string(domain)}"] if domain and not check_host(domain) else [])


def _only(cookie: LearnedCookie, name: str) -> str:
    """Return the value that an attribute always had, or ``""`` if it had several or one that is not plain."""
    values = [one.partition("=")[2] for one in cookie.attributes if one.startswith(name + "=")]
    is_plain = (
        len(values) == 1 and values[0].isascii() and values[0].isprintable() and set(' ";,*\\').isdisjoint(values[0])
    )
    return values[0] if is_plain else ""


def lifetime_text(seconds: int | None) -> str:
    """Return a lifetime in seconds as a policy file writes it, at most two per cent off.

    >>> [lifetime_text(seconds) for seconds in (None, 34_190_000, 3600, 90_061, 0)]
    ['session', '13 months', '1 hour', '25 hours', '1 second']
    """
    if seconds is None:
        return "session"
    for unit, length in sorted(SECONDS.items(), key=lambda item: -item[1]):
        count = round(seconds / length)
        if count and abs(count * length - seconds) <= seconds / 50:
            return f"{min(count, 999_999_999)} {unit}{'' if count == 1 else 's'}"
    return "1 second"


def _listed(sites: Iterable[str]) -> str:
    return ", ".join(map(printable, sites))


def _plain(text: str) -> str:
    return "".join(character if " " <= character <= "~" else "?" for character in text)


def _raw_name(cookie: LearnedCookie) -> bytes:
    return cookie.name.encode("utf-8", "surrogateescape")


def _time(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M")
