"""What a cookie is: its declaration by name, or, where there is none, a label for the reader of the log.

Rule: the name decides, and nothing else. The label of an undeclared cookie never lets it pass.
"""

from __future__ import annotations

from collections.abc import Iterable

from cookiewarden.cookie_rules import is_foreign
from cookiewarden.declaration import Category, Declaration
from cookiewarden.matching import NameTable
from cookiewarden.set_cookie import SetCookie


class Classifier:
    """Finds the declaration of a name, compiled once."""

    __slots__ = ("_table",)

    def __init__(self, declarations: Iterable[Declaration]) -> None:
        self._table = NameTable((name, declaration) for declaration in declarations for name in declaration.names)

    def declaration_of(self, name: bytes) -> Declaration | None:
        """The declaration that covers the name, or ``None`` where the site declares no such cookie."""
        return self._table.find(name) if name else None


def label(cookie: SetCookie) -> Category:
    """The category that an undeclared cookie is shown under: that of a foreign Domain is third-party."""
    return Category.THIRD_PARTY if is_foreign(cookie.attribute(b"domain"), cookie.host) else Category.FIRST_PARTY
