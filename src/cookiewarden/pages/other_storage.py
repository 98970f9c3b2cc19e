"""Say, in a language, what a declaration is about if that is not a cookie, and what the browser contacts for it.

Rule: a page of a site that declares cookies only says nothing of other storage.
"""

from __future__ import annotations

from cookiewarden.pages.languages import Language
from cookiewarden.policy.declaration import Declaration, Kind


def kind_in(declaration: Declaration, language: Language) -> str:
    """Return what a declaration is about, ``""`` if it is a cookie."""
    if declaration.kind is Kind.COOKIE:
        return ""
    _ = language.say
    return {
        Kind.LOCAL_STORAGE: _("Local storage"),
        Kind.SESSION_STORAGE: _("Session storage"),
        Kind.INDEXED_DB: _("IndexedDB database"),
        Kind.PIXEL: _("Pixel"),
        Kind.SCRIPT: _("Script"),
        Kind.HOST: _("Connection to another host"),
    }[declaration.kind]


def contacts_in(declaration: Declaration, language: Language) -> str:
    """Return which hosts the browser contacts for a declaration, ``""`` if it names none."""
    hosts = ", ".join(declaration.hosts)
    return hosts and language.say("Your browser contacts: %(hosts)s", hosts=hosts)


def words_of_others(site: str, pattern: str, language: Language) -> dict[str, str]:
    """Return the headings and labels of a page that is not about cookies alone, by the keys of ``Document.words``.

    ``pattern``: what the page says of a ``*`` in a name.
    """
    _ = language.say
    said = _(
        "What is said here of cookies also holds for similar technologies: other storage in your browser, pixels, "
        "scripts, and hosts that it contacts."
    )
    return {
        "cookies": _("Cookies and similar technologies of %(site)s", site=site),
        "names": _("Name(s)"),
        "pattern": f"{said} {pattern}",
    }
