"""The policy page as a PDF, by fpdf2: real text, headings, a table whose head is repeated on every page.

Rule: nothing is lost: a character that the font lacks is written as its escape.
"""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

from cookiewarden.pages.document import Document
from cookiewarden.pages.languages import Language

if TYPE_CHECKING:
    pass

for _package in ("fpdf", "pymupdf_fonts"):
    # They take long to import, so that is left to the first PDF; but their absence is told at start.
    if importlib.util.find_spec(_package) is None:
        raise ModuleNotFoundError(f"No module named {_package!r}", name=_package)


def pdf_of(document: Document, language: Language) -> bytes:
    """The document as the octets of a PDF file."""
    raise NotImplementedError
