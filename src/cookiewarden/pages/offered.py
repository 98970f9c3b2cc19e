"""Choose the language of each visitor among those that a site offers: all, or those under its ``languages``.

Rule: a tag of the site stands for the catalog that serves its readers (fr for fr-be). A choice never leaves what the
site offers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from cookiewarden.errors import PolicyError, Problem
from cookiewarden.http.cookie import cookie_values
from cookiewarden.http.negotiation import best_language, matching_language
from cookiewarden.http.request import Request
from cookiewarden.pages.languages import Language
from cookiewarden.policy.policy import Policy

_REMEMBERED_LISTS = 256


class OfferedLanguages:
    """The languages that the sites of one middleware offer.

    ``languages``: those that have a catalog, by tag; the first is the one of last resort. ``cookie``: the name of the
    site's own cookie that holds a language tag, ``""`` for none.
    """

    def __init__(self, languages: Mapping[str, Language], cookie: str) -> None:
        self._languages = languages
        self._known = tuple(languages)
        self._cookie = cookie.encode("ascii")
        # Each banner needs them. Sites with the same list share one.
        self._serving = lru_cache(_REMEMBERED_LISTS)(self._tags_serving)

    def check(self, policies: Iterable[Policy]) -> None:
        """Raise ``PolicyError`` with each language that a site offers without a catalog to serve it."""
        problems = [
            Problem(
                policy.label,
                "site.languages",
                f'there is no catalog for "{tag}"',
                f"take it out, or write {tag}.po into the folder of the option templates; "
                f"there are catalogs for {', '.join(self._known)}",
            )
            for policy in policies
            for tag in policy.site.languages
            if matching_language(tag, self._known) is None
        ]
        if problems:
            raise PolicyError(problems)

    def tags(self, policy: Policy) -> tuple[str, ...]:
        """Return the tags of the languages that a site offers, in its own order."""
        languages = policy.site.languages
        return self._serving(languages) if languages else self._known

    def of_site(self, policy: Policy) -> list[Language]:
        """Return the languages that a site offers, in its own order."""
        return [self._languages[tag] for tag in self.tags(policy)]

    def language_of(self, policy: Policy, request: Request) -> str:
        """Return the tag of a visitor's language: from ``?lang``, the site's own cookie or the browser, else the
        policy's."""
        offered = self.tags(policy)
        asked = request.query_values.get("lang", [])[-1:]
        if self._cookie:
            cookies = (request.header("cookie") or "").encode("latin-1", "replace")
            asked += [value.decode("ascii", "replace") for value in cookie_values(cookies, self._cookie)[:1]]
        return (
            next((found for tag in asked if (found := matching_language(tag, offered))), None)
            or best_language(request.header("accept-language") or "", offered)
            or self.default(policy)
        )

    def default(self, policy: Policy) -> str:
        """Return the tag of the language of a site for readers of whom nothing is known: the policy's own."""
        offered = self.tags(policy)
        return matching_language(policy.site.language, offered) or offered[0]

    def spoken(self, policy: Policy | None, tag: str) -> str | None:
        """Return the tag of the language in which a site serves readers of ``tag``, or ``None`` if it serves none."""
        return matching_language(tag, self._known if policy is None else self.tags(policy))

    def _tags_serving(self, languages: tuple[str, ...]) -> tuple[str, ...]:
        found = (matching_language(tag, self._known) for tag in languages)
        return tuple(dict.fromkeys(tag for tag in found if tag))
