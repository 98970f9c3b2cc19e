"""Find who answers for the site: the address for questions, and the operator.

Rule: an address of mail is the contact only if a line, or the heading above a link, says so, and there is no other.
Who runs the site stands in a sentence, so it is only a suggestion.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import unquote

from cookiewarden.http.hosts import check_host
from cookiewarden.tools.importing.blocks import Document, Heading, Item, Paragraph

_ADDRESS = re.compile(
    r"(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,24}(?![\w@-])", re.ASCII
)
_OPERATED = re.compile(
    r"\b(?:operated|run|managed|published|provided) by|\b(?:édité|exploité|géré|publié)e? par"
    r"|\b(?:betrieben|bereitgestellt|herausgegeben) von|\b(?:beheerd|uitgegeven|aangeboden) door",
    re.IGNORECASE,
)
_SITE = re.compile(
    r"\b(?:web ?site|site|portal|portail|webseite|plattform|platform|plateforme|applies to)\b|\bwww\.", re.IGNORECASE
)
_NAME = re.compile(
    r"\s+(?P<name>(?:[Tt]he |[Ll][ae] |[Ll]’|[Ll]'|[Dd]e[rn]? |[Dd]ie |[Hh]et )?[^\W\d_a-z][^,.;:()\n]{1,79})"
)
_CONTACT = re.compile(
    r"\b(?:contact\w*|e-?mail\w*|courriel|write to|écri\w+|kontakt\w*|dpo|dsb|fg"
    r"|data protection|délégué\w*|datenschutzbeauftragte\w*|functionaris|questions?|fragen|vragen)\b",
    re.IGNORECASE,
)
_LONGEST_LINE = 120
_MOST_ADDRESSES = 20


class Answerable(NamedTuple):
    """Who answers for the site. ``""``: the document does not say it.

    ``addresses``: those of mail, of which one may be the contact. ``operator``: who may run the site, and
    ``sentence``: what the document says of that.
    """

    contact: str = ""
    addresses: tuple[str, ...] = ()
    operator: str = ""
    sentence: str = ""


def answerable_in(texts: Iterable[str]) -> Answerable:
    """Return who answers for the site, by the texts of a document.

    >>> answerable_in(["This site is operated by the Town of Exampletown.", "Write to dpo@example.org."])[:3]
    ('dpo@example.org', (), 'the Town of Exampletown')
    """
    addresses: dict[str, str] = {}
    is_told = False
    operator = sentence = ""
    for text in texts:
        if len(addresses) < _MOST_ADDRESSES:
            found = (
                match[0] for match in _ADDRESS.finditer(text) if not check_host(match[0].rpartition("@")[2].lower())
            )
            addresses.update({address.lower(): address for address in found})
        is_told = is_told or is_contact_line(text)
        operated = None if operator else _OPERATED.search(text)
        if operated and (name := _NAME.match(text, operated.end())):
            start = text.rfind(". ", 0, operated.start()) + 1
            if _SITE.search(text, start, operated.start()):
                operator, sentence = name["name"].strip(), text[start : name.end()].strip()
    each = tuple(addresses.values())
    contact = each[0] if is_told and len(each) == 1 else ""
    return Answerable(contact, () if contact else each, operator, sentence)


def mail_lines(document: Document) -> Iterator[str]:
    """Yield, for each link that writes a mail, the heading above it and its address, and then its text and that.

    >>> from cookiewarden.tools.importing.blocks import MailLink, Words
    >>> link = MailLink("dpo@example.org?subject=Cookies", 0)
    >>> list(mail_lines(Document((Paragraph(Words("Write to us.")),), mail_links=(link,))))
    [' dpo@example.org', 'Write to us. dpo@example.org']
    """
    heading, seen = "", 0
    for target, at in document.mail_links:
        headings = [block.words.line for block in document.blocks[seen:at] if isinstance(block, Heading)]
        heading, seen = [heading, *headings][-1], at
        address = unquote(target.partition("?")[0])[:_LONGEST_LINE]
        block = document.blocks[at] if at < len(document.blocks) else None
        yield f"{heading} {address}"
        if isinstance(block, Heading | Paragraph | Item):
            yield f"{block.words.line} {address}"


def is_contact_line(line: str) -> bool:
    """Return whether a line tells how to reach somebody, and nothing else.

    >>> is_contact_line("Contact: dpo@example.org"), is_contact_line("We use cookies.")
    (True, False)
    """
    address = _ADDRESS.search(line) if len(line) <= _LONGEST_LINE else None
    return address is not None and (address[0] == line or bool(_CONTACT.search(line[: address.start()])))
