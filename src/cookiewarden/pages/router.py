"""Answer the paths under one prefix, each exactly; any other goes to the app.

Rule: only POST and PUT change anything, only if the site itself sent them, and only after the whole body was read and
understood. A wrong request gets a 4xx that says what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import lru_cache, partial
from pathlib import Path

from markupsafe import Markup

from cookiewarden.choices.record import start_of_day
from cookiewarden.http.negotiation import best_format
from cookiewarden.http.request import Request
from cookiewarden.http.signals import GPC_HEADER, GPC_PATH
from cookiewarden.http.urls import is_own_address
from cookiewarden.pages import pdf
from cookiewarden.pages import response as responses
from cookiewarden.pages.choosing import ChoicePages
from cookiewarden.pages.csp_reports import REPORTS_PATH, take_reports
from cookiewarden.pages.document import document_of
from cookiewarden.pages.element import Element, element_of
from cookiewarden.pages.html import HtmlPages
from cookiewarden.pages.json import gpc_support, policy_state
from cookiewarden.pages.languages import Language
from cookiewarden.pages.offered import OfferedLanguages
from cookiewarden.pages.openapi import openapi_document
from cookiewarden.pages.page_request import PageRequest, language_query
from cookiewarden.pages.pdf_files import PdfFiles
from cookiewarden.pages.response import REVALIDATED, Response
from cookiewarden.pages.templating import SCRIPT, load_templates
from cookiewarden.pages.text_digests import TextDigests
from cookiewarden.policy.consent import Consent
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.signals import NO_SIGNALS, Signals

_REMEMBERED_DOCUMENTS = 256
_READING = ("GET", "HEAD", "OPTIONS")
# The formats of the policy page, by suffix; if the path has none, Accept decides.
_FORMATS = {"": "text/html", ".md": "text/markdown", ".json": "application/json"}
_PDF = {".pdf": "application/pdf"}


class Pages:
    """The pages of the sites of one middleware. Holds no state of a request.

    ``script``: whether visitors choose without leaving the page, if their browser runs scripts. ``clear_cache``:
    whether browsers are to drop what they keep of the site after a choice. ``takes_reports``: whether browsers may
    report here which hosts the site's pages contact.
    Raises ``OptionError`` if the site's own templates or catalogs are wrong.
    """

    def __init__(
        self,
        prefix: str,
        *,
        trusted_origins: frozenset[str] = frozenset(),
        templates: Path | None = None,
        language_cookie: str | None = None,
        script: bool = True,
        clear_cache: bool = True,
        takes_reports: bool = False,
    ) -> None:
        self.prefix = prefix
        #: Where browsers send what they report.
        self.reports_path = prefix + REPORTS_PATH
        self._languages, self.templates, styles = load_templates(templates)
        #: The languages that each site offers.
        self.offered = OfferedLanguages(self._languages, language_cookie or "")
        #: By name, the files that our markup links to.
        self._files = styles | ({SCRIPT: self.templates.script()} if script else {})
        #: Whether the policy page is also a PDF: only if the packages of the extra ``pdf`` are installed.
        self.has_pdf = pdf.is_available()
        self._formats = _FORMATS | _PDF if self.has_pdf else _FORMATS
        self._html = HtmlPages(self.templates, self.offered, prefix, self._files, has_pdf=self.has_pdf)
        self._pdfs = PdfFiles()
        #: The digests of the texts that visitors read before they choose.
        self.digests = TextDigests(prefix, self.answer)
        # The texts of each site's policy page; the banner and the other pages use them, too.
        self._document = lru_cache(_REMEMBERED_DOCUMENTS)(document_of)
        choosing = ChoicePages(self._html, self._document, prefix, trusted_origins, clear_cache=clear_cache)
        handlers: dict[str, tuple[tuple[str, ...], Callable[[PageRequest], Response]]] = {
            f"{prefix}/preferences": (("GET", "HEAD", "POST", "OPTIONS"), choosing.preferences),
            f"{prefix}/preferences.json": (("GET", "HEAD", "PUT", "OPTIONS"), choosing.api),
            f"{prefix}/banner": (_READING, self._banner),
            f"{prefix}/openapi.json": (_READING, self._openapi),
            GPC_PATH: (_READING, self._gpc),
        }
        handlers |= {f"{prefix}/{name}": (_READING, partial(self._file, name)) for name in self._files}
        if takes_reports:
            handlers[self.reports_path] = ("POST", "OPTIONS"), take_reports
        handlers |= {prefix + suffix: (_READING, self._policy) for suffix in self._formats}
        self._handlers = handlers
        self._slashed = {path + "/" for path in (prefix, f"{prefix}/preferences", f"{prefix}/banner")}

    def reloaded(self, policies: Collection[Policy]) -> None:
        """Drop what was made for policies that are no longer in force. ``policies``: those in force."""
        self._document.cache_clear()
        self._html.forget_banners()
        self.digests.forget()
        self._pdfs.keep_only(policies)

    def claims(self, policy: Policy, request: Request) -> bool:
        """Return whether the pages answer a request to the site of a policy."""
        if request.path == GPC_PATH:
            return policy.signals.publishes(request.mount, request.path)
        return request.path in self._handlers or request.path in self._slashed

    def yields(self, path: str) -> bool:
        """Return whether the pages answer a path that they claim only if the app has no page there."""
        return path in self._slashed

    def is_banner(self, path: str) -> bool:
        """Return whether a path, given without the mount point, is that of the banner alone."""
        return path == f"{self.prefix}/banner"

    def banner(
        self,
        policy: Policy | None,
        request: Request,
        consent: Consent,
        signals: Signals = NO_SIGNALS,
        *,
        is_exempt: bool,
        language: str | None = None,
    ) -> Markup:
        """Return the banner for a page of the app; empty if the visitor has nothing to answer.

        ``signals``: what the browser said beside the choice. ``language``: the language of that page, as
        ``offered.spoken`` returns it; ``None`` for what the request says.
        """
        if policy is None or is_exempt:
            return Markup()
        spoken = self._language(policy, request, language)
        query = "" if language is None else language_query(spoken)
        return self._banner_for(policy, spoken, consent, signals, request.mount, request.address, query)

    def placeholder(
        self,
        policy: Policy | None,
        request: Request,
        category: str,
        element: Element,
        title: str,
        language: str | None = None,
    ) -> Markup:
        """Return what stands in for an element, and asks for consent to it; nothing if the element has no title.

        ``language``: as for ``banner``.
        """
        if policy is None or not title:
            return Markup()
        spoken = self._language(policy, request, language)
        document = self._document(policy, spoken)
        section = next(one for one in document.sections if one.category == category)
        query = "" if language is None else language_query(spoken)
        return self._html.placeholder(
            policy, spoken, document, section, element, title, request.mount, request.address, query
        )

    def preferences_link(
        self,
        policy: Policy | None,
        request: Request,
        consent: Consent,
        now: float,
        *,
        is_exempt: bool,
        is_first: bool,
        language: str | None = None,
    ) -> Markup:
        """Return a link to the preferences page, for a page of the app; empty if no policy speaks for the host.

        ``is_first``: whether it is the first on its page. That one has the place to which a choice leads back.
        ``language``: as for ``banner``.
        """
        if policy is None:
            return Markup()
        spoken = self._language(policy, request, language)
        chosen_at = consent.chosen_at
        # The preferences cookie keeps only the day.
        is_new = chosen_at is not None and start_of_day(chosen_at) == start_of_day(now)
        return self._html.preferences_link(
            spoken,
            request.mount,
            request.address,
            "" if language is None else language_query(spoken),
            is_asked=is_first and not is_exempt and policy.is_asked(consent),
            is_new=is_first and is_new,
        )

    def element(self, name: str, src: object, attributes: Mapping[str, str | bool]) -> Element:
        """Return an element that fetches ``src``. Raises ``ValueError`` if ``src`` or an attribute is not allowed."""
        return element_of(name, src, attributes)

    def answer(
        self,
        policy: Policy,
        request: Request,
        consent: Consent,
        body: bytes | None,
        now: float,
        signals: Signals = NO_SIGNALS,
        *,
        is_exempt: bool,
    ) -> Response:
        """Answer a request that ``claims`` accepts. The response holds the new choice, if the visitor made one.

        ``consent``: what the visitor chose before. ``body``: that of a POST or PUT; ``None`` if it was longer than
        ``max_body_bytes``. ``now``: seconds since 1970-01-01 UTC. ``signals``: what the browser said beside the choice.
        """
        is_embedded = policy.preferences.embedded
        if request.path in self._slashed:
            address = request.mount_url + request.path.rstrip("/")
            with_query = f"{address}?{request.query}"
            response = responses.redirect(308, with_query if request.query and is_own_address(with_query) else address)
            return responses.finished(response, request.method, None, is_embedded=is_embedded)
        methods, handler = self._handlers[request.path]
        allow = ", ".join(methods)
        if request.method not in methods:
            response = responses.problem(405, f"Allowed here: {allow}.").with_headers(allow=allow)
        elif request.method == "OPTIONS":
            response = Response(204, {"Allow": allow})
        else:
            language = self._language(policy, request)
            response = handler(PageRequest(request, policy, language, consent, is_exempt, signals, body, now))
        if_none_match = request.header("if-none-match")
        return responses.finished(response, request.method, if_none_match, is_embedded=is_embedded)

    def _language(self, policy: Policy, request: Request, given: str | None = None) -> Language:
        return self._languages[given or self.offered.language_of(policy, request)]

    def _policy(self, page: PageRequest) -> Response:
        suffix = page.request.path.removeprefix(self.prefix)
        accept = page.request.header("accept") or ""
        kind = self._formats[suffix] if suffix else best_format(accept, list(self._formats.values()))
        document_of = partial(self._document, page.policy, page.language)
        if kind == "text/html":
            response = responses.content(kind, self._html.policy_page(page, document_of()))
        elif kind == "text/markdown":
            response = responses.content(
                kind, self.templates.render("policy.md", page.language, document=document_of())
            )
        elif kind == "application/json":
            response = responses.json_content(policy_state(page.policy, document_of()))
        else:
            data = self._pdfs.get(page.policy, page.language, document_of)
            if data is None:
                return responses.problem(503, "Too many PDFs are being made; try again.").with_headers(retry_after="5")
            name = f"cookies-{page.policy.site.id}.pdf"
            response = responses.content(kind, data, content_disposition=responses.saved_as(name))
        vary = "Cookie, Accept-Language" if suffix else "Cookie, Accept, Accept-Language"
        return responses.localized(page, response, vary)

    def _banner(self, page: PageRequest) -> Response:
        address = page.request.query_values.get("next", [""])[-1]
        banner = Markup()
        if not page.is_exempt:
            mount, query = page.request.mount, page.language_query
            banner = self._banner_for(page.policy, page.language, page.consent, page.signals, mount, address, query)
        vary = "Cookie, Accept-Language"
        if banner and page.policy.is_banner_signalled(page.consent):
            vary += f", {GPC_HEADER}"
        return responses.localized(page, responses.content("text/html", banner), vary)

    def _banner_for(
        self,
        policy: Policy,
        language: Language,
        consent: Consent,
        signals: Signals,
        mount: str,
        address: str,
        query: str,
    ) -> Markup:
        if not policy.is_asked(consent):
            return Markup()
        return self._html.banner(policy, language, self._document, consent, signals, mount, address, query)

    def _gpc(self, page: PageRequest) -> Response:
        return responses.json_content(gpc_support(page.policy), cache_control="public, max-age=86400")

    def _openapi(self, page: PageRequest) -> Response:
        document = openapi_document(page.request.mount_url + self.prefix, self.offered.tags(page.policy))
        return responses.json_content(document, cache_control=REVALIDATED)

    def _file(self, name: str, page: PageRequest) -> Response:
        is_versioned = page.request.query == f"v={self._html.file_versions[name]}"
        kept = "public, max-age=31536000, immutable" if is_versioned else REVALIDATED
        kind = "text/javascript" if name == SCRIPT else "text/css"
        return responses.content(kind, self._files[name], cache_control=kept)
