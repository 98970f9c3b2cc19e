"""Find the introduction of a policy: the paragraphs between its title and the next heading.

Rule: what a page adds there is none of it: dates, contacts, contents, links, states, and what a cookie is.
"""

from __future__ import annotations

import re

from cookiewarden.tools.importing.answerable import is_contact_line
from cookiewarden.tools.importing.blocks import Block, Definition, Document, Heading, Item, Paragraph
from cookiewarden.tools.importing.update_dates import is_date_line, read_date

_DOWNLOAD = re.compile(r"download|télécharger|downloaden|herunterladen|pdf", re.IGNORECASE)
# "A cookie is a small file", and no other sentence beside it.
_DEFINITION = re.compile(
    r"(?:(?:a|un|een|ein|les|de|die)\s+)?cookies?,?\s+(?:is|are|est|sont|zijn|ist|sind)\b[^.]*\.?",
    re.IGNORECASE,
)
# "Your current state: Deny."
_STATE = re.compile(r"[^.:]{1,40}:\s+\S+(?:\s+\S+){0,3}")
_SHORT = 60  # characters
_LONGEST = 1500
_MOST_PARAGRAPHS = 3
_LEAST_WORDS = 4


def introduction_of(document: Document) -> str:
    """Return the paragraphs between the title of the policy and the next heading.

    >>> from cookiewarden.tools.importing.blocks import Words
    >>> title, link = Heading(1, Words("Cookies policy")), Item(Words("What is a cookie?"))
    >>> introduction_of(Document((title, link, Paragraph(Words("We use only a few cookies.")))))
    'We use only a few cookies.'
    """
    blocks = list(document.blocks)
    start = next((at for at, block in enumerate(blocks) if _is_title(block)), None)
    if start is None:
        return ""
    found: list[str] = []
    for block in blocks[start + 1 :]:
        if not found and isinstance(block, Item | Definition):
            continue  # the contents, or facts of the page
        if not isinstance(block, Paragraph):
            break
        line = block.words.line
        if _is_of_page(line) or (not found and len(line.split()) < _LEAST_WORDS):
            continue
        if len(line.split()) < _LEAST_WORDS or sum(map(len, found)) + len(line) > _LONGEST:
            break
        found.append(line)
        if len(found) == _MOST_PARAGRAPHS:
            break
    return "\n\n".join(found)


def _is_title(block: Block) -> bool:
    return isinstance(block, Heading) and "cookie" in block.words.line.lower()


def _is_of_page(line: str) -> bool:
    """Return whether a line belongs to the page, and not to what the site says of its cookies."""
    is_short = len(line) < _SHORT
    is_date = is_date_line(line) or (is_short and read_date(line, "")[0] is not None)
    is_other = is_short and bool(_DOWNLOAD.search(line) or _STATE.fullmatch(line))
    return is_date or is_other or is_contact_line(line) or bool(_DEFINITION.fullmatch(line))
