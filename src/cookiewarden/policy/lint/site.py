"""The rules for the site as a whole: its date, its languages, and what other hosts of its domain can plant.

Rule: it never reads a clock. The caller passes the day.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from cookiewarden.http.hosts import may_have_siblings
from cookiewarden.http.negotiation import closest_language
from cookiewarden.http.set_cookie import has_prefix
from cookiewarden.policy.declaration import Category, Declaration, Kind, Text
from cookiewarden.policy.findings import Finding
from cookiewarden.policy.lint import rules
from cookiewarden.policy.lint.declarations import is_own, is_whole, lacks_provider, texts_of
from cookiewarden.policy.lint.subject import Subject, listed, shown
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.site import UNNAMED

#: Names rather than sentences. In one language, they are so in all.
_NAMES = ("name", "operator", "contact", "provider")
#: What names of cookies say that keep visitors signed in, or prove that a form is theirs.
_OF_SESSIONS = re.compile(r"sess|sid$|auth|token|login|csrf|xsrf|remember", re.IGNORECASE)


def lint_site(subject: Subject, today: date) -> Iterator[Finding]:
    """Yield what is wrong with the site as a whole. ``today``: the day on which it is checked."""
    yield from _name(subject)
    yield from _operator(subject)
    yield from _date(subject, today)
    yield from _texts(subject)
    yield from _untranslated(subject)
    yield from _presets(subject)
    yield from _choice(subject)
    yield from _sessions(subject)


def _name(subject: Subject) -> Iterator[Finding]:
    if UNNAMED in subject.policy.site.name.by_language.values():
        message = f"{shown(UNNAMED)} stands in place of the name, and visitors read it"
        yield subject.of_table(rules.OPEN_QUESTION, "site", "name", message, "write what the site is called")


def _operator(subject: Subject) -> Iterator[Finding]:
    policy = subject.policy
    needed = [row for row in subject.rows if row.declaration.needs_consent and not lacks_provider(row, policy)]
    unnamed = [row.declaration.names[0] for row in needed if row.declaration.provider is None]
    if unnamed and policy.site.operator is None:
        message = f"missing, so visitors read that {shown(policy.site.name)} provides {listed(unnamed)}"
        remedy = 'write operator = "...", with the name of who answers for the site, or name the provider of each'
        yield subject.of_table(rules.OPERATOR_NOT_NAMED, "site", "operator", message, remedy, beside="name")


def _date(subject: Subject, today: date) -> Iterator[Finding]:
    updated = subject.policy.site.updated
    if updated and updated > today + timedelta(days=1):  # it may be tomorrow elsewhere
        message = f"{updated} is still to come, and visitors read it as the day of the last change"
        remedy = "write the day on which somebody last looked at the policy"
        yield subject.of_table(rules.FUTURE_DATE, "site", "updated", message, remedy)
    if updated and (updated.year + 1, updated.month, updated.day) < (today.year, today.month, today.day):
        message = f"{updated} is more than 12 months ago"
        remedy = "look whether the site still sets these cookies and no others, then write the day of that"
        yield subject.of_table(rules.OLD_DATE, "site", "updated", message, remedy)


def _texts_of_site(policy: Policy) -> Iterator[tuple[str, str, Text]]:
    """Yield the table, the key and the text of each text outside the declarations."""
    for key in ("name", "operator", "contact", "introduction"):
        text = getattr(policy.site, key)
        if text is not None:
            yield "site", key, text
    for category, texts in policy.category_texts.items():
        for key, text in (("title", texts.title), ("explanation", texts.explanation)):
            if text is not None:
                yield f"categories.{category}", key, text


def _texts(subject: Subject) -> Iterator[Finding]:
    for table, key, text in _texts_of_site(subject.policy):
        if not is_whole(text):
            remedy = "write what the site is called" if key == "name" else "write it, or leave it out"
            yield subject.of_table(rules.NOT_WRITTEN, table, key, "is not written yet", remedy)


def _untranslated(subject: Subject) -> Iterator[Finding]:
    languages = subject.policy.site.languages
    for table, key, text in _texts_of_site(subject.policy):
        missing = _missing(key, text, languages)
        if missing:
            message = f"lacks a text in {', '.join(missing)}, which site.languages lists"
            yield subject.of_table(rules.NOT_TRANSLATED, table, key, message, f'write {key}.{missing[0]} = "..."')
    for row in subject.rows:
        lacks = _lacks(row.declaration, languages)
        if lacks:
            key, missing = next(iter(lacks.items()))
            message = "; ".join(f"{key} lacks a text in {', '.join(missing)}" for key, missing in lacks.items())
            remedy = f'write {key}.{missing[0]} = "...", with one key for each language'
            yield row.finding(rules.NOT_TRANSLATED, key, message, remedy)


def _missing(key: str, text: Text, languages: Iterable[str]) -> list[str]:
    written = text.by_language
    if key in _NAMES and len(written) == 1:
        return []
    return [language for language in languages if closest_language(language, written) is None]


def _lacks(declaration: Declaration, languages: Iterable[str]) -> Mapping[str, list[str]]:
    """Return, by key, the languages in which a text of a declaration is not written."""
    found = {key: _missing(key, text, languages) for key, text in texts_of(declaration).items()}
    return {key: missing for key, missing in found.items() if missing}


def _presets(subject: Subject) -> Iterator[Finding]:
    """A preset cannot say what each site chooses. The site can, if it declares the cookie again."""
    for preset, rows in subject.rows_of_presets.items():
        kept = [row.declaration for row in rows if row.declaration.lifetime is None]
        names = [name for one in kept for name in one.names]
        if names:
            message = (
                f'"{preset}" does not say how long {listed(names)} are kept, so visitors read that it is not stated'
            )
            remedy = "declare them again with a lifetime, or write under remove those that your site does not set"
            yield subject.of_preset(rules.NECESSARY_NO_LIFETIME, preset, message, remedy)
        lacks = [_lacks(row.declaration, subject.policy.site.languages) for row in rows]
        missing = dict.fromkeys(language for one in lacks for found in one.values() for language in found)
        if missing:
            message = f'"{preset}" lacks texts in {", ".join(missing)}, which site.languages lists'
            yield subject.of_preset(
                rules.NOT_TRANSLATED, preset, message, "declare its cookies again, with texts in these languages"
            )


def _choice(subject: Subject) -> Iterator[Finding]:
    preferences = subject.policy.preferences
    host = next(filter(may_have_siblings, subject.policy.site.hosts), "")
    if host and preferences.domain is None and not has_prefix(preferences.name.encode()):
        message = f"another host of the domain of {host} could plant a choice for visitors who have not chosen yet"
        remedy = (
            'if you do not trust every such host, and the site is on https, write name = "__Host-cookies_preferences" '
            "under [preferences] before the site goes live; on a live site, every choice is lost"
        )
        yield subject.of_table(rules.CHOICE_WITHOUT_PREFIX, "site", "hosts", message, remedy)


def _sessions(subject: Subject) -> Iterator[Finding]:
    """Only ``__Host-`` helps: under another name, a browser sends what a sibling set for their common domain, too."""
    domain = _shared_domain(subject.policy)
    if not domain:
        return
    message = f"another host of {domain} can plant a cookie of this name, and so have visitors act in its session"
    remedy = "if you do not trust every host there, and the site is on https, have the app set it as {}"
    more = ", with Secure, Path=/ and no Domain, and {}"
    for row in subject.rows:
        for name in _plantable(row.declaration, subject.policy):
            new = f'"__Host-{_bare(name)}"'
            told = remedy.format(new) + more.format("declare that name")
            key = "names" if len(row.declaration.names) > 1 else "name"
            yield row.finding(rules.SESSION_WITHOUT_PREFIX, key, message, told, name)
    for preset, rows in subject.rows_of_presets.items():
        names = [name for row in rows for name in _plantable(row.declaration, subject.policy)]
        if names:
            said = f"another host of {domain} can plant {listed(names)}, and so have visitors act in its session"
            told = remedy.format(f'"__Host-{_bare(names[0])}"') + more.format("write that name under rename")
            yield subject.of_preset(rules.SESSION_WITHOUT_PREFIX, preset, said, told)


def _shared_domain(policy: Policy) -> str:
    """Return a domain that the site is seen to share with other hosts, ``""`` if nothing shows one.

    One host may be alone in its domain, and ``www`` mostly is the same site as the domain. So neither counts.
    """
    hosts = policy.site.hosts
    if policy.preferences.domain:
        return policy.preferences.domain
    wild = next((host.removeprefix("*.") for host in hosts if host.startswith("*.")), "")
    if wild:
        return wild
    siblings = [host for host in hosts if may_have_siblings(host) and not host.startswith("www.")]
    parents = Counter(host.partition(".")[2] for host in siblings)
    return next((parent for parent, count in parents.items() if count > 1 or parent in hosts), "")


def _plantable(declaration: Declaration, policy: Policy) -> Sequence[str]:
    """Return the names of a declaration that a sibling can plant, if ``__Host-`` could prevent it.

    It cannot if the hosts of a domain share the cookie, or if the cookie is for one folder. A service in front of the
    app does not let the site choose a name.
    """
    is_shared = declaration.domain is not None or declaration.path not in (None, "/")
    is_ours = declaration.provider is None or is_own(declaration.provider, policy)
    if declaration.kind is not Kind.COOKIE or declaration.category is not Category.NECESSARY:
        return ()
    if is_shared or not is_ours:
        return ()
    names = (name for name in declaration.names if "*" not in name and not name.lower().startswith("__host-"))
    return [name for name in names if _OF_SESSIONS.search(name)]


def _bare(name: str) -> str:
    return name[len("__Secure-") :] if name.lower().startswith("__secure-") else name
