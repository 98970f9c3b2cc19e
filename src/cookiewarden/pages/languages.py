"""The languages of the pages: our catalogs, and those of the site, which win text by text.

Rule: catalogs are gettext's (``fr.po``), read and checked once, at start; a wrong one is told by file and message.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from babel.support import Translations

from cookiewarden.errors import OptionError

#: The language that the messages are written in.
SOURCE_LANGUAGE = "en"
_CATALOGS = Path(__file__).parent / "locale"
_PLACEHOLDER = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True)
class Language:
    """One language of the pages: its tag in lower case, Babel's locale, and its translations."""

    tag: str
    locale: Locale
    translations: Translations

    def say(self, message: str, **values: object) -> str:
        """A message in this language, its placeholders filled in."""
        return str(self.translations.gettext(message)) % values

    @property
    def direction(self) -> str:
        """``"ltr"`` or ``"rtl"``."""
        return self.locale.text_direction

    @property
    def name(self) -> str:
        """What its own speakers call it."""
        name = self.locale.get_display_name() or self.tag
        return name[:1].upper() + name[1:]


def load_languages(folder: Path | None) -> dict[str, Language]:
    """The languages by tag, English first: ours, and those that a site's folder changes or adds.

    Raises ``OptionError`` with all that is wrong with the site's catalogs.
    """
    catalogs: dict[str, list[Catalog]] = {SOURCE_LANGUAGE: []}
    faults: list[str] = []
    for path in [*sorted(_CATALOGS.glob("*.po")), *(sorted(folder.glob("*.po")) if folder else ())]:
        try:
            tag = path.stem.replace("_", "-").lower()
            locale = Locale.parse(path.stem.replace("_", "-"), sep="-")
            with path.open("rb") as file:
                catalog = read_po(file, locale=str(locale), abort_invalid=True)
        except (ValueError, UnknownLocaleError, PoFileError) as error:
            faults.append(f"templates: {path.name}: {error}")
            continue
        faults += [f"templates: {path.name}: {fault}" for fault in _faults(catalog)]
        catalogs.setdefault(tag, []).append(catalog)
    if faults:
        raise OptionError("\n".join(faults))
    return {tag: _language(tag, found) for tag, found in catalogs.items()}


def _language(tag: str, catalogs: list[Catalog]) -> Language:
    merged = Translations()
    for catalog in catalogs:
        compiled = BytesIO()
        write_mo(compiled, catalog)
        compiled.seek(0)
        merged.merge(Translations(compiled))
    return Language(tag, Locale.parse(tag, sep="-"), merged)


def _faults(catalog: Catalog) -> list[str]:
    """The messages whose translation asks for something that the original does not give."""
    faults = []
    for message in catalog:
        if not message.id or not message.string:
            continue
        given = dict.fromkeys(_PLACEHOLDER.findall(str(message.id)), "")
        try:
            str(message.string) % given
        except (KeyError, TypeError, ValueError):
            known = ", ".join(f"%({name})s" for name in given) or "none"
            faults.append(
                f'"{message.id}": a wrong placeholder in the translation; known here: {known}; % is written %%'
            )
    return faults
