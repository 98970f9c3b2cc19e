"""Markup for an app's own pages: the banner, a link to the preferences, and embeds that wait for consent.

Rule: nothing that needs consent is returned without it. The markup is safe for Jinja2 and Django, and every value in it
is escaped. A request that no middleware has seen, as in a test of a template, gets nothing. Without pages, nobody could
answer, so every request gets nothing.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from cookiewarden.errors import NotWrappedError
from cookiewarden.http.signals import GPC_HEADER
from cookiewarden.middleware.choice import consent_of, exchange_of
from cookiewarden.middleware.exchange import Exchange
from cookiewarden.policy.consent import UNDECIDED, as_categories
from cookiewarden.policy.declaration import Category
from cookiewarden.policy.other_words import not_a_category
from cookiewarden.policy.signals import NO_SIGNALS
from cookiewarden.workers import log_once

if TYPE_CHECKING:
    from markupsafe import Markup

    from cookiewarden.http.request import Request
    from cookiewarden.pages.router import Pages

_UNWRAPPED = (
    "a template asked for the banner, a link, a script or a frame, but no CookieWardenMiddleware wraps the app that "
    "answers the request, so the template gets nothing. In a test, that may be right"
)
_NO_PAGES = (
    "a template asked for the banner, a link, a script or a frame, but the middleware was made with pages=None, so "
    "nobody could answer, and the template gets nothing; to ask visitors, leave out pages=None"
)


def banner_of(request: Any, *, language: object = None) -> Markup:
    """Return the banner, for the end of a page's body; empty if the visitor has chosen, or if nothing needs consent.

    ``request``: as for ``consent_of``. ``language``: the language of the page, as a tag or an object whose ``str()`` is
    one, such as ``"fr"`` or a locale of Babel. If it is left out, or the pages do not speak it, the request decides.
    The markup is safe for Jinja2 and Django. It is empty, and the log says so once, if no middleware has seen the
    request, or if the middleware was made with ``pages=None``. Raises ``TypeError`` for what is not a request.

    >>> from cookiewarden.wsgi import CookieWardenMiddleware
    >>> def app(environ, start_response):
    ...     return [banner_of(environ).encode()]
    >>> cookies = [{"name": "_ga", "category": "statistical", "purpose": "Counts visits"}]
    >>> policy = {"site": {"name": "Exampletown"}, "cookies": cookies}
    >>> app = CookieWardenMiddleware(app, policy=policy, secret_key="sixteen or more bytes")
    >>> b'id="cookie-consent"' in app({}, print)[0]
    True
    """
    read = _read(request, language)
    if read is None:
        return _nothing()
    exchange, pages, own_request, tag = read
    policy, consent, signals = exchange.policy, exchange.consent or UNDECIDED, exchange.signals or NO_SIGNALS
    banner = pages.banner(policy, own_request, consent, signals, is_exempt=bool(exchange.is_exempt), language=tag)
    if banner:
        exchange.owner.count_banner(exchange)
        if policy is not None and policy.is_banner_signalled(consent):
            exchange.depend_on(GPC_HEADER)
    return banner


def preferences_link_of(request: Any, *, language: object = None) -> Markup:
    """Return a link to the preferences page, for any place in a page; from there, the visitor comes back to this page.

    At the first link of a page, a choice that is made without a script is confirmed. Otherwise as ``banner_of``, but
    never empty for a visitor of a site with a policy.

    >>> from cookiewarden.wsgi import CookieWardenMiddleware
    >>> def app(environ, start_response):
    ...     return [preferences_link_of(environ).encode()]
    >>> app = CookieWardenMiddleware(app, policy={"site": {"name": "Exampletown"}}, secret_key="sixteen or more bytes")
    >>> b'href="/cookies/preferences?next=/map"' in app({"PATH_INFO": "/map"}, print)[0]
    True
    """
    read = _read(request, language)
    if read is None:
        return _nothing()
    exchange, pages, own_request, tag = read
    is_first, exchange.is_linked = not exchange.is_linked, True
    return pages.preferences_link(
        exchange.policy,
        own_request,
        exchange.consent or UNDECIDED,
        exchange.owner.clock(),
        is_exempt=bool(exchange.is_exempt),
        is_first=is_first,
        language=tag,
    )


def script_of(
    request: Any, category: str, src: object, *, title: str = "", language: object = None, **attributes: str | bool
) -> Markup:
    """Return a script element if the visitor granted the category; if not, nothing, or a placeholder that asks.

    ``src``: an address, as text or as an object whose ``str()`` is one. ``title``: what the script shows, for the
    placeholder; leave it out if the script shows nothing. ``language``: that of the placeholder, as for ``banner_of``.
    ``attributes``: those of the element; ``True`` stands for one without a value, and an underscore for a hyphen.
    Raises as ``banner_of``. Raises ``ValueError`` for a word that is not a category, a ``src`` that is not a web
    address, and a name that no attribute can have.

    >>> from cookiewarden.wsgi import CookieWardenMiddleware
    >>> def app(environ, start_response):
    ...     before = script_of(environ, "statistical", "/count.js")
    ...     consent_of(environ).grant("statistical")
    ...     return [before, script_of(environ, "statistical", "/count.js", defer=True)]
    >>> app = CookieWardenMiddleware(app, policy={"site": {"name": "Exampletown"}}, secret_key="sixteen or more bytes")
    >>> [str(part) for part in app({}, print)]
    ['', '<script src="/count.js" defer></script>']
    """
    return _embed(request, "script", category, src, title, language, attributes)


def frame_of(
    request: Any, category: str, src: object, *, title: str, language: object = None, **attributes: str | bool
) -> Markup:
    """Return an iframe if the visitor granted the category; if not, a placeholder that asks.

    ``title``: what the frame shows, for the placeholder and for screen readers. Otherwise as ``script_of``.

    >>> from cookiewarden.wsgi import CookieWardenMiddleware
    >>> def app(environ, start_response):
    ...     return [frame_of(environ, "third-party", "https://maps.example/7", title="Map of the town")]
    >>> app = CookieWardenMiddleware(app, policy={"site": {"name": "Exampletown"}}, secret_key="sixteen or more bytes")
    >>> "<iframe" in app({}, print)[0], "Map of the town" in app({}, print)[0]
    (False, True)
    """
    return _embed(request, "iframe", category, src, title, language, {"title": title, **attributes})


def _embed(
    request: Any,
    element: str,
    category: str,
    src: object,
    title: str,
    language: object,
    attributes: dict[str, str | bool],
) -> Markup:
    seen = _seen(request)
    if category not in tuple(Category):
        raise ValueError(not_a_category(category))
    if seen is None:
        return _nothing()
    exchange, carrier, pages = seen
    embed = pages.element(element, src, attributes)
    if title and not embed.id:
        embed = embed.with_id(exchange.unused_id(embed.id_for(title)))
    if consent_of(request).allows(category):
        return embed.markup
    tag = _language(exchange, pages, language) if title else None
    own_request = exchange.owner.request(exchange, carrier)
    return pages.placeholder(exchange.policy, own_request, category, embed, title, tag)


def is_granted(request: Any, category: str) -> bool:
    """Return whether ``consent_of(request)`` allows a category; ``False`` if no middleware has seen the request.

    Raises ``ValueError`` for a word that is not a category, and ``TypeError`` for what is not a request.
    """
    try:
        return consent_of(request).allows(category)
    except NotWrappedError:
        log_once(logging.WARNING, _UNWRAPPED)
    as_categories([category])
    return False


def _seen(request: Any) -> tuple[Exchange, Any, Pages] | None:
    """Return the exchange of a request, its carrier and the pages; ``None``, and log it once, if one is missing."""
    try:
        exchange, carrier = exchange_of(request)
    except NotWrappedError:
        log_once(logging.WARNING, _UNWRAPPED)
        return None
    pages = exchange.owner.pages
    if pages is None:
        log_once(logging.WARNING, _NO_PAGES)
        return None
    return exchange, carrier, pages


def _read(request: Any, language: object) -> tuple[Exchange, Pages, Request, str | None] | None:
    """Read the visitor's choice for what depends on it; return also the request and the language to speak.

    Returns ``None``, and logs it once, as ``_seen`` does.
    """
    seen = _seen(request)
    if seen is None:
        return None
    exchange, carrier, pages = seen
    consent_of(request)
    exchange.is_read = True
    return exchange, pages, exchange.owner.request(exchange, carrier), _language(exchange, pages, language)


def _language(exchange: Exchange, pages: Pages, language: object) -> str | None:
    """Return the tag of the language that a page asks for, if we speak it. If not, the response varies by language."""
    tag = None if language is None else pages.offered.spoken(exchange.policy, str(language))
    exchange.is_localized |= tag is None
    return tag


def _nothing() -> Markup:
    from markupsafe import Markup

    return Markup()
