"""Find what a document names outside of its lists of cookies: in sentences, and by headings without a list.

Rule: nothing that is found here is declared. The reader of the policy learns of it, with the words of the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from cookiewarden.policy.known_cookies.lookup import known_cookie
from cookiewarden.policy.names import NameTable
from cookiewarden.tools.importing.blocks import Block, Definition, Document, Heading, Paragraph, Table, Words
from cookiewarden.tools.importing.categories import Sense, category_of, read_category
from cookiewarden.tools.importing.columns import Column, column_of
from cookiewarden.tools.importing.context import COOKIE, Context
from cookiewarden.tools.importing.entries import text_of
from cookiewarden.tools.importing.names import is_like_a_name, name_of, names_in
from cookiewarden.tools.importing.record import Record

#: How many names in sentences are told.
MAX_MENTIONS = 500
_LOOKED_AT = 500_000  # characters
_SHOWN = 160  # characters
_MOST_WORDS = 8  # of the heading of a category
_TOKEN = re.compile(r"\.?[A-Za-z_][^\s\"'`=;,:()\\“”„«»‹›?!…/@]{1,99}")
_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S+|[\w.+-]{1,64}@\S+")
_LOCALE = re.compile(r"[a-z]{2}_[A-Z]{2}")
# What stands in code and is no name: attributes and fields of HTTP, and what scripts use.
_OF_THE_WEB = frozenset(
    ["secure", "httponly", "samesite", "domain", "path", "expires", "max-age", "partitioned", "set-cookie", "strict",
     "lax", "document.cookie", "localstorage", "sessionstorage", "window.localstorage", "window.sessionstorage",
     "indexeddb", "true", "false", "null", "iframe", "script", "navigator.cookieenabled"]
)  # fmt: skip
# "a cookie named theme", "le cookie « theme »", and "the cookie theme keeps", which is the least sure.
_BY_COOKIE = re.compile(
    r"\b(?:cookies?,? (?:named|called|nommée?s?|appelée?s?|intitulée?s?|genaamd|met de naam|namens|genannt"
    r"|mit dem namen):? ?[\"'“”„«‘`]? ?(?P<called>[\w.-]+)"
    r"|cookies? ?[\"'“„«‘`] ?(?P<quoted>[\w.-]+) ?[\"'”“»’`]"
    r"|cookies?,? (?P<dotted>[A-Za-z][\w-]+(?:[._][\w-]{2,})+)"
    r"|(?:the|le|de|het|das|der|den|un|a|een|ein) cookie (?!(?:named|called|genaamd|genannt) )"
    r"(?P<plain>[a-z][a-z0-9_.-]+)(?= [a-zà-ÿ]{4,}\b))",
    re.IGNORECASE,
)
_NO_NAMES = frozenset(
    ["policy", "policies", "notice", "banner", "bar", "box", "consent", "settings", "setting",
     "preferences", "preference", "statement", "declaration", "list", "table", "law", "laws", "directive",
     "regulation", "rules", "wall", "file", "files", "text", "data", "value", "values", "name", "names",
     "category", "categories", "information", "control", "controls", "tool", "tools", "manager",
     "management", "choice", "choices", "button", "link", "page", "window", "pop-up", "popup", "dialog",
     "message", "types", "type", "usage", "use", "used", "set", "sets", "placed", "stored", "provider",
     "providers", "domain", "duration", "lifetime", "purpose", "expiration", "identifier", "number",
     "technology", "technologies", "is", "was", "has", "had", "can", "may", "will", "would", "must",
     "should", "does", "that", "which", "who", "with", "from", "for", "and", "when", "then", "also", "only",
     "itself", "expires", "contains", "stores", "remembers", "keeps", "lets", "helps", "allows", "tells",
     "gives", "makes", "lasts", "named", "called", "est", "sera", "peut", "doit", "permet", "sert", "qui",
     "que", "dont", "pour", "avec", "dans", "lors", "reste", "contient", "contenant", "déposé", "placé",
     "installé", "utilisé", "enregistre", "conserve", "stocke", "expire", "nommé", "appelé", "wordt",
     "werd", "kan", "moet", "mag", "zal", "heeft", "die", "dat", "waarmee", "met", "voor", "van", "in",
     "op", "dient", "bevat", "bewaart", "onthoudt", "verloopt", "wird", "wurde", "kann", "muss", "darf",
     "soll", "hat", "mit", "für", "von", "enthält", "speichert", "merkt", "messages", "een", "eine", "einen", "une",
     "the", "les", "het", "der", "das"]
)  # fmt: skip
_NO_COOKIES = _NO_NAMES | _OF_THE_WEB
_ENTRY = re.compile(r"(?P<name>[a-z][a-z0-9._-]{1,60})(?:\s*[:–—|→]|\s+-+)\s+\S")
# "We use no such cookies."
_NONE = re.compile(r"(?:[\w’']+ ){0,6}(?:no|not|none|aucuns?|pas|geen|keine?)\b.{0,60}$", re.IGNORECASE)
# The line with the version of a document: "Version: QouGYSF_".
_VERSION = re.compile(r"\W*versi\w+ ?:? \S+\W*", re.IGNORECASE)
_PARTED = r"[A-Za-z]\w*(?:[_:-]\w+)+"
_HOST = r"(?:[a-z0-9-]+\.)+[a-z]{2,}"
_SENTENCE_END = re.compile(r"[.!?]\s")


class Mention(NamedTuple):
    """A name in a sentence, and the words around it. ``name``: ``""`` if there is more than is looked at."""

    name: str
    words: str


def mentions_in(document: Document, known: Iterable[str]) -> Iterator[Mention]:
    """Yield each name that stands in the sentences of a document, once, without the ``known`` names and patterns.

    >>> from cookiewarden.tools.importing.blocks import Paragraph
    >>> document = Document((Paragraph(Words("We count. YouTube sets YSC and _ga here. So it is.")),))
    >>> list(mentions_in(document, ["_ga"]))
    [Mention(name='YSC', words='YouTube sets YSC and _ga here.')]
    """
    table = NameTable((name, name) for name in set(known))
    seen: set[str] = set()
    count, left = 0, _LOOKED_AT
    for place, words in _texts(document):
        if left < 0 or count >= MAX_MENTIONS:
            break
        shown = Words(words.text[:left], words.marked)
        left -= len(words.text)
        for token, at in _candidates(place, shown):
            name = name_of(token)
            if name and name not in seen and table.find(name.encode("utf-8", "replace")) is None:
                count += 1
                start = at if at >= 0 else max(shown.line.find(token.partition("*")[0]), 0)
                yield Mention(name, _sentence(shown.line, start, len(token)))
                if count >= MAX_MENTIONS:
                    break
            seen.add(name)
    if left < 0 or count >= MAX_MENTIONS:
        yield Mention("", "")


def headings_without_cookies(document: Document, records: Sequence[Record]) -> Iterator[str]:
    """Yield the heading of each category of which the document lists no cookie.

    >>> document = Document((Heading(1, Words("Cookies")), Heading(2, Words("Marketing cookies"))))
    >>> list(headings_without_cookies(document, []))
    ['Marketing cookies']
    """
    told = {found.sense for record in records for found in record.categories}
    names = {text_of(record.values, Column.NAME) for record in records}
    is_about_cookies = bool(COOKIE.search(document.title))
    found: dict[Sense, str] = {}
    for block, following in pairwise([*document.blocks, None]):
        if not isinstance(block, Heading):
            continue
        line = block.words.line
        is_about_cookies = is_about_cookies or bool(COOKIE.search(line))
        sense = read_category(line).sense
        if (
            line in names
            or sense is None
            or category_of(sense)[0] is None
            or not is_about_cookies
            or len(line.split()) > _MOST_WORDS
        ):
            continue
        if isinstance(following, Paragraph) and _NONE.match(following.words.line):
            told.add(sense)
        found.setdefault(sense, line[:_SHOWN])
    yield from (line for sense, line in found.items() if sense not in told)


class _Place(NamedTuple):
    """Where a text stands. ``is_about_cookies`` and ``is_among_cookies``: as in ``Context``, or without headings."""

    is_about_cookies: bool
    is_among_cookies: bool
    is_cell: bool = False


def _texts(document: Document) -> Iterator[tuple[_Place, Words]]:
    """Yield each text of a document, and where it stands."""
    context = Context(document.title)
    for block in document.blocks:
        is_among_cookies = context.is_among_cookies or not context.headings
        place = _Place(context.is_about_cookies, is_among_cookies, isinstance(block, Table))
        for words in _words_of(block):
            yield place, words
        if isinstance(block, Heading):  # it stands itself below those above it
            context.enter(block.level, block.words)


def _words_of(block: Block) -> Iterator[Words]:
    if isinstance(block, Table):
        yield Words(block.caption)
        for row in block.rows:
            yield from row
    elif isinstance(block, Definition):
        text = "\n".join(words.text for words in block.words)
        yield Words(f"{block.term.text}: {text}", block.term.marked)
        yield from (Words("", words.marked) for words in block.words if words.marked)
    else:
        yield block.words


def _candidates(place: _Place, words: Words) -> Iterator[tuple[str, int]]:
    """Yield each word of a text that may be a name, and where it stands in the text, or -1 if that is to be found."""
    line = _ADDRESS.sub(lambda match: " " * len(match[0]), words.line)
    if _VERSION.fullmatch(line):
        return
    for match in _TOKEN.finditer(line):
        token = match[0].rstrip(".")
        is_name = token not in _NO_NAMES and is_like_a_name(token) and not _LOCALE.fullmatch(token)
        # The cells of a table hold words of all kinds.
        if is_name and (not place.is_cell or known_cookie(token.encode("utf-8", "replace"))):
            yield token, match.start()
    if place.is_cell:
        marked = dict.fromkeys(words.marked) if place.is_about_cookies else ()
        yield from ((name, -1) for name in marked if is_like_a_name(name) or re.fullmatch(_PARTED, name))
        return
    if place.is_about_cookies or COOKIE.search(line):
        for part in dict.fromkeys(words.marked):
            yield from ((name, -1) for name in names_in(Words(part)).names if name.lower() not in _OF_THE_WEB)
    for match in _BY_COOKIE.finditer(line):
        group = match.lastgroup or ""
        token = match[group].rstrip(".-")
        is_host = group == "dotted" and re.fullmatch(_HOST, token)
        if not is_host and token.lower() not in _NO_COOKIES and names_in(Words(token)).names:
            yield token, match.start(group)
    if place.is_among_cookies:
        for match in filter(None, map(_ENTRY.match, words.text.split("\n"))):
            token = match["name"].rstrip(".-")
            is_label = column_of(token) is not None or read_category(token).sense is not None
            if not is_label and token not in _NO_NAMES and names_in(Words(token)).names:
                yield token, -1


def _sentence(line: str, at: int, length: int) -> str:
    """Return the sentence around a place in a line, cut so that the name stays in it."""
    ends = [match.end() for match in _SENTENCE_END.finditer(line, max(0, at - 400), min(len(line), at + 400))]
    start = max((end for end in ends if end <= at), default=max(0, at - 400))
    end = min((end for end in ends if end > at + length), default=len(line))
    start = max(start, at + length - _SHOWN)
    return line[start : min(end, start + _SHOWN)].strip()
