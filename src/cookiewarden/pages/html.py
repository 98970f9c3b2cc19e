"""Render the HTML that visitors see: the pages, the banner and the placeholder.

Rule: addresses are our own paths under the mount point. Everything else that a template gets is text, and the template
escapes it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from http import HTTPStatus

from markupsafe import Markup

from cookiewarden.http.urls import in_query, is_own_address, mount_url
from cookiewarden.pages.document import Document, Section
from cookiewarden.pages.element import Element, plain
from cookiewarden.pages.form import is_place, shown_versions
from cookiewarden.pages.frame_size import is_fixed, size_of
from cookiewarden.pages.kept_markup import ADDRESS, Parts, filled, parts_of
from cookiewarden.pages.languages import Language
from cookiewarden.pages.offered import OfferedLanguages
from cookiewarden.pages.page_request import PageRequest
from cookiewarden.pages.templating import SCRIPT, Templates
from cookiewarden.pages.wording import day_of, lifetime_in, passage
from cookiewarden.policy.consent import Consent
from cookiewarden.policy.declaration import Category, is_written
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.signals import Signals

_VERSION_CHARACTERS = 12
# In letters: a longer one in the title, such as a name in German, needs smaller headings in a narrow window.
_LONG_WORD = 16
_WORD = re.compile(r"[^\s-]+")
_KEPT = 256


class HtmlPages:
    """Renders the pages.

    ``offered``: the languages of each site. ``prefix``: the path that the pages live under; ``files``: by name, the
    style sheets, and the script if there is one; ``has_pdf``: whether to link to a PDF.
    """

    def __init__(
        self,
        templates: Templates,
        offered: OfferedLanguages,
        prefix: str,
        files: Mapping[str, str],
        *,
        has_pdf: bool,
    ) -> None:
        self._templates = templates
        self._offered = offered
        self._prefix = prefix
        self._has_pdf = has_pdf
        #: By name of a file, what its address ends with, so that browsers fetch it anew when it changes.
        self.file_versions = {
            name: hashlib.sha256(text.encode()).hexdigest()[:_VERSION_CHARACTERS] for name, text in files.items()
        }
        self._has_script = SCRIPT in files
        self._banner_parts = lru_cache(_KEPT)(self._render_banner)
        self._link_parts = lru_cache(_KEPT)(self._render_link)

    def forget_banners(self) -> None:
        """Drop the banners that are kept, because their policies may be no longer in force."""
        self._banner_parts.cache_clear()

    def policy_page(self, page: PageRequest, document: Document) -> Markup:
        """Return the cookie policy. A choice is shown only if there is one, so that a cached page is never wrong."""
        offered = page.policy.offered_categories(page.consent)
        return self._page(
            "policy.html", page, document=document, offered=offered, has_long_words=_has_long_words(document)
        )

    def policy_file(self, language: Language, document: Document, styles: Markup) -> Markup:
        """Return the cookie policy as a file that nobody serves: its styles are in it, and it links to no other page.

        Nor does it say what a visitor chose, or can choose.
        """
        return self._templates.render(
            "policy.html",
            language,
            document=document,
            site=document.site,
            styles=styles,
            links={},
            languages=(),
            offered=(),
            has_long_words=_has_long_words(document),
        )

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
            signalled=page.signals.refused,
            is_saved="saved" in page.request.query_values and page.consent.chosen_at is not None,
        )

    def error_page(self, page: PageRequest, status: int, detail: str) -> Markup:
        """Return the page that says what was wrong with a form, and that nothing has changed."""
        return self._page("error.html", page, status=status, phrase=HTTPStatus(status).phrase, detail=detail)

    def banner(
        self,
        policy: Policy,
        language: Language,
        document_of: Callable[[Policy, Language], Document],
        consent: Consent,
        signals: Signals,
        mount: str,
        address: str,
        language_query: str,
    ) -> Markup:
        """Return the banner for a visitor who has yet to answer. It is rendered once for all pages and visitors.

        ``address``: the page that its forms lead back to. ``language_query``: the query that keeps the language of that
        page in the links, ``""`` if it did not choose one.
        """
        asked, is_stale = policy.banner_categories(consent), bool(consent.stale)
        signalled = signals.refused and signals.refused.intersection(asked)
        leads_back = is_own_address(address)
        parts = self._banner_parts(
            policy, language, document_of, asked, is_stale, signalled, mount, language_query, leads_back
        )
        return filled(parts, address)

    def _render_banner(
        self,
        policy: Policy,
        language: Language,
        document_of: Callable[[Policy, Language], Document],
        asked: tuple[Category, ...],
        is_stale: bool,
        signalled: frozenset[Category],
        mount: str,
        language_query: str,
        leads_back: bool,
    ) -> Parts:
        """Return the parts of a banner that ``filled`` fills in. They depend on no more of a visitor than is passed."""
        document = document_of(policy, language)
        address = ADDRESS if leads_back else ""
        markup = self._templates.render(
            "banner.html",
            language,
            site=document.site,
            operator=policy.site.operator and passage(policy.site.operator, language),
            sections=[_asking(section) for section in document.sections if section.category in asked],
            versions=shown_versions(policy.digests, asked),
            is_stale=is_stale,
            signalled=signalled,
            time=lifetime_in(policy.preferences.lifetime, language),
            links=self._links(mount_url(mount), language_query, language, address),
            next=address,
        )
        return parts_of(markup)

    def placeholder(
        self,
        policy: Policy,
        language: Language,
        document: Document,
        section: Section,
        element: Element,
        title: str,
        mount: str,
        address: str,
        language_query: str,
    ) -> Markup:
        """Return what stands in for an element that waits for consent to a category; otherwise as ``banner``."""
        size = size_of(element)
        return self._templates.render(
            "placeholder.html",
            language,
            section=section,
            versions=shown_versions(policy.digests, [section.category]),
            host=element.host or document.site.text,
            what=plain(title),
            size=size,
            is_fixed=is_fixed(size),
            id=element.id,
            place=element.id if is_place(element.id) else "",
            embed=element.parts,
            links=self._links(mount_url(mount), language_query, language, address),
            next=address,
        )

    def preferences_link(
        self, language: Language, mount: str, address: str, language_query: str, *, is_asked: bool, is_new: bool
    ) -> Markup:
        """Return a link to the preferences page; otherwise as ``banner``.

        ``is_asked``: whether the visitor sees the banner. ``is_new``: whether the visitor may have chosen just now.
        """
        return filled(self._link_parts(language, mount, language_query, bool(address), is_asked, is_new), address)

    def _render_link(
        self, language: Language, mount: str, language_query: str, leads_back: bool, is_asked: bool, is_new: bool
    ) -> Parts:
        """Return the parts of a link that ``filled`` fills in, as ``_render_banner`` does."""
        links = self._links(mount_url(mount), language_query, language, ADDRESS if leads_back else "")
        markup = self._templates.render(
            "preferences_link.html", language, links=links, is_asked=is_asked, is_new=is_new
        )
        return parts_of(markup.strip())

    def _page(self, template: str, page: PageRequest, **values: object) -> Markup:
        consent, language = page.consent, page.language
        chosen_at = consent.chosen_at
        links = self._links(page.request.mount_url, page.language_query, language, page.next)
        # What leads on from one of our pages keeps the address to go back to.
        links |= {name: _with_next(links[name], page.next) for name in ("policy", "choose")}
        return self._templates.render(
            template,
            language,
            site=passage(page.policy.site.name, language),
            links=links,
            next=page.next,
            languages=[
                (other, _with_next(f"{page.request.mount_url}{page.request.path}?lang={other.tag}", page.next))
                for other in self._offered.of_site(page.policy)
            ],
            answers={category: consent.answer(category) for category in Category},
            is_stale=bool(consent.stale),
            chosen_on=None if chosen_at is None else day_of(chosen_at, language),
            **values,
        )

    def _links(self, mount: str, language_query: str, language: Language, address: str) -> dict[str, str]:
        """Return the addresses that templates use. ``address``: what saved preferences lead back to, if any."""
        policy = mount + self._prefix
        versions = self.file_versions
        return {
            "home": mount + "/",
            "policy": policy + language_query,
            "pdf": f"{policy}.pdf{language_query}" if self._has_pdf else "",
            "markdown": f"{policy}.md{language_query}",
            "json": f"{policy}.json{language_query}",
            "preferences": _with_next(f"{policy}/preferences{language_query}", address),
            # The record of a choice names the language that the visitor was asked in.
            "choose": f"{policy}/preferences?lang={language.tag}",
            "pages_style": f"{policy}/pages.css?v={versions['pages.css']}",
            "style": f"{policy}/style.css?v={versions['style.css']}",
            "script": f"{policy}/{SCRIPT}?v={versions[SCRIPT]}" if self._has_script else "",
        }


def _has_long_words(document: Document) -> bool:
    return any(len(word) > _LONG_WORD for word in _WORD.findall(document.title))


def _asking(section: Section) -> Section:
    """Return a section as the banner shows it: the cookies that need consent.

    What the category is for stands in for a purpose that is not written yet.
    """
    rows = (row for row in section.rows if row.declaration.needs_consent)
    shown = (row if is_written(row.purpose.text) else replace(row, purpose=section.explanation) for row in rows)
    return replace(section, rows=tuple(shown))


def _with_next(link: str, address: str) -> str:
    """Return a link that takes along the address to go back to, if there is one."""
    if not address:
        return link
    return f"{link}{'&' if '?' in link else '?'}next={in_query(address)}"
