"""Find whose cookies a title speaks of: "Google Analytics cookies", "Cookies de Vimeo", or only "Hotjar".

Rule: it is sure only of a well-known service. Another name in a title may be a name, so the reader of the policy learns
of it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from cookiewarden.policy.known_cookies.lookup import known_cookie, known_cookies
from cookiewarden.tools.importing.categories import read_category
from cookiewarden.tools.importing.usual_categories import HARDLY_NECESSARY

_OF = r"(?:of|from|by|set by|placed by|used by|de la|de|du|des|d['’]|von|vom|der|gesetzt von|van|geplaatst door)"
# "Vimeo cookies", "Vimeo-Cookies", "Cookies de Vimeo", "Cookies Vimeo", "Cookies (Vimeo)".
_TITLES = re.compile(
    rf"(?P<before>[^\W\d_].{{1,60}}?)(?:['’]s)?(?: |-)cookies"
    rf"|cookies (?:{_OF}(?: |(?<=['’])))?\(?(?P<after>[^\W\d_].{{1,60}}?)\)?",
    re.IGNORECASE,
)
#: Words of a site about itself.
OWN = re.compile(
    r"\b(?:this|our|own|first[- ]party|1st[- ]party|us|self|site|internal|interne?s?|ce site|notre"
    r"|nos|nous|propres?|deze|onze|eigen|wij"
    r"|diese[rs]?|unsere?|eigene?|erstanbieter|website owner|eigentümer)\b", re.IGNORECASE,
)  # fmt: skip
_COUNT = re.compile(r"\s*[(\[]?\d{1,4}[)\]]?$")
_BRACKETS = re.compile(r"\s*\([^()]*\)$")
_LEGAL_FORM = re.compile(
    r",?\s+(?:inc|ltd|llc|gmbh|ag|sa|sas|srl|bv|nv|corp|corporation|limited|platforms|ireland|europe)\.?(?=$|[\s,])",
    re.IGNORECASE,
)
_MOST_WORDS = 5
_SHORTEST = 3
_LONGEST = 100  # characters of a title


class FoundProvider(NamedTuple):
    """A provider, or, if it is not sure, the words that may name one. ``""``: there is none."""

    name: str = ""
    unclear: str = ""


def provider_in(titles: Iterable[str], names: Iterable[str]) -> FoundProvider:
    """Return whose these names are, by the titles above them, the nearest first.

    >>> provider_in(["Analytics", "Google Analytics cookies"], ["_ga"]).name
    'Google Analytics'
    >>> provider_in(["Cookies de Twitter"], ["guest_id"])
    FoundProvider(name='', unclear='Cookies de Twitter')
    """
    own = {_first(known.provider) for name in names if (known := known_cookie(name.encode("utf-8", "replace")))}
    for title in titles:
        if len(title) > _LONGEST:
            continue
        match = _TITLES.fullmatch(_COUNT.sub("", title.strip(" :.")))
        words = (match["before"] or match["after"] or "").strip() if match else title
        if is_well_known(words) or _plain(words) in own:
            return FoundProvider(_COUNT.sub("", _BRACKETS.sub("", words)).strip())
        is_named = match is not None and (match["after"] or "")[:1].isupper() and not title.isupper()
        is_like_own = words[:1].isupper() and _first(words) in own
        if (is_named or is_like_own) and len(words.split()) < _MOST_WORDS and read_category(title).sense is None:
            return FoundProvider(unclear=title)
        if OWN.search(title):  # what stands below is the site's, whatever a heading further up says
            break
    return FoundProvider()


def is_well_known(words: str) -> bool:
    """Return whether words are the name of a service or company that sets well-known cookies, and nothing else.

    >>> is_well_known("Hotjar Ltd."), is_well_known("Cookie Information"), is_well_known("Google Maps for visitors")
    (True, False, False)
    """
    name = _plain(words)
    return len(name) >= _SHORTEST and "cookie" not in name and name in _providers()


def sets_refusable_cookies(words: str) -> bool:
    """Return whether words begin with the name of a service whose cookies visitors usually may refuse.

    >>> sets_refusable_cookies("Facebook Pixel"), sets_refusable_cookies("Cloudflare"), sets_refusable_cookies("Chat")
    (True, False, False)
    """
    name = _plain(words)
    if len(words) > _LONGEST or not (is_well_known(words) or is_well_known(_first(words))):
        return False
    of_name = {one.category for one in known_cookies() if _plain(one.provider) == name}
    of_company = {one.category for one in known_cookies() if _first(one.provider) == _first(words)}
    return not HARDLY_NECESSARY.isdisjoint(of_name or of_company)


def _plain(words: str) -> str:
    """Return a name in lower case, without its legal form, a number after it, and what stands in brackets."""
    return _COUNT.sub("", _LEGAL_FORM.sub("", _BRACKETS.sub("", words))).strip(" .,").lower()


def _first(words: str) -> str:
    """Return the first word of a name: that of the company, if a product follows."""
    return _plain(words).partition(" ")[0]


@cache
def _providers() -> frozenset[str]:
    """Return the names of all services, and the companies that several of these begin with."""
    names = {_plain(provider) for provider in {one.provider for one in known_cookies()}}
    companies = Counter(name.partition(" ")[0] for name in names)
    return frozenset(names) | {company for company, count in companies.items() if count > 1}
