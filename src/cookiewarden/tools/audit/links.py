"""Finds in a page where it leads to: the links to further pages, what a browser fetches, and where its forms send to.

``html.parser`` reads the tags. It needs no more than linear time as long as it is only fed and never closed.
Rules: what is not read for a bound is said. A link is an absolute address without fragment, and comes once. A link that
plainly does something, such as one that deletes, is no link to a page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

from cookiewarden.http.hosts import contacted_host
from cookiewarden.tools.web.addresses import MAX_URL, joined

#: So many characters of a page are read.
MAX_READ = 1_000_000
#: What it costs at most to read the addresses of a page: of each, its characters, those of the base, and a fixed part.
_MAX_COST = 400_000
_FIXED_COST = 100
_LINKS = {"a": "href", "area": "href", "frame": "src", "iframe": "src", "link": "href"}
#: What a browser fetches as it shows a page, and the attributes that say from where.
_FETCHED: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("audio", "embed", "frame", "iframe", "img", "input", "script", "source", "track"), ("src",)),
    "object": ("data",),
    "video": ("src", "poster"),
}
_CANDIDATES = {"img": "srcset", "source": "srcset", "link": "imagesrcset"}
#: What ends an address among the candidates for an image, and what describes one (WHATWG HTML 4.8.4.2.1).
_BETWEEN = re.compile(r"\s+|(?<=\d[wxh]),")
_DESCRIPTOR = re.compile(r"[\d.]+[wxh]")
_IMPORTED = re.compile(r"@import\s+(?:url\(\s*)?[\"']?([^\"')\s;]+)", re.IGNORECASE)
#: The types of scripts that browsers run; of other types, they neither run nor fetch them (WHATWG HTML 4.12.1).
_RUN = re.compile(r"|module|(?:text|application)/(?:x-)?(?:java|ecma|live|j)script(?:1\.[0-5])?", re.IGNORECASE)
_FETCHED_RELATIONS = frozenset({"icon", "manifest", "modulepreload", "preload", "stylesheet"})
#: A Link header: its addresses, and the relation among what follows one (RFC 8288).
_HEADER_LINK = re.compile(r"<([^<>]*)>([^<]*)")
_HEADER_RELATION = re.compile(r";\s*rel\s*=\s*\"?([^\";,]*)", re.IGNORECASE)
_MAX_HEADER = 10_000
_FOLLOWED_RELATIONS = frozenset({"next", "canonical"})
_MAX_REFRESH = 300
#: The value of a refresh: a time, and an address (WHATWG HTML 4.2.5.3).
_REFRESH = re.compile(r"(\d*)[\d.]*\s*[;,\s]\s*(?:url\s*=\s*)?[\"']?([^\"']+)", re.IGNORECASE)
#: A page that leads elsewhere within so many seconds is left before anybody reads it.
_SOON = 3
#: Links that end a session, as sites name them; and whole words in a path or a query that change something.
_ACTING = re.compile(
    r"(?:log|sign)[-_]?out|(?<![a-z])(?:log|sign)[-_]?off(?![a-z])"
    r"|abmeld|ausloggen|d[eé]connexion|uitloggen|afmelden|wyloguj|cerrar[-_]?sesi"
    r"|[/?&=](?:(?:delete|destroy|remove)(?:[-_]item)?|unsubscribe|add[-_]?to[-_]?(?:bag|basket|cart|wishlist)"
    r"|(?:bag|basket|cart|wishlist)/add)(?:\.[a-z]{2,5})?(?=[/?&=]|\Z)",
    re.IGNORECASE,
)
_DOWNLOAD = re.compile(
    r"\.(?:7z|apk|avi|avif|bin|bmp|bz2|css|csv|deb|dmg|docx?|eot|epub|exe|gif|gpx|gz|ico|ics|iso|jar|jpe?g|js|json|kml"
    r"|m4[av]|map|mjs|mov|mp[34]|mpe?g|msi|od[pst]|og[gv]|otf|parquet|pdf|pkg|png|pptx?|rar|rpm|rss|rtf|svg|tar|tgz"
    r"|tiff?|ttf|txt|wasm|wav|webm|webmanifest|webp|wmv|woff2?|xlsx?|xml|xz|zip|zst)\Z",
    re.IGNORECASE,
)


class LeftOut(StrEnum):
    """Why an address is no page to open, as words that follow "the audit".

    >>> f"The audit {LeftOut.FORM}."
    'The audit sent no form.'
    """

    ACTING = "opened no link that plainly does something"
    FILE = "opened no link to a file"
    NOFOLLOW = "followed no link that the site marks with nofollow"
    FORM = "sent no form"


@dataclass(frozen=True, slots=True)
class Links:
    """Where a page leads to. ``pages``: to further pages, as a visitor follows them. ``all``: wherever it points to.

    ``fetched``: what a browser fetches to show the page. ``choosing``: where our banner sends a choice to; ``""`` if
    the page holds none. ``left_out``: what is no page to open, and why. ``refresh``: where the page itself leads to
    within moments; ``""`` if it stays. ``has_scripts``: whether a browser would run a script of the page. ``problem``:
    why it was not read to its end, as words that follow its address; ``""`` if it was.
    """

    pages: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    fetched: tuple[str, ...] = ()
    choosing: str = ""
    left_out: tuple[tuple[LeftOut, str], ...] = ()
    refresh: str = ""
    has_scripts: bool = False
    problem: str = ""

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts that a browser contacts to show the page, with their ports if those are not the default ones."""
        return tuple(dict.fromkeys(filter(None, map(contacted_host, self.fetched))))


def links_of(markup: str, url: str, *, refresh: str = "", link: str = "") -> Links:
    """Return where a page leads to. ``url``: its own address. ``refresh``, ``link``: the values of those headers.

    >>> links_of('<a href="b#c">B</a> <a href="/logout">Out</a> <a href="x.pdf">X</a>', "https://a.example/d/").pages
    ('https://a.example/d/b',)
    """
    reader = _Reader(url)
    problem = f"has more than {MAX_READ:,} characters" if len(markup) > MAX_READ else ""
    try:
        reader.keep_refresh(refresh)
        reader.keep_header(link)
        # It raises AssertionError at a declaration that it cannot read.
        with suppress(AssertionError):
            # Not closed, for then it would read what is cut off again and again.
            reader.feed(markup[:MAX_READ])
    except _EnoughError:
        problem = "points to more addresses than are read"
    pages = reader.pages
    if reader.forbids_following:
        reader.left_out |= {(LeftOut.NOFOLLOW, page): None for page in pages}
        pages = {}
    found = tuple(pages), tuple(reader.all), tuple(reader.fetched), reader.choosing, tuple(reader.left_out)
    return Links(*found, reader.refresh, reader.has_scripts, problem)


def is_followed(url: str) -> bool:
    """Return whether an address may be opened like a page: to open it does nothing, and it is no download.

    >>> is_followed("https://a.example/sign-out"), is_followed("https://a.example/v1.2/")
    (False, True)
    """
    return not _DOWNLOAD.search(urlsplit(url).path) and not is_acting(url)


def is_acting(url: str) -> bool:
    """Return whether to open an address plainly does something: it ends a session, deletes, or puts into a cart.

    >>> [is_acting(f"https://a.example/{path}") for path in ("sign-out", "cart/add/3", "remove-stains", "?do=delete")]
    [True, True, False, True]
    """
    parts = urlsplit(url)
    return _ACTING.search(unquote(f"{parts.path}?{parts.query}")) is not None


class _EnoughError(Exception):
    """The page has more addresses than are read."""


class _Reader(HTMLParser):
    """Collects the addresses of a page, in their order."""

    def __init__(self, url: str) -> None:
        super().__init__(convert_charrefs=False)
        self._url = self._base = url
        self._has_base = False
        self._cost = 0
        self._known: dict[str, str] = {}
        #: Dictionaries, as sets that keep their order.
        self.pages: dict[str, None] = {}
        self.all: dict[str, None] = {}
        self.fetched: dict[str, None] = {}
        self.left_out: dict[tuple[LeftOut, str], None] = {}
        self.choosing = ""
        self.refresh = ""
        self.has_scripts = False
        self.forbids_following = False
        self._is_without_scripts = False
        self._is_style = False
        # Of each open template, whether it is inert, and how many are.
        self._templates: list[bool] = []
        self._inert = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the addresses of a tag."""
        # The first attribute of a name counts (WHATWG HTML 13.2.5.33).
        given = {name: value or "" for name, value in reversed(attrs)}
        if tag == "template":
            self._templates.append("shadowrootmode" not in given)
            self._inert += self._templates[-1]
        if self._inert:
            return
        self._is_without_scripts |= tag == "noscript"
        self._is_style = tag == "style"
        is_script = tag == "script" and _RUN.fullmatch(given.get("type", "").strip()) is not None
        self.has_scripts |= is_script or any(name.startswith("on") for name in given)
        if tag == "base" and "href" in given and not self._has_base:
            self._base, self._has_base = joined(self._url, given["href"]) or self._url, True
            self._known.clear()
        elif tag == "meta" and given.get("name", "").lower() == "robots":
            words = re.split(r"[\s,]+", given.get("content", "").lower())
            self.forbids_following |= "nofollow" in words or "none" in words
        elif tag == "meta":
            if given.get("http-equiv", "").strip().lower() == "refresh":
                self.keep_refresh(given.get("content", ""))
        elif tag == "form":
            self._sent_to(given)
        else:
            relations = frozenset(given.get("rel", "").lower().split())
            if is_script or tag != "script":
                self._fetched(tag, relations, given)
            self._linked(tag, relations, given)

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag: str) -> None:
        """Keep in mind what browsers skip."""
        self._is_style = False
        if tag == "template" and self._templates:
            self._inert -= self._templates.pop()
        self._is_without_scripts &= tag != "noscript"

    def handle_data(self, data: str) -> None:
        """Keep which style sheets another one imports."""
        if self._is_style and not self._inert:
            for found in _IMPORTED.finditer(data):
                self._keep_fetched(found[1])

    def keep_refresh(self, value: str) -> None:
        """Keep where a page leads to by itself: at once, or as a link if people can read it before."""
        if not (found := _REFRESH.match(value.strip()[:_MAX_REFRESH])):
            return
        self._linked("a", frozenset(), {"href": found[2]})
        address = joined(self._base, found[2])
        if int(found[1][:9] or 0) <= _SOON and address in self.pages and not self._is_without_scripts:
            self.refresh = self.refresh or address

    def keep_header(self, value: str) -> None:
        """Keep what the Link header of a page has a browser fetch."""
        for found in _HEADER_LINK.finditer(value[:_MAX_HEADER]):
            relation = _HEADER_RELATION.search(found[2])
            if relation and _FETCHED_RELATIONS & {*relation[1].lower().split()}:
                self._keep_fetched(found[1])

    def _sent_to(self, given: Mapping[str, str]) -> None:
        """Keep where a form sends to. Without an action, it is the page itself."""
        address = self._address(given["action"]) if given.get("action") else self._url
        if given.get("id") == "cookie-consent-form":
            self.choosing = self.choosing or address
        elif address:
            self.left_out[LeftOut.FORM, address] = None

    def _fetched(self, tag: str, relations: frozenset[str], given: Mapping[str, str]) -> None:
        is_fetched = relations & _FETCHED_RELATIONS if tag == "link" else True
        if tag == "input":
            is_fetched = given.get("type", "").strip().lower() == "image"
        if not is_fetched:
            return
        for attribute in ("href",) if tag == "link" else _FETCHED.get(tag, ()):
            if attribute in given:
                self._keep_fetched(given[attribute])
        for candidate in _BETWEEN.split(given.get(_CANDIDATES.get(tag, ""), "")):
            if (reference := candidate.strip(",")) and not _DESCRIPTOR.fullmatch(reference):
                self._keep_fetched(reference)

    def _keep_fetched(self, reference: str) -> None:
        if reference.strip() and (address := self._address(reference)):
            self.fetched[address] = None

    def _linked(self, tag: str, relations: frozenset[str], given: Mapping[str, str]) -> None:
        attribute = _LINKS.get(tag, "")
        if attribute not in given or (tag == "link" and not relations & _FOLLOWED_RELATIONS):
            return
        address = self._address(given[attribute])
        if not address:
            return
        if is_acting(address):
            self.left_out[LeftOut.ACTING, address] = None
        elif "download" in given or not is_followed(address):
            # What a frame shows is fetched like an image if it is no page.
            self.left_out |= {} if tag in _FETCHED else {(LeftOut.FILE, address): None}
        elif "nofollow" in relations:
            self.left_out[LeftOut.NOFOLLOW, address] = None
        else:
            self.pages[address] = None

    def _address(self, reference: str) -> str:
        """Return the absolute address of a reference, and keep it; ``""`` if it is none of the web."""
        if reference in self._known:
            return self._known[reference]
        size = len(reference.encode("ascii", "xmlcharrefreplace"))
        if size > MAX_URL:  # such as an image that the page itself holds
            return ""
        self._cost += _FIXED_COST + len(self._base) + size
        if self._cost > _MAX_COST:
            raise _EnoughError
        address = self._known[reference] = joined(self._base, reference)
        if address:
            self.all[address] = None
        return address
