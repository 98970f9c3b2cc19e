"""Keep markup that was rendered for one page, and write the address of another page into it.

Rule: what is kept holds nothing of a visitor. While it is rendered, a mark stands for the address: one that no text of
a policy holds, because control characters are taken out of these.
"""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from cookiewarden.http.urls import in_query

#: Stands for the address as text.
ADDRESS = "\0address\0"
#: Stands for the address in a query: the same mark, quoted, so that templates may quote it. A text that holds it shows
#: the address, which is safe in every place.
QUERY_ADDRESS = in_query(ADDRESS)
_STAND_INS = re.compile(f"({ADDRESS}|{QUERY_ADDRESS})")


def parts_of(markup: Markup) -> tuple[str, ...]:
    """Return the parts of markup: what stands for the address, and what stands between."""
    return tuple(_STAND_INS.split(markup))


def filled(parts: tuple[str, ...], address: str) -> Markup:
    """Return the markup with an address in it, escaped for each place."""
    given = {ADDRESS: str(escape(address)), QUERY_ADDRESS: in_query(address)}
    return Markup("".join([given.get(part, part) for part in parts]))
