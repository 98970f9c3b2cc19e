"""Answer the paths under one prefix, each exactly; any other goes to the app.

Rule: only POST and PUT change anything, only if the site itself sent them, and only after the whole body was read and
understood. A wrong request gets a 4xx that says what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path

from markupsafe import Markup

from cookiewarden.choices.record import ChoiceSource
from cookiewarden.errors import OptionError
from cookiewarden.http.cookie import cookie_values
from cookiewarden.http.negotiation import best_format, best_language, matching_language
from cookiewarden.http.origin import is_same_origin
from cookiewarden.http.request import Request
from cookiewarden.http.urls import is_own_address
from cookiewarden.pages import pdf
from cookiewarden.pages import response as responses
from cookiewarden.pages.document import document_of
from cookiewarden.pages.form import ChoiceForm, WrongBodyError, read_form, read_json
from cookiewarden.pages.html import HtmlPages, element
from cookiewarden.pages.json import choice_state, policy_state
from cookiewarden.pages.languages import SOURCE_LANGUAGE, Language, load_languages
from cookiewarden.pages.openapi import openapi_document
from cookiewarden.pages.page_request import PageRequest, language_query
from cookiewarden.pages.pdf_files import PdfFiles
from cookiewarden.pages.response import NO_STORE, REVALIDATED, NewChoice, Response
from cookiewarden.pages.templating import Templates
from cookiewarden.policy.consent import Consent
from cookiewarden.policy.policy import Policy

_REMEMBERED_DOCUMENTS = 256
# After a choice, a page in the browser's cache, or one frozen in its history, would ask again or show the old choice.
_KEPT_PAGES = '"cache"'
_READING = ("GET", "HEAD", "OPTIONS")
# The formats of the policy page, by suffix; if the path has none, Accept decides.
_FORMATS = {"": "text/html", ".md": "text/markdown", ".json": "application/json"}
_PDF = {".pdf": "application/pdf"}


class Pages:
    """The pages of the sites of one middleware. Holds no state of a request.

    Raises ``OptionError`` if the site's own templates or catalogs are wrong.
    """

    def __init__(
        self, prefix: str, *, trusted_origins: frozenset[str], templates: Path | None, language_cookie: str | None
    ) -> None:
        self.prefix = prefix
        self._trusted = trusted_origins
        self._language_cookie = (language_cookie or "").encode("ascii")
        self._languages, self.templates, self._style = load_templates(templates)
        #: Whether the policy page is also a PDF: only if the packages of the extra ``pdf`` are installed.
        self.has_pdf = pdf.is_available()
        self._formats = _FORMATS | _PDF if self.has_pdf else _FORMATS
        self._html = HtmlPages(self.templates, self._languages, prefix, self._style, has_pdf=self.has_pdf)
        self._pdfs = PdfFiles()
        # The texts of each site's policy page; the banner and the other pages use them, too.
        self._document = lru_cache(_REMEMBERED_DOCUMENTS)(document_of)
        handlers: dict[str, tuple[tuple[str, ...], Callable[[PageRequest], Response]]] = {
            f"{prefix}/preferences": (("GET", "HEAD", "POST", "OPTIONS"), self._preferences),
            f"{prefix}/preferences.json": (("GET", "HEAD", "PUT", "OPTIONS"), self._api),
            f"{prefix}/banner": (_READING, self._banner),
            f"{prefix}/openapi.json": (_READING, self._openapi),
            f"{prefix}/style.css": (_READING, self._style_sheet),
        }
        handlers |= {prefix + suffix: (_READING, self._policy) for suffix in self._formats}
        self._handlers = handlers
        self._slashed = {path + "/" for path in (prefix, f"{prefix}/preferences", f"{prefix}/banner")}

    def reloaded(self, policies: Collection[Policy]) -> None:
        """Drop what was made for policies that are no longer in force. ``policies``: those in force."""
        self._document.cache_clear()
        self._pdfs.keep_only(policies)

    def claims(self, path: str) -> bool:
        """Return whether the pages answer a path, given without the mount point."""
        return path in self._handlers or path in self._slashed

    def yields(self, path: str) -> bool:
        """Return whether the pages answer a path that they claim only if the app has no page there."""
        return path in self._slashed

    def language_of(self, policy: Policy, request: Request) -> str:
        """Return the tag of a visitor's language: from ``?lang``, the site's own cookie or the browser, else the
        policy's."""
        offered = list(self._languages)
        asked = request.query_values.get("lang", [])[-1:]
        if self._language_cookie:
            cookies = (request.header("cookie") or "").encode("latin-1", "replace")
            asked += [value.decode("ascii", "replace") for value in cookie_values(cookies, self._language_cookie)[:1]]
        return (
            next((found for tag in asked if (found := matching_language(tag, offered))), None)
            or best_language(request.header("accept-language") or "", offered)
            or matching_language(policy.site.language, offered)
            or SOURCE_LANGUAGE
        )

    def spoken(self, tag: str) -> str | None:
        """Return the tag of the language that serves readers of ``tag``, or ``None`` if no language does."""
        return matching_language(tag, list(self._languages))

    def banner(
        self, policy: Policy | None, request: Request, consent: Consent, *, is_exempt: bool, language: str | None = None
    ) -> Markup:
        """Return the banner for a page of the app; empty if the visitor has nothing to answer.

        ``language``: the language of that page, as ``spoken`` returns it; ``None`` for what the request says.
        """
        if policy is None or is_exempt:
            return Markup()
        spoken = self._language(policy, request, language)
        query = "" if language is None else language_query(spoken)
        return self._banner_for(policy, spoken, consent, request.mount, request.address, query)

    def placeholder(
        self, policy: Policy | None, request: Request, category: str, src: str, title: str, language: str | None = None
    ) -> Markup:
        """Return what stands in for content, and asks for consent to it; nothing if the content has no title.

        ``language``: as for ``banner``.
        """
        if policy is None or not title:
            return Markup()
        spoken = self._language(policy, request, language)
        document = self._document(policy, spoken)
        section = next(one for one in document.sections if one.category == category)
        query = "" if language is None else language_query(spoken)
        return self._html.placeholder(
            policy, spoken, document, section, src, title, request.mount, request.address, query
        )

    def element(self, name: str, src: object, attributes: Mapping[str, str | bool]) -> Markup:
        """Return an element that fetches ``src``. Raises ``ValueError`` if ``src`` or an attribute is not allowed."""
        return element(name, src, attributes)

    def answer(
        self, policy: Policy, request: Request, consent: Consent, body: bytes | None, now: float, *, is_exempt: bool
    ) -> Response:
        """Answer a request whose path ``claims`` accepts. The response holds the new choice, if the visitor made one.

        ``consent``: what the visitor chose before. ``body``: that of a POST or PUT; ``None`` if it was longer than
        ``MAX_BODY_BYTES``. ``now``: seconds since 1970-01-01 UTC.
        """
        if request.path in self._slashed:
            address = request.mount_url + request.path.rstrip("/")
            with_query = f"{address}?{request.query}"
            response = responses.redirect(308, with_query if request.query and is_own_address(with_query) else address)
            return responses.finished(response, request.method, None)
        methods, handler = self._handlers[request.path]
        allow = ", ".join(methods)
        if request.method not in methods:
            response = responses.problem(405, f"Allowed here: {allow}.").with_headers(allow=allow)
        elif request.method == "OPTIONS":
            response = Response(204, {"Allow": allow})
        else:
            language = self._language(policy, request)
            response = handler(PageRequest(request, policy, language, consent, is_exempt, body, now))
        return responses.finished(response, request.method, request.header("if-none-match"))

    def _language(self, policy: Policy, request: Request, given: str | None = None) -> Language:
        return self._languages[given or self.language_of(policy, request)]

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
            response = responses.content(kind, data, content_disposition='inline; filename="cookies.pdf"')
        vary = "Cookie, Accept-Language" if suffix else "Cookie, Accept, Accept-Language"
        return self._localized(page, response, vary)

    def _preferences(self, page: PageRequest) -> Response:
        if page.request.method != "POST":
            response = responses.content(
                "text/html", self._html.preferences_page(page, self._document(page.policy, page.language))
            )
            return self._localized(page, response).with_headers(cache_control=NO_STORE)
        try:
            self._check_origin(page, is_refusal=True)
            form = read_form(page.request, page.body, page.policy.offered_categories(page.consent))
            self._check_origin(page, is_refusal=form.is_refusal)
        except WrongBodyError as error:
            response = responses.content("text/html", self._html.error_page(page, error.status, error.detail))
            response = response.with_headers(cache_control=NO_STORE, content_language=page.language.tag)
            return replace(response, status=error.status)
        own = f"{page.request.mount_url}{self.prefix}/preferences"
        back = form.next or page.request.referring_address or own
        if back.partition("?")[0] == own:
            back = f"{own}?saved" + page.language_query.replace("?", "&")
        response = responses.redirect(303, back).with_headers(clear_site_data=_KEPT_PAGES)
        return replace(response, choice=_new_choice(page, form, ChoiceSource.PAGE))

    def _api(self, page: PageRequest) -> Response:
        choice = None
        if page.request.method == "PUT":
            try:
                self._check_origin(page, is_refusal=True)
                form = read_json(page.request, page.body)
                self._check_origin(page, is_refusal=form.is_refusal)
            except WrongBodyError as error:
                return responses.problem(error.status, error.detail)
            choice = _new_choice(page, form, ChoiceSource.API)
        document = self._document(page.policy, page.language)
        consent = page.consent if choice is None else choice[1]
        state = choice_state(page.policy, document, consent, page.is_exempt)
        response = self._localized(page, responses.json_content(state)).with_headers(cache_control=NO_STORE)
        if choice is None:
            return response
        return replace(response.with_headers(clear_site_data=_KEPT_PAGES), choice=choice)

    def _check_origin(self, page: PageRequest, *, is_refusal: bool) -> None:
        """Raise ``WrongBodyError`` if the request comes from elsewhere. A refusal needs less proof of its origin."""
        if not is_same_origin(page.request, self._trusted, is_refusal=is_refusal):
            raise WrongBodyError(403, "A choice must be made on the site itself; this request comes from elsewhere.")

    def _banner(self, page: PageRequest) -> Response:
        address = page.request.query_values.get("next", [""])[-1]
        banner = Markup()
        if not page.is_exempt:
            mount, query = page.request.mount, page.language_query
            banner = self._banner_for(page.policy, page.language, page.consent, mount, address, query)
        return self._localized(page, responses.content("text/html", banner))

    def _banner_for(
        self, policy: Policy, language: Language, consent: Consent, mount: str, address: str, query: str
    ) -> Markup:
        if not policy.is_asked(consent):
            return Markup()
        document = self._document(policy, language)
        return self._html.banner(policy, language, document, consent, mount, address, query)

    def _openapi(self, page: PageRequest) -> Response:
        document = openapi_document(page.request.mount_url + self.prefix)
        return responses.json_content(document, cache_control=REVALIDATED)

    def _style_sheet(self, page: PageRequest) -> Response:
        is_versioned = page.request.query == f"v={self._html.style_version}"
        kept = "public, max-age=31536000, immutable" if is_versioned else REVALIDATED
        return responses.content("text/css", self._style, cache_control=kept)

    @staticmethod
    def _localized(page: PageRequest, response: Response, vary: str = "Cookie, Accept-Language") -> Response:
        """Add the headers of a response in the visitor's language. If it shows a choice, no cache may keep it."""
        is_own = page.consent.chosen_at is not None or page.is_exempt
        kept = NO_STORE if is_own else REVALIDATED
        return response.with_headers(cache_control=kept, vary=vary, content_language=page.language.tag)


def _new_choice(page: PageRequest, form: ChoiceForm, source: ChoiceSource) -> NewChoice | None:
    """Return the earlier choice with the answers of a form; ``None`` if the form answers nothing."""
    if not form.granted and not form.refused:
        return None
    versions = form.other_versions(page.policy.digests)
    return source, page.consent.with_answers(form.granted, form.refused, page.now, versions)


def load_templates(folder: Path | None) -> tuple[dict[str, Language], Templates, str]:
    """Return the languages, the templates and the style sheet, with those of a site's folder.

    Raises ``OptionError`` if the site's files are wrong.
    """
    try:
        languages = load_languages(folder)
    except OptionError as error:
        try:
            Templates(folder)
        except OptionError as other:
            raise OptionError(*error.args, *other.args) from None
        raise
    templates = Templates(folder)
    return languages, templates, templates.style_sheet()
