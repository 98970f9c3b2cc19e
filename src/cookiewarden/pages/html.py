"""Render the HTML that visitors see: the pages, the banner and the placeholder.

Rule: addresses are our own paths under the mount point. Everything else that a template gets is text, and the template
escapes it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from urllib.parse import urlsplit

from markupsafe import Markup

from cookiewarden.http.urls import is_own_address, mount_url
from cookiewarden.pages.document import Document, Passage, Section, day_of, passage
from cookiewarden.pages.form import shown_versions
from cookiewarden.pages.languages import Language
from cookiewarden.pages.page_request import PageRequest
from cookiewarden.pages.templating import Templates
from cookiewarden.policy.consent import Consent
from cookiewarden.policy.declaration import Category, is_written
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.values import CONTROL

_VERSION_CHARACTERS = 12
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_ATTRIBUTE = re.compile(r"[A-Za-z][A-Za-z0-9-]*")


class HtmlPages:
    """Renders the pages.

    ``prefix``: the path that they live under; ``style``: their style sheet; ``has_pdf``: whether to link to a PDF.
    """

    def __init__(
        self, templates: Templates, languages: Mapping[str, Language], prefix: str, style: str, *, has_pdf: bool
    ) -> None:
        self._templates = templates
        self._languages = languages
        self._prefix = prefix
        self._has_pdf = has_pdf
        self.style_version = hashlib.sha256(style.encode()).hexdigest()[:_VERSION_CHARACTERS]

    def policy_page(self, page: PageRequest, document: Document) -> Markup:
        """Return the cookie policy. A choice is shown only if there is one, so that a cached page is never wrong."""
        offered = page.policy.offered_categories(page.consent)
        return self._page("policy.html", page, document=document, offered=offered)

    def preferences_page(self, page: PageRequest, document: Document) -> Markup:
        """Return the page to choose on."""
        offered = page.policy.offered_categories(page.consent)
        return self._page(
            "preferences.html",
            page,
            necessary=document.sections[0],
            words=document.words,
            offered=[section for section in document.sections if section.category in offered],
            versions=shown_versions(page.policy.digests, offered),
            is_saved="saved" in page.request.query_values and page.consent.chosen_at is not None,
        )

    def error_page(self, page: PageRequest, status: int, detail: str) -> Markup:
        """Return the page that says what was wrong with a form, and that nothing has changed."""
        return self._page("error.html", page, status=status, phrase=HTTPStatus(status).phrase, detail=detail)

    def banner(
        self,
        policy: Policy,
        language: Language,
        document: Document,
        consent: Consent,
        mount: str,
        address: str,
        language_query: str,
    ) -> Markup:
        """Return the banner for a visitor who has yet to answer.

        ``address``: the page that its forms lead back to. ``language_query``: the query that keeps the language of that
        page in the links, ``""`` if it did not choose one.
        """
        asked = policy.banner_categories(consent)
        sections = [_asking(section) for section in document.sections if section.category in asked]
        return self._templates.render(
            "banner.html",
            language,
            site=document.site,
            operator=policy.site.operator and passage(policy.site.operator, language),
            sections=sections,
            versions=shown_versions(policy.digests, asked),
            is_stale=bool(consent.stale),
            links=self._links(mount_url(mount), language_query, language),
            next=address if is_own_address(address) else "",
        )

    def placeholder(
        self,
        policy: Policy,
        language: Language,
        document: Document,
        section: Section,
        src: str,
        title: str,
        mount: str,
        address: str,
        language_query: str,
    ) -> Markup:
        """Return what stands in for content that waits for consent to a category; otherwise as ``banner``."""
        return self._templates.render(
            "placeholder.html",
            language,
            section=section,
            versions=shown_versions(policy.digests, [section.category]),
            host=_host_of(src) or document.site.text,
            what=_plain(title),
            links=self._links(mount_url(mount), language_query, language),
            next=address,
        )

    def _page(self, template: str, page: PageRequest, **values: object) -> Markup:
        consent, language = page.consent, page.language
        chosen_at = consent.chosen_at
        return self._templates.render(
            template,
            language,
            site=passage(page.policy.site.name, language),
            links=self._links(page.request.mount_url, page.language_query, language),
            languages=[
                (other, f"{page.request.mount_url}{page.request.path}?lang={other.tag}")
                for other in self._languages.values()
            ],
            answers={category: consent.answer(category) for category in Category},
            is_stale=bool(consent.stale),
            chosen_on=None if chosen_at is None else day_of(chosen_at, language),
            **values,
        )

    def _links(self, mount: str, language_query: str, language: Language) -> dict[str, str]:
        policy = mount + self._prefix
        return {
            "home": mount + "/",
            "policy": policy + language_query,
            "pdf": f"{policy}.pdf{language_query}" if self._has_pdf else "",
            "markdown": f"{policy}.md{language_query}",
            "json": f"{policy}.json{language_query}",
            "preferences": f"{policy}/preferences{language_query}",
            # The record of a choice names the language that the visitor was asked in.
            "choose": f"{policy}/preferences?lang={language.tag}",
            "style": f"{policy}/style.css?v={self.style_version}",
        }


def _asking(section: Section) -> Section:
    """Return a section as the banner shows it: the cookies that need consent.

    What the category is for stands in for a purpose that is not written yet.
    """
    general = Passage(section.explanation)
    rows = (row for row in section.rows if row.declaration.needs_consent)
    shown = (row if is_written(row.purpose.text) else replace(row, purpose=general) for row in rows)
    return replace(section, rows=tuple(shown))


def element(name: str, src: object, attributes: Mapping[str, object]) -> Markup:
    """Return an empty element that fetches ``src``. An attribute whose value is ``True`` is written without a value.

    Raises ``ValueError`` if ``src`` is not a web address, or if an attribute is not allowed here.
    """
    address = _plain(src).strip()
    if not address or CONTROL.search(address):
        raise ValueError(f"src: {address!r} is not an address")
    if _SCHEME.match(address) and not address.lower().startswith(("https:", "http:")):
        raise ValueError(f"src: {address!r} is not a web address; it must begin with https:, http: or /")
    parts = [Markup(' src="{}"').format(address)]
    for given, value in attributes.items():
        attribute = given.rstrip("_").replace("_", "-")
        lowered = attribute.lower()
        # Attributes that run code, and those that would replace src, are not allowed.
        if not _ATTRIBUTE.fullmatch(attribute) or lowered.startswith("on") or lowered in ("src", "srcdoc"):
            raise ValueError(f"{given!r} is not an attribute that is allowed here")
        if value is True:
            parts.append(Markup(" {}").format(attribute))
        elif value is not False:
            parts.append(Markup(' {}="{}"').format(attribute, _plain(value)))
    return Markup("<{0}{1}></{0}>").format(name, Markup("").join(parts))


def _plain(value: object) -> str:
    """Return a value as text. Markup is unescaped, so that the checks see what the browser reads."""
    return Markup(value).unescape() if hasattr(value, "__html__") else str(value)


def _host_of(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
