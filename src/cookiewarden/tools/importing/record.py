"""One cookie as a document has it: the words for each fact, and those around it.

Rule: it holds words, and judges none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cookiewarden.tools.importing.categories import FoundCategory, Sense, read_category
from cookiewarden.tools.importing.columns import Column
from cookiewarden.tools.importing.entries import Values


@dataclass(frozen=True, slots=True)
class Record:
    """One cookie as the document has it: the words for each fact, and those for its category, the nearest first.

    ``is_of_vendor_list``: the document lists what vendors say of their cookies, not what a site says of its own.
    ``is_sure``: something says that this is a cookie, and not another thing with a name and a purpose.
    ``heading``: the words of the heading above, if nothing beside the names speaks of cookies.
    ``is_word``: the name is a word as any other, and only its place in a list says that it is a name.
    ``titles``: the titles that it stands under, the nearest first: of its column, its table, and the headings above.
    ``unread``: the titles of the columns of its table that are not read.
    """

    values: Values
    categories: tuple[FoundCategory, ...] = ()
    is_of_vendor_list: bool = False
    is_sure: bool = True
    heading: str = ""
    titles: tuple[str, ...] = ()
    is_word: bool = False
    unread: tuple[str, ...] = ()


def with_cell(values: Values, around: Sequence[FoundCategory]) -> tuple[FoundCategory, ...]:
    """Return the categories that words tell, those of the cookie's own cell first, and those of its type last."""
    own = read_category(values[Column.CATEGORY].line) if Column.CATEGORY in values else FoundCategory()
    kind = read_category(values[Column.TYPE].line) if Column.TYPE in values else FoundCategory()
    if kind.sense in (Sense.FIRST_PARTY, Sense.THIRD_PARTY) or kind.sense is None:
        found = [own, *around, kind]
    else:
        found = [own, kind, *around]
    return tuple(one for one in found if one.sense)


def without_necessary(found: Sequence[FoundCategory]) -> tuple[FoundCategory, ...]:
    """Return categories that nothing says to be those of cookies: "necessary" tells none then.

    >>> without_necessary([read_category("Necessary data")])[0].sense.value
    'optional'
    """
    return tuple(one._replace(sense=Sense.OPTIONAL) if one.sense is Sense.NECESSARY else one for one in found)
