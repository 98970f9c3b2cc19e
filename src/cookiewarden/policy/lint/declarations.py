"""The rules for one declaration at a time: its provider, lifetime, texts, reason and category.

Rule: a function here yields at most one finding for each key of a declaration, and knows no other declaration.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from cookiewarden.http.matching import domain_match
from cookiewarden.policy.declaration import Category, Declaration, Kind, Lifetime, Text, is_written
from cookiewarden.policy.findings import Finding, Level
from cookiewarden.policy.known_cookies.known_cookie import KnownCookie
from cookiewarden.policy.lifetimes import LONGEST, is_longer
from cookiewarden.policy.lint import rules
from cookiewarden.policy.lint.subject import Row, shown
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.profiles import rules_of
from cookiewarden.policy.quoting import toml_string

#: The longest lifetime that browsers heed (RFC 6265bis 5.5).
_BROWSERS_KEEP = Lifetime.parse("400 days")
#: Software that a site may run itself, on a server of its own.
_SELF_HOSTED = (
    "goatcounter", "growthbook", "matomo", "mautic", "open web analytics", "piwik", "plausible", "posthog",
    "rudderstack", "snowplow", "sourcebuster", "umami",
)  # fmt: skip
#: What people write where a purpose should stand: the label of a category, or a note to themselves.
_LABELS = frozenset(
    ", ".join(
        (
            "advertising, ads, analytics, cookie, cookies, essential, fixme, functional, marketing, mandatory, n a, na",
            "necessary, needed, none, performance, preferences, purpose, required, session, session cookie, statistics",
            "strictly necessary, tbd, technical, technical cookie, todo, tracking, unknown, xxx",
            "cookie de session, cookie nécessaire, cookie technique, essentiel, fonctionnel, inconnu, nécessaire",
            "mesure d audience, obligatoire, publicité, statistique, statistiques, strictement nécessaire, technique",
            "advertenties, analytisch, essentieel, functioneel, functionele cookie, noodzakelijk, onbekend",
            "sessiecookie, statistieken, strikt noodzakelijk, technisch, technische cookie, vereist",
            "analyse, erforderlich, essenziell, funktional, notwendig, sitzungscookie, statistik, technisch notwendig",
            "technisches cookie, unbedingt erforderlich, unbekannt, werbung",
        )
    ).split(", ")
)
#: What says nothing beside a label.
_COOKIES = frozenset(("cookie", "cookies"))
#: What a remedy such as 'write reason = "Without it, ..."' leaves to be written.
_OPEN_END = re.compile(r"[\s,](?:\.{3,}|…)\s*$")
_NOT_LETTERS = re.compile(r"[\W_]+")


def lint_declaration(row: Row, policy: Policy) -> Iterator[Finding]:
    """Yield what is wrong with a declaration that a file of the site makes."""
    yield from _provider(row, policy)
    yield from _lifetime(row, policy)
    yield from _anonymized(row, policy)
    yield from _texts(row, policy)
    yield from _category(row)
    yield from _host_prefix(row)


def _provider(row: Row, policy: Policy) -> Iterator[Finding]:
    if not lacks_provider(row, policy):
        return
    message = f"missing, so visitors read {shown(policy.provider_of(row.declaration))}"
    if row.known is not None and _is_of_others(row.known, policy):
        said = f"{message}, but it is a well-known cookie of {row.known.provider}"
        remedy = f"write provider = {toml_string(row.known.provider)} (see {row.known.source})"
    else:
        said, remedy = f"{message}, although it is third-party", 'write provider = "...", with its name'
    yield row.finding(rules.PROVIDER_NOT_NAMED, "provider", said, remedy)


def lacks_provider(row: Row, policy: Policy) -> bool:
    """Return whether a declaration names no provider, although another than the site seems to be it."""
    declaration = row.declaration
    if declaration.provider is not None:
        return False
    is_known = row.known is not None and declaration.needs_consent and _is_of_others(row.known, policy)
    return is_known or declaration.category is Category.THIRD_PARTY


def _is_of_others(known: KnownCookie, policy: Policy) -> bool:
    """Return whether a well-known cookie is that of another's service, and not of software that the site runs itself.

    A necessary one mostly is that of the framework.
    """
    is_service = known.category is not Category.NECESSARY and not _is_self_hosted(known.provider)
    return is_service and not is_own(Text({"en": known.provider}, "en"), policy)


def _is_self_hosted(provider: str) -> bool:
    return any(name in provider.casefold() for name in _SELF_HOSTED)


def is_own(provider: Text, policy: Policy) -> bool:
    """Return whether a provider is the operator of the site, or the site, by its name in any language."""
    texts = (text for text in (policy.site.operator, policy.site.name) if text is not None)
    own = (_folded(words) for text in texts for words in text.by_language.values())
    return not set(own).isdisjoint(map(_folded, provider.by_language.values()))


def _lifetime(row: Row, policy: Policy) -> Iterator[Finding]:
    declaration = row.declaration
    lifetime = declaration.lifetime
    if lifetime is None:
        # Other storage may be kept until the visitor deletes it, which no lifetime says.
        if declaration.kind is not Kind.COOKIE or _is_preferences(declaration, policy):
            return
        remedy = 'write lifetime = "session", or a number and a unit, as in "13 months"'
        if row.is_optional:
            message = "missing, but visitors must know how long it is kept if they are to consent"
            yield row.finding(rules.NO_LIFETIME, "lifetime", message, remedy)
        else:
            message = "missing, so visitors read that it is not stated"
            yield row.finding(rules.NECESSARY_NO_LIFETIME, "lifetime", message, remedy)
    elif row.is_optional and is_longer(lifetime, LONGEST):
        raised = None
        if declaration.category is Category.STATISTICAL:
            if any(rules_of(profile).cookie_lifetime for profile in policy.site.profile):
                raised = Level.WARNING
            limit = f"the {LONGEST.text} that the CNIL recommends for statistics (2020-092, paragraph 50)"
        else:
            limit = f"the {LONGEST.text} after which visitors must be asked again"
        message = f'"{lifetime.text}" is more than {limit}'
        remedy = f'write lifetime = "{LONGEST.text}" or less, and set it so; the middleware shortens what it can'
        yield row.finding(rules.OVER_13_MONTHS, "lifetime", message, remedy, raised=raised)
    elif declaration.kind is Kind.COOKIE and is_longer(lifetime, _BROWSERS_KEEP):
        message = f'"{lifetime.text}" is more than browsers keep any cookie: {_BROWSERS_KEEP.text} (RFC 6265bis 5.5)'
        yield row.finding(rules.OVER_400_DAYS, "lifetime", message, f'write lifetime = "{_BROWSERS_KEEP.text}" or less')


def _anonymized(row: Row, policy: Policy) -> Iterator[Finding]:
    """Statistics of others are not exempt, whatever they hold: the exemptions are for those of the site itself."""
    declaration = row.declaration
    if not declaration.anonymized:
        return
    remedy = "leave anonymized out, so that it waits for consent"
    found = _provider_of_others(row, policy)
    if found:
        message = f"passes without consent, but {found}"
        yield row.finding(rules.ANONYMIZED_FOR_OTHERS, "anonymized", message, remedy)
    elif declaration.domain and _is_domain_of_others(declaration.domain, policy.site.hosts):
        message = f'passes without consent, but its domain "{declaration.domain}" holds none of the hosts of the site'
        yield row.finding(rules.ANONYMIZED_FOR_OTHERS, "anonymized", message, f"correct the domain, or {remedy}")


def _provider_of_others(row: Row, policy: Policy) -> str:
    """Return why the statistics look as if another than the operator had them; ``""`` if they do not."""
    provider, known = row.declaration.provider, row.known
    if known is not None and _is_of_others(known, policy):
        return f"it is a well-known cookie of {known.provider} (see {known.source})"
    if provider is None or _is_self_hosted(str(provider)) or is_own(provider, policy):
        return ""
    return f"{shown(provider)} provides it, while the site is that of {shown(policy.site.operator or policy.site.name)}"


def _folded(words: str) -> str:
    return " ".join(_NOT_LETTERS.sub(" ", words.casefold()).split())


def _is_domain_of_others(domain: str, hosts: tuple[str, ...]) -> bool:
    """Return whether no host of the site has cookies of a domain; ``False`` if the site names no host."""
    wild = [host.removeprefix("*.") for host in hosts if host.startswith("*.")]
    is_own = "*" in hosts or any(domain_match(domain, name) for name in wild)
    return bool(hosts) and not is_own and not any(domain_match(name, domain) for name in (*hosts, *wild))


def texts_of(declaration: Declaration) -> Mapping[str, Text]:
    """Return the texts of a declaration by key."""
    texts = {key: getattr(declaration, key) for key in ("purpose", "function", "reason", "provider")}
    return {key: text for key, text in texts.items() if text is not None}


def _texts(row: Row, policy: Policy) -> Iterator[Finding]:
    declaration = row.declaration
    unwritten = [key for key, text in texts_of(declaration).items() if not is_whole(text)]
    for key in unwritten:
        remedy = "say in one sentence what it is for" if key == "purpose" else "write it, or leave it out"
        yield row.finding(rules.NOT_WRITTEN, key, "is not written yet", remedy)
    if "purpose" not in unwritten:
        label = next((words for words in declaration.purpose.by_language.values() if _is_label(words, declaration)), "")
        if label:
            message = f"{shown(label)} does not say what it is for"
            yield row.finding(
                rules.SAYS_NOTHING, "purpose", message, 'write a sentence, such as "Keeps you signed in."'
            )
    is_told = declaration.reason is not None or _is_preferences(declaration, policy)
    if declaration.category is Category.NECESSARY and not is_told:
        message = "missing, although visitors cannot refuse it"
        remedy = 'write reason = "Without it, ..."; if you cannot, it is not necessary'
        yield row.finding(rules.NO_REASON, "reason", message, remedy)


def _is_preferences(declaration: Declaration, policy: Policy) -> bool:
    """Return whether it is the preferences cookie, whose lifetime and reason are the same on every site."""
    return declaration.kind is Kind.COOKIE and policy.preferences.name in declaration.names


def is_whole(text: Text) -> bool:
    """Return whether a text says something in each of its languages, to its end."""
    return all(is_written(words) and not _OPEN_END.search(words) for words in text.by_language.values())


def _is_label(words: str, declaration: Declaration) -> bool:
    folded = _folded(words)
    if folded in _LABELS or folded in map(_folded, declaration.names):
        return True
    said = [word for word in folded.split() if word not in _COOKIES]
    # Scripts without capital letters, such as that of Chinese, mostly write no blanks between words.
    return len(said) < 2 and not any(unicodedata.category(letter) == "Lo" for letter in folded)


def _host_prefix(row: Row) -> Iterator[Finding]:
    """Browsers keep such a cookie only for the host that set it, and for all of its paths (RFC 6265bis 4.1.3)."""
    declaration = row.declaration
    name = next((one for one in declaration.names if one.lower().startswith("__host-")), "")
    if declaration.kind is not Kind.COOKIE or not name:
        return
    stated = {"domain": declaration.domain, "path": None if declaration.path == "/" else declaration.path}
    for key, value in stated.items():
        if value is not None:
            message = f'no browser keeps {shown(name)} with the {key} "{value}"'
            yield row.finding(rules.IMPOSSIBLE_PREFIX, key, message, f"leave the {key} out, or correct the name", name)


def _category(row: Row) -> Iterator[Finding]:
    """What is usually necessary, and is not here, waits for consent: that harms nobody's privacy, and is a note.

    Who sets a cookie that needs consent, the site or another for it, is seen in one way here and in another there.
    """
    known, category = row.known, row.declaration.category
    if known is None or known.category is category:
        return
    if {known.category, category} == {Category.FIRST_PARTY, Category.THIRD_PARTY}:
        return
    raised = None
    message = f'"{category}" is unusual for this cookie of {known.provider}, which usually is {known.category}'
    # What another site says of the cookie shows who sets it; its own category may be any.
    see = "" if known.is_secondary else f" (see {known.source})"
    if known.category is Category.NECESSARY:
        remedy = f'write category = "necessary" if the site does not work without it{see}'
    elif category is Category.NECESSARY:
        # Who declares it so lets it pass without consent.
        raised = Level.WARNING if known.category is not Category.FIRST_PARTY else None
        remedy = f'write category = "{known.category}", unless the site does not work without it{see}'
    else:
        remedy = f'write category = "{known.category}", unless it does something else here{see}'
    yield row.finding(rules.UNUSUAL_CATEGORY, "category", message, remedy, raised=raised)
