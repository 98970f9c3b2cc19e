"""Suggests a category for a cookie that no policy declares, for the log and for drafts: by whose it is, or by its look.

Rule: a suggestion is never "necessary". What looks like a part of the sign-in, or usually is necessary, gets a question
instead, because only the site knows what it cannot do without.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from cookiewarden.policy.declaration import Category
from cookiewarden.policy.quoting import toml_string
from cookiewarden.reporting.preset_lookup import presets_with

if TYPE_CHECKING:
    from cookiewarden.policy.known_cookies.known_cookie import KnownCookie


class Kind(StrEnum):
    """What a cookie looks like, by its name, by what the app does with it, or by what other sites do.

    >>> Kind.PROTECTION.value
    'a token that protects forms'
    """

    PROTECTION = "a token that protects forms"
    SESSION = "a session cookie"
    SIGN_IN = "a sign-in cookie"
    NOTICE = "a notice for the next page"
    LANGUAGE = "the language of a visitor"
    USUALLY_NECESSARY = "a cookie that sites usually declare as necessary"


# When a cookie of a kind is necessary.
_QUESTIONS = {
    Kind.PROTECTION: "if forms cannot be sent without it, it is necessary",
    Kind.SESSION: "if people cannot sign in without it, it is necessary",
    Kind.SIGN_IN: "if people cannot sign in without it, it is necessary",
    Kind.NOTICE: "if people do not learn without it what became of a form, it is necessary",
    Kind.LANGUAGE: "if visitors pick the language themselves, it is necessary",
    Kind.USUALLY_NECESSARY: "if the site does not work without it, it is necessary",
}

# What names of each kind hold, in lower case: a part that stands anywhere, or a whole word. The first kind wins.
_SIGNS = {
    Kind.PROTECTION: r"csrf|xsrf|antiforgery|form_?token|verificationtoken",
    Kind.SESSION: r"session|sessid|(?<![a-z])(?:sess|sid)(?![a-z])",
    Kind.SIGN_IN: r"login|signin|sign-in|remember|token|oauth|(?<![a-z])(?:auth|authn|jwt|sso|actor)(?![a-z])",
    Kind.NOTICE: r"messages|flash|(?<![a-z])(?:notice|notices|notification)(?![a-z])",
    Kind.LANGUAGE: r"language|locale|i18n|(?<![a-z])(?:lang|hl)(?![a-z])",
}
_KINDS = tuple((kind, re.compile(sign)) for kind, sign in _SIGNS.items())
#: A part of a path on which people sign out, and one on which they sign in.
SIGN_OUT = re.compile(r"(?:log|logged|sign)[-_]?(?:out|off)", re.IGNORECASE)
SIGN_IN = re.compile(r"(?<![a-z])(?:log|sign)[-_]?(?:in|on)(?![a-z])", re.IGNORECASE)
_LOOKED_AT = 128  # bytes of a name


class Suggestion(NamedTuple):
    """A category, and why. ``provider``: the name of the service that the cookie belongs to, if it is known.

    ``kind``: what the cookie looks like, if it looks as if it may be necessary. ``known``: the well-known cookie.
    """

    category: Category
    reason: str
    provider: str = ""
    kind: Kind | None = None
    known: KnownCookie | None = None

    @property
    def question(self) -> str:
        """When the cookie is necessary; ``""`` if it does not look so."""
        return "" if self.kind is None else _QUESTIONS[self.kind]

    @property
    def lines(self) -> list[str]:
        """The lines of a declaration that it suggests, for a policy in TOML."""
        lines = [f'category = "{self.category}"']
        lines += ['# category = "necessary" # in place of the line above, if that is so'] if self.kind else []
        lines += [f"provider = {toml_string(self.provider)}"] if self.provider else []
        return lines


def suggestion_for(
    name: bytes,
    *,
    is_foreign: bool = False,
    is_http_only: bool = False,
    is_session: bool = False,
    deleted_on: Collection[str] = (),
) -> Suggestion:
    """Return what to declare a cookie as.

    ``is_foreign``: its Domain is another site's. ``is_session``: it ends with the browser session. ``deleted_on``: the
    paths of requests on which the app deleted it.

    >>> suggestion_for(b"_ga_X").provider, suggestion_for(b"theme").category.value
    ('Google Analytics', 'first-party')
    >>> suggestion_for(b"pretix_session", is_http_only=True).reason
    'it looks like a session cookie, by its name and HttpOnly'
    """
    from cookiewarden.policy.known_cookies.lookup import known_cookie  # here, because declared cookies need none

    # Who wrote a preset knows more than a table, or the look of a name, tells.
    categories = presets_with(name).values()
    known = None if categories else known_cookie(name)
    if known is not None and known.category is not Category.NECESSARY:
        return Suggestion(known.category, _belongs(known), known.provider, known=known)
    if is_foreign:
        return Suggestion(Category.THIRD_PARTY, "its Domain belongs to another site")
    if known is not None and (known.activity or _kind_of(name) is None):
        # The site's own software is not the provider of its cookies.
        provider = known.provider if known.activity else ""
        reason = f"{_belongs(known)}, and sites usually declare it as necessary"
        return Suggestion(Category.FIRST_PARTY, reason, provider, Kind.USUALLY_NECESSARY, known)
    signs = []
    kind = _kind_of(name)
    sign_outs = sorted(path for path in deleted_on if SIGN_OUT.search(path))
    if kind is not None:
        signs.append("its name" if known is None else f"its name (used by {known.provider})")
    elif sign_outs:
        kind = Kind.SIGN_IN
    elif is_http_only and is_session:
        kind = Kind.SESSION
    if kind is None:
        return Suggestion(Category.FIRST_PARTY, "its purpose is unknown, so it waits for consent")
    if is_http_only:
        signs.append("HttpOnly")
        if len(signs) == 1 and is_session:
            signs.append("its end with the browser session")
    # An app deletes a notice wherever it shows it. Elsewhere only signing out tells something.
    telling = sign_outs or (sorted(deleted_on) if kind is Kind.NOTICE else [])
    if telling:
        signs.append(f"its deletion on {telling[0]}")
    reason = f"it looks like {kind}, by {joined(signs, 'and')}"
    sign_ins = sorted(path for path in deleted_on if SIGN_IN.search(path))
    if sign_ins and not sign_outs and kind in (Kind.SESSION, Kind.SIGN_IN):
        reason += f", but the app deletes it on {sign_ins[0]}, so it may serve only people who have not signed in"
    is_asked = not categories or Category.NECESSARY in categories
    return Suggestion(Category.FIRST_PARTY, reason, "", kind if is_asked else None, known)


def _belongs(known: KnownCookie) -> str:
    return f"the name belongs to {known.provider}" + (known.activity and f", which {known.activity}")


def _kind_of(name: bytes) -> Kind | None:
    text = name[:_LOOKED_AT].decode("ascii", "replace")
    # "TracAuth" is two words, too.
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", text).lower()
    joined = text.replace("-", "")
    return next((kind for kind, sign in _KINDS if sign.search(text) or sign.search(joined)), None)


def joined(words: Iterable[str], conjunction: str) -> str:
    """Return words as a list in a sentence; ``""`` if there are none.

    >>> joined(["its name", "HttpOnly", "its end"], "and")
    'its name, HttpOnly and its end'
    """
    *others, last = [*words] or [""]
    return f"{', '.join(others)} {conjunction} {last}" if others else last
