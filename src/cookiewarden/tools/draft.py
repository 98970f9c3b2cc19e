"""A draft of a policy file, from what an app was seen to set.

Rule: every category in it is a suggestion, with its reason beside it; "necessary" is never guessed, for that is the
site's to judge. What is written loads as a policy file as it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from cookiewarden.errors import printable
from cookiewarden.http.hosts import check_host
from cookiewarden.policy.declaration import SECONDS, Category
from cookiewarden.policy.file import preset_names, read_policy
from cookiewarden.policy.names import Classifier, NameTable
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.quoting import is_declarable, quoted, toml_string
from cookiewarden.reporting.learned import Key, Learned, LearnedCookie
from cookiewarden.reporting.learning import made_up_behind

# Names that belong to well-known services which measure, as those services document them.
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
    """The text of a policy file, in TOML. ``site``: the id of the one to draft, where there are several. ``declared``:
    a policy whose names are left out, and that the draft is to be appended to; ``""`` where it declares them all.

    Raises ``ValueError`` where nothing was learned of a site, or it is not said which.

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
        raise ValueError(f'nothing was learned of "{printable(site)}"; there is {_listed(sites)}')
    chosen = sites[0] if site is None else site
    # Ours is declared where the site does not declare it.
    known = Policy.from_mapping({"site": {"name": "-"}}) if declared is None else declared
    cookies = _grouped(
        cookie
        for cookie in learned.cookies.values()
        if cookie.site == chosen and known.classifier.declaration_of(_octets(cookie)) is None
    )
    if declared is not None and not cookies:
        return ""
    nobody = {"site": {"name": "-"}, "preferences": {"name": "-"}}
    presets = {name: Classifier(read_policy({"extends": name, **nobody}).declarations) for name in preset_names()}
    blocks = [_block(cookie, presets) for cookie in sorted(cookies, key=lambda cookie: -cookie.count)]
    count = f"{len(cookies)} cookie{'' if len(cookies) == 1 else 's'}"
    head = (
        f"# A draft, of {count} seen to be set{'' if declared is None else ' and not declared'}.\n"
        "# Each category is a suggestion, and its reason stands above it. Look at every one of them, say what it is\n"
        "# for, and make it necessary only where the site does not work without it.\n"
    )
    if declared is None:
        head += f"\n[site]\nname = {toml_string(chosen.strip() or 'This site')}\n"
    return "\n".join([head, *blocks])


def _grouped(cookies: Iterable[LearnedCookie]) -> list[LearnedCookie]:
    """Names of which only a made-up end differs as one pattern."""
    families: dict[Key, list[LearnedCookie]] = {}
    for cookie in cookies:
        prefix = None if cookie.is_pattern else made_up_behind(_octets(cookie))
        name = cookie.name if prefix is None else prefix.decode("utf-8", "surrogateescape") + "*"
        is_pattern = cookie.is_pattern or prefix is not None
        families.setdefault((cookie.site, name, is_pattern), []).append(cookie)
    grouped = []
    for (_, name, is_pattern), family in families.items():
        one, *others = family
        # A name that is alone stays as it is.
        grouped.append(sum(others, replace(one, name=name, is_pattern=is_pattern)) if others else one)
    return grouped


def _block(cookie: LearnedCookie, presets: Mapping[str, Classifier]) -> str:
    """The declaration of one cookie; in comments, where no declaration can name it."""
    octets = _octets(cookie)
    category, reason = _suggestion(cookie, octets)
    comments = [
        f"Set {cookie.count:,} times, from {_time(cookie.first)} to {_time(cookie.last)} UTC",
        f"On {' '.join(cookie.paths)}",
        "; ".join(cookie.attributes) or "Without attributes",
        f"{category}: {reason}",
    ]
    comments += [
        f"{name} declares it: if that is what you run, extend it, and leave this out"
        for name, classifier in presets.items()
        if classifier.declaration_of(octets) is not None
    ]
    lines = [
        "[[cookies]]",
        f"name = {quoted(octets)}",
        f'category = "{category}"',
        'purpose = "..."',
        f'lifetime = "{lifetime_text(cookie.lifetime)}"',
        *_place(cookie),
    ]
    if cookie.is_pattern:
        comments.append("The pattern is a guess, from names that end in what looks made up")
    if not is_declarable(octets, is_pattern=cookie.is_pattern):
        lines = [f"# {line}" for line in ("No declaration can name it as it is; the app may rename it.", *lines)]
    return "".join(f"# {_plain(comment)}\n" for comment in comments) + "\n".join(lines) + "\n"


def _suggestion(cookie: LearnedCookie, octets: bytes) -> tuple[Category, str]:
    service = _SERVICES.find(octets)
    if service is not None:
        return Category.STATISTICAL, f"the name is that of {service}, which measures"
    if cookie.is_foreign:
        return Category.THIRD_PARTY, "its Domain is another site's"
    return Category.FIRST_PARTY, "nothing tells what it is for; so it waits for consent"


def _place(cookie: LearnedCookie) -> list[str]:
    """Where it is kept, as far as that is one place which a declaration may name."""
    path, domain = _only(cookie, "Path"), _only(cookie, "Domain").lower().strip(".")
    lines = [f"path = {toml_string(path)}"] if path.startswith("/") else []
    return lines + ([f"domain = {toml_string(domain)}"] if domain and not check_host(domain) else [])


def _only(cookie: LearnedCookie, name: str) -> str:
    """The value that an attribute always had; ``""`` where it had several, or one that is not plain."""
    values = [one.partition("=")[2] for one in cookie.attributes if one.startswith(name + "=")]
    is_plain = (
        len(values) == 1 and values[0].isascii() and values[0].isprintable() and set(' ";,*\\').isdisjoint(values[0])
    )
    return values[0] if is_plain else ""


def lifetime_text(seconds: int | None) -> str:
    """A lifetime as a policy file says it, within a fiftieth of what it is.

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


def _octets(cookie: LearnedCookie) -> bytes:
    return cookie.name.encode("utf-8", "surrogateescape")


def _time(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M")
