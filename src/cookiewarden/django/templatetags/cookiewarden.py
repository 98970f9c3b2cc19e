"""Template tags: the banner, a link to the preferences, embeds that wait for consent, and parts that depend on it.

    {% load cookiewarden %}
    {% cookie_banner %}
    {% cookie_preferences_link %}
    {% cookie_script "statistical" "/static/count.js" defer=True %}
    {% cookie_frame "third-party" "https://maps.example/7" title="Map" %}
    {% if_consent "statistical" %}...{% else %}...{% endif_consent %}

Each is in the language that Django shows the page in, if ``LocaleMiddleware`` picked it or the tag names it as
``language="fr"``. Otherwise, the request decides.

Rule: nothing that needs consent is shown without it. A wrong category, written as text, fails when the template is
compiled. A missing request is an error while ``DEBUG`` is true. Otherwise it is logged: Django's ``500.html`` has none.
"""

from __future__ import annotations

import logging
from typing import Any

from django import conf
from django.core.exceptions import ImproperlyConfigured
from django.template import Context, Library, TemplateSyntaxError
from django.template.base import FilterExpression, Node, NodeList, Parser, Token
from django.utils.translation import get_language

from cookiewarden.middleware.embeds import banner_of, frame_of, is_granted, preferences_link_of, script_of
from cookiewarden.policy.consent import as_categories
from cookiewarden.workers import log_once

register = Library()


@register.simple_tag(takes_context=True)
def cookie_banner(context: Context, *, language: object = None) -> str:
    """Return the banner, for the end of the body; see ``cookiewarden.banner_of``."""
    request = _request_of(context, "cookie_banner")
    return "" if request is None else banner_of(request, language=language or _language_of(request))


@register.simple_tag(takes_context=True)
def cookie_preferences_link(context: Context, *, language: object = None) -> str:
    """Return a link to the preferences page; see ``cookiewarden.preferences_link_of``."""
    request = _request_of(context, "cookie_preferences_link")
    return "" if request is None else preferences_link_of(request, language=language or _language_of(request))


@register.simple_tag(takes_context=True)
def cookie_script(
    context: Context, category: str, src: object, *, title: str = "", language: object = None, **attributes: str | bool
) -> str:
    """Return a script that waits for consent; see ``cookiewarden.script_of``."""
    request = _request_of(context, "cookie_script")
    if request is None:
        return ""
    return script_of(request, category, src, title=title, language=language or _language_of(request), **attributes)


@register.simple_tag(takes_context=True)
def cookie_frame(
    context: Context, category: str, src: object, *, title: str, language: object = None, **attributes: str | bool
) -> str:
    """Return a frame that waits for consent; see ``cookiewarden.frame_of``."""
    request = _request_of(context, "cookie_frame")
    if request is None:
        return ""
    return frame_of(request, category, src, title=title, language=language or _language_of(request), **attributes)


class ConsentNode(Node):
    """Shows one part of a template if the visitor granted a category, and the other if not."""

    child_nodelists = ("granted", "refused")

    def __init__(self, category: FilterExpression, granted: NodeList, refused: NodeList) -> None:
        self.category = category
        self.granted = granted
        self.refused = refused

    def render(self, context: Context) -> Any:
        """Return the part for this visitor."""
        request = _request_of(context, "if_consent")
        has_consent = request is not None and is_granted(request, self.category.resolve(context))
        return (self.granted if has_consent else self.refused).render(context)


@register.tag
def if_consent(parser: Parser, token: Token) -> ConsentNode:
    """Compile ``{% if_consent category %}...{% else %}...{% endif_consent %}``; the second part may be left out."""
    words = token.split_contents()
    if len(words) != 2:
        raise TemplateSyntaxError('if_consent takes one category: {% if_consent "statistical" %}')
    _check_category(token)
    granted = parser.parse(("else", "endif_consent"))
    refused = NodeList()
    if parser.next_token().contents == "else":
        refused = parser.parse(("endif_consent",))
        parser.delete_first_token()
    return ConsentNode(parser.compile_filter(words[1]), granted, refused)


def _check_when_compiled(name: str) -> None:
    """Make a tag check its category when a template is compiled."""
    compile_tag = register.tags[name]

    def compile_checked(parser: Parser, token: Token) -> Any:
        _check_category(token)
        return compile_tag(parser, token)

    register.tag(name, compile_checked)


_check_when_compiled("cookie_script")
_check_when_compiled("cookie_frame")


def _check_category(token: Token) -> None:
    """Raise ``TemplateSyntaxError`` if the first argument of a tag is text, and not a category."""
    for word in token.split_contents()[1:2]:
        text = word.removeprefix("category=")
        if text[:1] in ("'", '"') and text[-1:] == text[:1]:
            try:
                as_categories([text[1:-1]])
            except ValueError as error:
                raise TemplateSyntaxError(str(error)) from None


def _request_of(context: Context, tag: str) -> Any:
    """Return the request that a template is rendered for."""
    # First the request that the page is rendered for: a variable of that name may be anything.
    request = getattr(context, "request", None) or context.get("request")
    if request is None:
        message = (
            f'{tag} needs the request: render the template with it, as render(request, "page.html") does, or add '
            '"django.template.context_processors.request" to the context_processors in TEMPLATES'
        )
        if conf.settings.DEBUG:
            raise ImproperlyConfigured(message)
        log_once(logging.ERROR, message)
    return request


def _language_of(request: Any) -> str | None:
    """Return the language that Django shows a page in, or ``None`` if nobody picked it.

    Only ``LocaleMiddleware`` sets ``LANGUAGE_CODE``. Without it, Django's language is a setting, which many sites leave
    at English whatever their pages are written in.
    """
    return get_language() if hasattr(request, "LANGUAGE_CODE") else None
