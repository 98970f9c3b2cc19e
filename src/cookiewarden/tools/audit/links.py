"""Finds in a page where it leads to: the links to further pages, and the addresses that its forms send to.

``html.parser`` reads the tags. It needs no more than linear time as long as it is only fed and never closed.
Rules: only the beginning of a page is read. A link is an absolute address without fragment, and comes once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

from cookiewarden.http.csp_report import contacted_host
from cookiewarden.tools.web.addresses import joined

#: So many characters of a page are read, and so many of its links.
MAX_READ = 500_000
MAX_LINKS = 2_000
_LINKS = {"a": "href", "area": "href", "frame": "src", "iframe": "src", "link": "href"}
#: What a browser fetches as it shows a page, and the attribute that says from where.
_FETCHED = dict.fromkeys(("audio", "embed", "iframe", "img", "input", "script", "source", "track", "video"), "src")
_FETCHED_RELATIONS = frozenset({"icon", "manifest", "modulepreload", "preload", "stylesheet"})
_FOLLOWED_RELATIONS = frozenset({"next", "canonical"})
_MAX_REFRESH = 300
_REFRESH = re.compile(r"^[\s\d.]*[;,\s]\s*url\s*=\s*[\"']?([^\"']+)", re.IGNORECASE)
#: Links that end a session, as sites name them.
_ENDING = re.compile(
    r"(?:log|sign)[-_]?out|(?<![a-z])(?:log|sign)[-_]?off(?![a-z])"
    r"|abmeld|ausloggen|d[eé]connexion|uitloggen|afmelden|wyloguj|cerrar[-_]?sesi",
    re.IGNORECASE,
)
_DOWNLOAD = re.compile(
    r"\.(?:7z|apk|avi|avif|bin|bmp|bz2|css|csv|deb|dmg|docx?|eot|epub|exe|gif|gpx|gz|ico|ics|iso|jar|jpe?g|js|json|kml"
    r"|m4[av]|map|mjs|mov|mp[34]|mpe?g|msi|od[pst]|og[gv]|otf|parquet|pdf|pkg|png|pptx?|rar|rpm|rss|rtf|svg|tar|tgz"
    r"|tiff?|ttf|txt|wasm|wav|webm|webmanifest|webp|wmv|woff2?|xlsx?|xml|xz|zip|zst)\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Links:
    """Where a page leads to. ``pages``: to further pages, as a visitor follows them. ``all``: wherever it points to.

    ``hosts``: those that a browser contacts to show the page, with their ports if those are not the default ones.
    ``choosing``: where our banner sends a choice to; ``""`` if the page holds none.
    """

    pages: tuple[str, ...]
    all: tuple[str, ...]
    hosts: tuple[str, ...]
    choosing: str


def links_of(markup: str, url: str) -> Links:
    """Return where a page leads to. ``url``: its own address.

    >>> links_of('<a href="b#c">B</a> <a href="/logout">Out</a> <a href="x.pdf">X</a>', "https://a.example/d/").pages
    ('https://a.example/d/b',)
    """
    reader = _Reader(url)
    # It raises AssertionError at a declaration that it cannot read.
    with suppress(AssertionError, _EnoughError):
        # Not closed, for then it would read what is cut off again and again.
        reader.feed(markup[:MAX_READ])
    pages = () if reader.forbids_following else tuple(reader.pages)
    return Links(pages, tuple(reader.all), tuple(reader.hosts), reader.choosing)


def is_followed(url: str) -> bool:
    """Return whether an address may be opened like a page: it ends no session, and is no download by its suffix.

    >>> is_followed("https://a.example/sign-out"), is_followed("https://a.example/v1.2/")
    (False, True)
    """
    parts = urlsplit(url)
    return not _DOWNLOAD.search(parts.path) and not _ENDING.search(unquote(f"{parts.path}?{parts.query}"))


class _EnoughError(Exception):
    """The page has more links than are kept."""


class _Reader(HTMLParser):
    """Collects the addresses of a page, in their order."""

    def __init__(self, url: str) -> None:
        super().__init__(convert_charrefs=False)
        self._base = url
        self._has_base = False
        self._count = 0
        #: Dictionaries, as sets that keep their order.
        self.pages: dict[str, None] = {}
        self.all: dict[str, None] = {}
        self.hosts: dict[str, None] = {}
        self.choosing = ""
        self.forbids_following = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the addresses of a tag."""
        # The first attribute of a name counts (WHATWG HTML 13.2.5.33).
        given = {name: value or "" for name, value in reversed(attrs)}
        if tag == "base" and "href" in given and not self._has_base:
            self._base, self._has_base = joined(self._base, given["href"]) or self._base, True
        elif tag == "meta" and given.get("name", "").lower() == "robots":
            words = re.split(r"[\s,]+", given.get("content", "").lower())
            self.forbids_following |= "nofollow" in words or "none" in words
        elif tag == "meta" and (found := _REFRESH.search(given.get("content", "")[:_MAX_REFRESH])):
            self._linked(
                "a", frozenset(), {"href": found[1]} if given.get("http-equiv", "").lower() == "refresh" else {}
            )
        elif tag == "form" and given.get("action"):
            address = self._address(given["action"])
            if given.get("id") == "cookie-consent-form":
                self.choosing = self.choosing or address
        else:
            relations = frozenset(given.get("rel", "").lower().split())
            self._fetched(tag, relations, given)
            self._linked(tag, relations, given)

    handle_startendtag = handle_starttag

    def _fetched(self, tag: str, relations: frozenset[str], given: Mapping[str, str]) -> None:
        attribute = _FETCHED.get(tag, "href" if tag == "link" and relations & _FETCHED_RELATIONS else "")
        if attribute in given and (host := contacted_host(self._address(given[attribute]))):
            self.hosts[host] = None

    def _linked(self, tag: str, relations: frozenset[str], given: Mapping[str, str]) -> None:
        attribute = _LINKS.get(tag, "")
        if attribute not in given:
            return
        address = self._address(given[attribute])
        is_page = (tag != "link" or relations & _FOLLOWED_RELATIONS) and "nofollow" not in relations
        if address and is_page and "download" not in given and is_followed(address):
            self.pages[address] = None

    def _address(self, reference: str) -> str:
        """Return the absolute address of a reference, and keep it; ``""`` if it is none of the web."""
        self._count += 1
        if self._count > MAX_LINKS:
            raise _EnoughError
        address = joined(self._base, reference)
        if address:
            self.all[address] = None
        return address
