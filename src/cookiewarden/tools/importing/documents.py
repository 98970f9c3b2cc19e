"""Pick the reader for a document, and read its bytes as text.

Rule: the bytes decide before what is said of them: a byte order mark, then the header, then the document itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from typing import TYPE_CHECKING

from cookiewarden.tools.web.bodies import BYTE_ORDER_MARKS, charset_in

if TYPE_CHECKING:
    from cookiewarden.tools.importing.blocks import Document

#: The most bytes of a document that are read.
MAX_BYTES = 10_000_000
_META = re.compile(rb"<meta[^>]{0,200}(charset\s*=\s*(?:[\"']\s*)?[A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_LOOKED_AT = 4096  # bytes
_MARKUP = re.compile(r"<(?:!doctype html|html|head|body|table|div|h[1-6]|p|ul|dl)\b", re.IGNORECASE)
_MARKDOWN_TABLE = re.compile(r"^\s*\|?\s*:?-{3,}:?\s*\|", re.MULTILINE)


class Format(StrEnum):
    """The formats that can be imported.

    >>> Format("md").value
    'md'
    """

    HTML = "html"
    MARKDOWN = "md"
    TEXT = "text"
    CSV = "csv"


_SUFFIXES = {
    "html": Format.HTML, "htm": Format.HTML, "xhtml": Format.HTML, "md": Format.MARKDOWN, "markdown": Format.MARKDOWN,
    "txt": Format.TEXT, "text": Format.TEXT, "csv": Format.CSV, "tsv": Format.CSV,
}  # fmt: skip
_CONTENT_TYPES = {
    "text/html": Format.HTML, "application/xhtml+xml": Format.HTML, "text/markdown": Format.MARKDOWN,
    "text/x-markdown": Format.MARKDOWN, "text/csv": Format.CSV, "text/tab-separated-values": Format.CSV,
    "text/plain": Format.TEXT,
}  # fmt: skip


def format_of(name: str, content_type: str, text: str) -> Format:
    """Return the format of a document, by its type, its suffix, or what it holds.

    >>> format_of("cookies.md", "", "").value, format_of("-", "", "<p>Cookies").value
    ('md', 'html')
    """
    by_type = _CONTENT_TYPES.get(content_type.partition(";")[0].strip().lower())
    if by_type and by_type is not Format.TEXT:
        return by_type
    by_suffix = _SUFFIXES.get(re.split(r"[?#]", name)[0].rpartition(".")[2].lower())
    if by_suffix or by_type:
        return by_suffix or Format.TEXT
    if _MARKUP.search(text[:_LOOKED_AT]):
        return Format.HTML
    return Format.MARKDOWN if _MARKDOWN_TABLE.search(text) else Format.TEXT


def is_pdf(data: bytes) -> bool:
    """Return whether a document is a PDF (ISO 32000-2, section 7.5.2)."""
    return b"%PDF-" in data[:1024]


def decoded(data: bytes, content_type: str = "") -> str:
    r"""Return the text of a document: by its byte order mark, header, meta element, as UTF-8, or as Windows-1252.

    >>> decoded(b"Dur\xe9e"), decoded("Durée".encode())
    ('Durée', 'Durée')
    """
    for mark, charset in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(charset, "replace")
    meta = _META.search(data[:_LOOKED_AT])
    for words in (content_type, meta[1].decode("ascii") if meta else "", "charset=utf-8"):
        charset = charset_in(words)
        # What is in UTF-16 could not say so.
        if charset and not charset.startswith("utf-16"):
            with suppress(ValueError):
                return data.decode(charset)
    return data.decode("cp1252", "replace")


def read_document(text: str, format_: Format) -> Document:
    """Return a document as blocks.

    >>> len(read_document("Name,Purpose", Format.CSV).blocks)
    1
    """
    return reader_of(format_)(text)


def reader_of(format_: Format) -> Callable[[str], Document]:
    """Return what reads a format. Imports the packages that it needs only now.

    >>> len(reader_of(Format.CSV)("Name,Purpose").blocks)
    1
    """
    if format_ is Format.TEXT:
        from cookiewarden.tools.importing.text import read_text

        return read_text
    if format_ is Format.CSV:
        from cookiewarden.tools.importing.csv import read_csv

        return read_csv
    if format_ is Format.MARKDOWN:
        from cookiewarden.tools.importing.markdown import read_markdown

        return read_markdown
    from cookiewarden.tools.importing.html import read_html

    return read_html
