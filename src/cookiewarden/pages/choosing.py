"""Answer what shows or makes a choice: the preferences page, the forms, and the API.

Rule: nothing counts before the whole request was read, understood, and found to come from the site.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from cookiewarden.choices.record import ChoiceSource
from cookiewarden.http.negotiation import best_format
from cookiewarden.http.origin import is_same_origin
from cookiewarden.http.urls import without_query
from cookiewarden.pages import response as responses
from cookiewarden.pages.document import Document
from cookiewarden.pages.form import ChoiceForm, WrongBodyError, read_form, read_json
from cookiewarden.pages.html import HtmlPages
from cookiewarden.pages.json import choice_state
from cookiewarden.pages.languages import Language
from cookiewarden.pages.page_request import PageRequest
from cookiewarden.pages.response import NO_STORE, NewChoice, Response
from cookiewarden.policy.policy import Policy

# After a choice, a page in the browser's cache, or one frozen in its history, would ask again or show the old choice.
_KEPT_PAGES = '"cache"'
# What answers a form. Browsers accept anything when they send one, and get the first.
_ANSWERS = ("text/html", "application/json")


class ChoicePages:
    """The pages that show or make a choice.

    ``document_of`` gives the texts of a site in a language; ``prefix``: the path that the pages live under;
    ``trusted``: further origins that may send a choice; ``clear_cache``: whether browsers are to drop what they keep of
    the site after a choice.
    """

    def __init__(
        self,
        html: HtmlPages,
        document_of: Callable[[Policy, Language], Document],
        prefix: str,
        trusted: frozenset[str],
        *,
        clear_cache: bool,
    ) -> None:
        self._html = html
        self._document = document_of
        self._prefix = prefix
        self._trusted = trusted
        self._kept_pages = {"clear_site_data": _KEPT_PAGES} if clear_cache else {}

    def preferences(self, page: PageRequest) -> Response:
        """Answer with the page to choose on, or answer a form of ours."""
        if page.request.method == "POST":
            return self._choose(page)
        document = self._document(page.policy, page.language)
        response = responses.content("text/html", self._html.preferences_page(page, document))
        return responses.localized(page, response).with_headers(cache_control=NO_STORE)

    def _choose(self, page: PageRequest) -> Response:
        """Answer a form: with a redirect, or with the new choice if our script asks for JSON."""
        is_by_script = best_format(page.request.header("accept") or "", _ANSWERS) == "application/json"
        try:
            form, choice = self._read_form(page)
        except WrongBodyError as error:
            if is_by_script:
                return responses.problem(error.status, error.detail)
            response = responses.content("text/html", self._html.error_page(page, error.status, error.detail))
            response = response.with_headers(cache_control=NO_STORE, content_language=page.language.tag)
            return replace(response, status=error.status)
        if is_by_script:
            return self._state(page, choice)
        response = responses.redirect(303, self._back(page, form)).with_headers(**self._kept_pages)
        return replace(response, choice=choice)

    def _back(self, page: PageRequest, form: ChoiceForm) -> str:
        """Return the address to which a form leads back."""
        own = f"{page.request.mount_url}{self._prefix}/preferences"
        back = form.next or page.next or own
        if without_query(back) == own:
            return f"{own}?saved" + page.language_query.replace("?", "&")
        return f"{back.partition('#')[0]}#{form.place}" if form.place else back

    def api(self, page: PageRequest) -> Response:
        """Answer with the choice as JSON, after the one that the request makes, if it makes one."""
        if page.request.method != "PUT":
            return self._state(page)
        try:
            choice = self._read_json(page)
        except WrongBodyError as error:
            return responses.problem(error.status, error.detail)
        return self._state(page, choice).with_headers(**(self._kept_pages if choice else {}))

    def _state(self, page: PageRequest, choice: NewChoice | None = None) -> Response:
        """Return the visitor's choice as JSON: a new one, or the one that stands."""
        document = self._document(page.policy, page.language)
        consent = page.consent if choice is None else choice[1]
        state = choice_state(page.policy, document, consent, page.is_exempt, page.signals)
        response = responses.localized(page, responses.json_content(state)).with_headers(cache_control=NO_STORE)
        return replace(response, choice=choice)

    def _read_form(self, page: PageRequest) -> tuple[ChoiceForm, NewChoice | None]:
        offered = page.policy.offered_categories(page.consent)
        form = self._from_site(page, lambda: read_form(page.request, page.body, offered))
        return form, _new_choice(page, form, ChoiceSource.PAGE)

    def _read_json(self, page: PageRequest) -> NewChoice | None:
        return _new_choice(page, self._from_site(page, lambda: read_json(page.request, page.body)), ChoiceSource.API)

    def _from_site(self, page: PageRequest, read: Callable[[], ChoiceForm]) -> ChoiceForm:
        """Return what a request asks for. Raises ``WrongBodyError`` if it cannot be read, or comes from elsewhere."""
        self._check_origin(page, is_refusal=True)
        form = read()
        self._check_origin(page, is_refusal=form.is_refusal)
        return form

    def _check_origin(self, page: PageRequest, *, is_refusal: bool) -> None:
        """Raise ``WrongBodyError`` if the request comes from elsewhere. A refusal needs less proof of its origin."""
        if not is_same_origin(page.request, self._trusted, is_refusal=is_refusal):
            raise WrongBodyError(403, "A choice must be made on the site itself; this request comes from elsewhere.")


def _new_choice(page: PageRequest, form: ChoiceForm, source: ChoiceSource) -> NewChoice | None:
    """Return the earlier choice with the answers of a form; ``None`` if the form answers nothing."""
    if not form.granted and not form.refused:
        return None
    versions = form.other_versions(page.policy.digests)
    return source, page.consent.with_answers(form.granted, form.refused, page.now, versions)
