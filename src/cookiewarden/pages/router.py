"""The paths under one prefix that we answer, each exactly: any other goes to the app.

Rule: only POST and PUT change anything, only when the site itself asks, and only after all of the body was read
and understood; what is wrong gets a 4xx that says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from markupsafe import Markup

from cookiewarden.choices.record import ChoiceSource
from cookiewarden.http.cookie import cookie_values
from cookiewarden.http.negotiation import best_format, best_language, matching_language
from cookiewarden.http.origin import is_same_origin
from cookiewarden.http.request import Visit
from cookiewarden.http.urls import is_own_address
from cookiewarden.memo import Memo
from cookiewarden.middleware.exchange import Exchange, give_answers
from cookiewarden.middleware.options import Options
from cookiewarden.pages import response as answers
from cookiewarden.pages.document import Document, document_of
from cookiewarden.pages.form import Wanted, WrongBodyError, read_form, read_json
from cookiewarden.pages.html import Markups, element
from cookiewarden.pages.json import choice_state, policy_state
from cookiewarden.pages.languages import SOURCE_LANGUAGE, Language, load_languages
from cookiewarden.pages.openapi import openapi_document
from cookiewarden.pages.page_request import Call
from cookiewarden.pages.pdf_files import PdfFiles
from cookiewarden.pages.response import NO_STORE, REVALIDATED, Answer
from cookiewarden.pages.startup_check import rehearse
from cookiewarden.pages.templating import Templates
from cookiewarden.policy.consent import UNDECIDED
from cookiewarden.policy.policy import Policy, is_asked, offered_categories
from cookiewarden.policy.policy_set import PolicySet, every_policy

_REMEMBERED_DOCUMENTS = 256
# After a choice, a page that the browser kept, or froze on the way back, would ask again, or show the old one.
_KEPT_PAGES = '"cache"'
_READING = ("GET", "HEAD", "OPTIONS")
# The formats of the policy page, by suffix; without one, Accept chooses.
_FORMATS = {"": "text/html", ".md": "text/markdown", ".json": "application/json", ".pdf": "application/pdf"}


class Pages:
    """The pages of the sites behind one middleware. Made once; holds no state of a request.

    Raises ``OptionError`` where the site's own templates or catalogs are wrong.
    """

    def __init__(self, options: Options) -> None:
        self.prefix = prefix = str(options.pages)
        self._trusted = options.trusted_origins
        self._language_cookie = (options.language_cookie or "").encode("ascii")
        self._languages, self._templates, self._style = load_templates(options.templates)
        self._markups = Markups(self._templates, self._languages, prefix, self._style)
        self._pdfs = PdfFiles()
        self._documents = Memo[tuple[Policy, str], Document](_REMEMBERED_DOCUMENTS)
        handlers: dict[str, tuple[tuple[str, ...], Callable[[Call], Answer]]] = {
            f"{prefix}/preferences": (("GET", "HEAD", "POST", "OPTIONS"), self._preferences),
            f"{prefix}/preferences.json": (("GET", "HEAD", "PUT", "OPTIONS"), self._api),
            f"{prefix}/banner": (_READING, self._banner),
            f"{prefix}/openapi.json": (_READING, self._openapi),
            f"{prefix}/style.css": (_READING, self._style_sheet),
        }
        handlers |= {prefix + suffix: (_READING, self._policy) for suffix in _FORMATS}
        self._handlers = handlers
        self._slashed = {path + "/" for path in (prefix, f"{prefix}/preferences", f"{prefix}/banner")}
        if options.templates is not None:
            rehearse(self)

    def reloaded(self, policies: Policy | PolicySet) -> None:
        """Let go of the files of policies that are not in force any more."""
        self._pdfs.keep_only(every_policy(policies))

    def claims(self, path: str) -> bool:
        """Whether we answer a path, as it stands behind the mount point."""
        return path in self._handlers or path in self._slashed

    def language_of(self, policy: Policy, visit: Visit) -> str:
        """The tag of the language for a visitor: what ``?lang``, the site's own cookie or the browser asks for, or the
        policy's."""
        offered = list(self._languages)
        asked = visit.query_values.get("lang", [])[-1:]
        if self._language_cookie:
            cookies = (visit.field("cookie") or "").encode("latin-1", "replace")
            asked += [value.decode("ascii", "replace") for value in cookie_values(cookies, self._language_cookie)[:1]]
        return (
            next((found for tag in asked if (found := matching_language(tag, offered))), None)
            or best_language(visit.field("accept-language") or "", offered)
            or matching_language(policy.site.language, offered)
            or SOURCE_LANGUAGE
        )

    def banner(self, exchange: Exchange, visit: Visit) -> Markup:
        """The banner for a page of the app; empty for who has chosen, and where no policy speaks for the host."""
        policy = exchange.policy
        if policy is None:
            return Markup()
        language = self._language(policy, visit)
        return self._banner_for(policy, exchange, language, exchange.mount, visit.address)

    def placeholder(self, exchange: Exchange, visit: Visit, category: str, src: str, title: str) -> Markup:
        """What stands in for content that waits for consent, and asks for it; nothing, where it has no title."""
        policy = exchange.policy
        if policy is None or not title:
            return Markup()
        language = self._language(policy, visit)
        document = self._document(policy, language)
        section = next(one for one in document.sections if one.category == category)
        return self._markups.placeholder(policy, language, document, section, src, title, exchange.mount, visit.address)

    def element(self, name: str, src: object, attributes: Mapping[str, str | bool]) -> Markup:
        """An element that fetches ``src``. Raises ``ValueError`` for an address or attribute that it may not have."""
        return element(name, src, attributes)

    def answer(self, visit: Visit, exchange: Exchange, body: bytes | None) -> Answer:
        """The answer to a request whose path ``claims`` takes, on a host that has a policy.

        ``body``: what came with POST or PUT; ``None`` for more than ``MAX_BODY_OCTETS``.
        """
        assert exchange.policy is not None
        if visit.path in self._slashed:
            address = visit.mount_url + visit.path.rstrip("/")
            with_query = f"{address}?{visit.query}"
            answer = answers.redirect(308, with_query if visit.query and is_own_address(with_query) else address)
            return answers.finished(answer, visit.method, None)
        methods, handler = self._handlers[visit.path]
        allow = ", ".join(methods)
        if visit.method not in methods:
            answer = answers.problem(405, f"Allowed here: {allow}.").with_fields(allow=allow)
        elif visit.method == "OPTIONS":
            answer = Answer(204, {"Allow": allow})
        else:
            language = self._language(exchange.policy, visit)
            answer = handler(Call(visit, exchange, exchange.policy, language, body))
        return answers.finished(answer, visit.method, visit.field("if-none-match"))

    def _language(self, policy: Policy, visit: Visit) -> Language:
        return self._languages[self.language_of(policy, visit)]

    def _document(self, policy: Policy, language: Language) -> Document:
        """The words of a site's policy page, which the banner and the other pages take theirs from; remembered."""
        document = self._documents.get((policy, language.tag))
        if document is None:
            document = document_of(policy, language)
            self._documents.put((policy, language.tag), document)
        return document

    def _policy(self, call: Call) -> Answer:
        suffix = call.visit.path.removeprefix(self.prefix)
        accept = call.visit.field("accept") or ""
        kind = _FORMATS[suffix] if suffix else best_format(accept, list(_FORMATS.values()))
        document_of = partial(self._document, call.policy, call.language)
        if kind == "text/html":
            answer = answers.content(kind, self._markups.policy_page(call, document_of()))
        elif kind == "text/markdown":
            answer = answers.content(kind, self._templates.render("policy.md", call.language, document=document_of()))
        elif kind == "application/json":
            answer = answers.json_content(policy_state(call.policy, document_of()))
        else:
            octets = self._pdfs.get(call.policy, call.language, document_of)
            if octets is None:
                return answers.problem(503, "Others are waiting for theirs; try again.").with_fields(retry_after="5")
            answer = answers.content(kind, octets, content_disposition='inline; filename="cookies.pdf"')
        vary = "Cookie, Accept-Language" if suffix else "Cookie, Accept, Accept-Language"
        return self._localized(call, answer, vary)

    def _preferences(self, call: Call) -> Answer:
        if call.visit.method != "POST":
            answer = answers.content(
                "text/html", self._markups.preferences_page(call, self._document(call.policy, call.language))
            )
            return self._localized(call, answer).with_fields(cache_control=NO_STORE)
        try:
            self._check_origin(call, is_refusal=True)
            wanted = read_form(call.visit, call.body, offered_categories(call.policy, call.consent))
            self._check_origin(call, is_refusal=wanted.is_refusal)
        except WrongBodyError as error:
            answer = answers.content("text/html", self._markups.error_page(call, error.status, error.detail))
            answer = answer.with_fields(cache_control=NO_STORE, content_language=call.language.tag)
            return replace(answer, status=error.status)
        self._choose(call, wanted, ChoiceSource.PAGE)
        own = f"{call.visit.mount_url}{self.prefix}/preferences"
        back = wanted.next or call.visit.referring_address or own
        if back.partition("?")[0] == own:
            back = f"{own}?saved" + call.language_query.replace("?", "&")
        return answers.redirect(303, back).with_fields(clear_site_data=_KEPT_PAGES)

    def _api(self, call: Call) -> Answer:
        if call.visit.method == "PUT":
            try:
                self._check_origin(call, is_refusal=True)
                wanted = read_json(call.visit, call.body)
                self._check_origin(call, is_refusal=wanted.is_refusal)
            except WrongBodyError as error:
                return answers.problem(error.status, error.detail)
            self._choose(call, wanted, ChoiceSource.API)
        document = self._document(call.policy, call.language)
        state = choice_state(call.policy, document, call.consent, call.exchange.is_exempt)
        answer = self._localized(call, answers.json_content(state))
        if call.exchange.is_changed:
            answer = answer.with_fields(clear_site_data=_KEPT_PAGES)
        return answer.with_fields(cache_control=NO_STORE)

    def _check_origin(self, call: Call, *, is_refusal: bool) -> None:
        """Refuse who comes from elsewhere: before the body is read, who may not even refuse."""
        if not is_same_origin(call.visit, self._trusted, is_refusal=is_refusal):
            raise WrongBodyError(403, "A choice is made on the site itself; this request comes from elsewhere.")

    def _choose(self, call: Call, wanted: Wanted, how: ChoiceSource) -> None:
        call.exchange.how = how
        give_answers(call.exchange, wanted.granted, wanted.refused, wanted.other_versions(call.policy.digests))

    def _banner(self, call: Call) -> Answer:
        address = call.visit.query_values.get("next", [""])[-1]
        banner = self._banner_for(call.policy, call.exchange, call.language, call.visit.mount, address)
        return self._localized(call, answers.content("text/html", banner))

    def _banner_for(self, policy: Policy, exchange: Exchange, language: Language, mount: str, address: str) -> Markup:
        consent = exchange.consent or UNDECIDED
        if not is_asked(policy, consent, exchange.is_exempt):
            return Markup()
        return self._markups.banner(policy, language, self._document(policy, language), consent, mount, address)

    def _openapi(self, call: Call) -> Answer:
        document = openapi_document(call.visit.mount_url + self.prefix)
        return answers.json_content(document, cache_control=REVALIDATED)

    def _style_sheet(self, call: Call) -> Answer:
        is_versioned = call.visit.query == f"v={self._markups.style_version}"
        kept = "public, max-age=31536000, immutable" if is_versioned else REVALIDATED
        return answers.content("text/css", self._style, cache_control=kept)

    @staticmethod
    def _localized(call: Call, answer: Answer, vary: str = "Cookie, Accept-Language") -> Answer:
        """An answer in the visitor's language, which is not kept where it shows a choice."""
        is_own = call.consent.chosen_at is not None or call.exchange.is_changed or call.exchange.is_exempt
        kept = NO_STORE if is_own else REVALIDATED
        return answer.with_fields(cache_control=kept, vary=vary, content_language=call.language.tag)


def load_templates(folder: Path | None) -> tuple[dict[str, Language], Templates, str]:
    """The languages, the templates and the style sheet, with those of a site's folder.

    Raises ``OptionError`` with what is wrong with its files.
    """
    languages = load_languages(folder)
    templates = Templates(folder)
    return languages, templates, templates.style_sheet()
