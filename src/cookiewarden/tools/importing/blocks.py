"""The common shape of a document: what it holds, in reading order, without its format.

Rule: a reader keeps the order and every word of a document that people see; it judges nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

#: How many cells the readers keep of one document. What stands beyond is cut, and the result says so.
MAX_CELLS = 200_000
#: How many links that write a mail the readers keep.
MAX_MAIL_LINKS = 50
#: The level of a heading that is only implied, such as the summary of a ``<details>``. It is deeper than any other.
IMPLIED_LEVEL = 7
_BLANKS = re.compile(r"[ \t\r\f\v\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\xad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffd]")
_HALVES = re.compile(r"[\ud800-\udfff]")


class Words(NamedTuple):
    r"""A text, and the parts of it that the document marks as code. Line breaks part its lines.

    >>> Words.of(" _ga ,\n _gid ", ["_ga"])
    Words(text='_ga ,\n_gid', marked=('_ga',))
    """

    text: str = ""
    marked: tuple[str, ...] = ()

    @classmethod
    def of(cls, text: str, marked: list[str] | tuple[str, ...] = ()) -> Words:
        """Return a text as people see it: without characters that do not show, and with single blanks."""
        shown = tuple(line for part in marked if (line := tidy(part)))
        return cls(tidy(text), shown)

    @property
    def line(self) -> str:
        """The text on one line."""
        return self.text.replace("\n", " ")


def tidy(text: str) -> str:
    r"""Return a text without invisible characters, with single blanks, and without empty lines.

    >>> tidy("a\u200b \t b \n\n c")
    'a b\nc'
    """
    text = _HALVES.sub("\ufffd", _INVISIBLE.sub("", text)) if not text.isascii() or not text.isprintable() else text
    lines = (_BLANKS.sub(" ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading. ``level``: 1 for the title of the document, more for what stands below another."""

    level: int
    words: Words


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, or any other run of text."""

    words: Words


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list, without the items of the lists in it, which follow."""

    words: Words


@dataclass(frozen=True, slots=True)
class Definition:
    """A term of a definition list, and what is said of it, one text for each description.

    ``level``: that of the heading that is the term, if one is.
    """

    term: Words
    words: tuple[Words, ...]
    level: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its caption, and all its rows, of which the first ``header_rows`` are marked as headers.

    A cell that spans several rows or columns stands in each of them.
    """

    caption: str
    header_rows: int
    rows: tuple[tuple[Words, ...], ...]


Block = Heading | Paragraph | Item | Definition | Table


class MailLink(NamedTuple):
    """A link that writes a mail. ``target``: its address, as the document has it. ``at``: the number of its block."""

    target: str
    at: int


@dataclass(frozen=True, slots=True)
class Document:
    """What a reader found. ``title`` and ``language`` are what the document says of itself, ``""`` if nothing.

    ``is_cut``: whether it holds more cells than ``MAX_CELLS``, and was read only so far. ``mail_links``: those in it.
    ``addresses``: where it says that it stands, the surest first. ``site_name``: what it says that its site is called.
    """

    blocks: tuple[Block, ...]
    title: str = ""
    language: str = ""
    is_cut: bool = False
    mail_links: tuple[MailLink, ...] = ()
    addresses: tuple[str, ...] = ()
    site_name: str = ""
