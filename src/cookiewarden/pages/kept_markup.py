"""Keep markup that was rendered for one page, and write the address of another page into it.

Rule: what is kept holds nothing of a visitor. While it is rendered, a mark stands for the address: one that no text of
a policy holds, because control characters are taken out of these.
"""

from __future__ import annotations

from markupsafe import Markup, escape

from cookiewarden.http.urls import in_query

#: Stands for the address as text.
ADDRESS = "\0address\0"
#: Stands for the address in a query: the same mark, quoted, so that templates may quote it. A text that holds it shows
#: the address, which is safe in every place.
QUERY_ADDRESS = in_query(ADDRESS)
#: Markup, cut at each stand-in for an address: as text, and within that, in a query.
Parts = tuple[tuple[str, ...], ...]


def parts_of(markup: Markup) -> Parts:
    """Return the parts of markup between what stands for the address."""
    return tuple(tuple(part.split(QUERY_ADDRESS)) for part in str(markup).split(ADDRESS))


def filled(parts: Parts, address: str) -> Markup:
    """Return the markup with an address in it, escaped for each place."""
    quoted = in_query(address)
    return Markup(str(escape(address)).join([quoted.join(part) for part in parts]))
