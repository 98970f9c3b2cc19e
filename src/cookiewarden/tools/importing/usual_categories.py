"""Say what sites usually declare a well-known cookie as, beside what the document says or does not say.

Rule: this is a hint for the reader of the policy. It changes no category.
"""

from __future__ import annotations

from collections.abc import Iterable

from cookiewarden.policy.declaration import Category
from cookiewarden.policy.known_cookies.known_cookie import KnownCookie
from cookiewarden.policy.known_cookies.lookup import known_cookie

#: What visitors usually may refuse. A well-known cookie of the site itself, such as one for its look, may be necessary.
HARDLY_NECESSARY = frozenset([Category.STATISTICAL, Category.THIRD_PARTY])


def is_known(name: str) -> bool:
    """Return whether a name is that of a well-known cookie.

    >>> is_known("_ga"), is_known("a_b")
    (True, False)
    """
    return _known(name) is not None


def not_told(name: str) -> str:
    """Return why the category of a name is unclear, if the document does not tell it.

    >>> not_told("_ga"), not_told("a_b")
    ('the document does not tell it; that of Google Analytics is usually statistical', 'the document does not tell it')
    """
    known = _known(name)
    return f"the document does not tell it{f'; {_usually(known)}' if known else ''}"


def usually_refused(names: Iterable[str]) -> str:
    """Return what speaks against necessary cookies: the first of the names that visitors usually may refuse, else "".

    >>> usually_refused(["sid", "_ga"]), usually_refused(["sid"])
    ('that of Google Analytics is usually statistical', '')
    """
    found = (known for name in names if (known := _known(name)) and known.category in HARDLY_NECESSARY)
    return next(map(_usually, found), "")


def _known(name: str) -> KnownCookie | None:
    return known_cookie(name.encode("utf-8", "replace"))


def _usually(known: KnownCookie) -> str:
    return f"that of {known.provider} is usually {known.category}"
