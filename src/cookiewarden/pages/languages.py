"""Load the languages of the pages from our catalogs and the site's. The site's win, message by message.

Rule: catalogs are gettext's (``fr.po``). Those of a site are read and checked once, at start; an error names file and
message.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from babel import Locale, UnknownLocaleError
from babel.support import Translations

from cookiewarden.errors import OptionError
from cookiewarden.policy.values import LANGUAGE

if TYPE_CHECKING:  # what reads catalogs is imported by those who do
    from babel.messages.catalog import Catalog

#: The language that the messages are written in.
SOURCE_LANGUAGE = "en"
# Its pages are read everywhere, so dates are those of world English. A site's own en-US.po has American ones.
_SOURCE_LOCALE = "en_001"
_CATALOGS = Path(__file__).parent / "locale"
_PLACEHOLDER = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True)
class Language:
    """One language of the pages: its tag in lower case, Babel's locale, and its translations."""

    tag: str
    locale: Locale
    translations: Translations

    def say(self, message: str, **values: object) -> str:
        """Return a message in this language, with its placeholders filled in."""
        return str(self.translations.gettext(message)) % values

    @property
    def direction(self) -> str:
        """The direction of its script: ``"ltr"`` or ``"rtl"``."""
        return self.locale.text_direction

    @property
    def name(self) -> str:
        """Its name in the language itself."""
        name = Locale.parse(self.tag, sep="-").get_display_name() or self.tag
        return name[:1].upper() + name[1:]


class OurLanguages(Mapping[str, Language]):
    """Our languages by tag, English first. Each is read when it is asked for.

    >>> OurLanguages()["fr"].name, len(OurLanguages())
    ('Français', 8)
    """

    def __init__(self) -> None:
        self._paths = {_tag_of(path): path for path in sorted(_CATALOGS.glob("*.po"))}

    def __getitem__(self, tag: str) -> Language:
        wider = {tag, *(tag[: match.start()] for match in re.finditer("-", tag))}
        return _load(path for other, path in self._paths.items() if other in wider)[tag]

    def __iter__(self) -> Iterator[str]:
        return iter((SOURCE_LANGUAGE, *self._paths))

    def __len__(self) -> int:
        return 1 + len(self._paths)


def load_languages(folder: Path | None) -> dict[str, Language]:
    """Return the languages by tag, English first: ours, and those that a site's folder changes or adds.

    Raises ``OptionError`` with every fault of the site's catalogs.
    """
    if folder is None:
        return dict(_our_languages())
    return _load([*sorted(_CATALOGS.glob("*.po")), *sorted(folder.glob("*.po"))])


@cache
def _our_languages() -> dict[str, Language]:
    """Return our languages. Nothing changes them later, so all middlewares of a process share them."""
    return _load(sorted(_CATALOGS.glob("*.po")))


def _load(paths: Iterable[Path]) -> dict[str, Language]:
    catalogs: dict[str, list[Translations]] = {SOURCE_LANGUAGE: []}
    faults: list[str] = []
    for path in paths:
        tag = _tag_of(path)
        from babel.messages.pofile import PoFileError

        try:
            catalog = _read(path)
            wrong = _faults(catalog)
            catalogs.setdefault(tag, []).append(_compiled(catalog))
        except PoFileError as error:
            wrong = [f"line {error.lineno + 1}: {error.args[0].rpartition(' on ')[0]}"]
        except (ValueError, LookupError, UnknownLocaleError) as error:
            wrong = [str(error)]
        faults += [f"templates: {path.name}: {fault}" for fault in wrong]
    if faults:
        raise OptionError(*faults)
    return _chained(catalogs)


def our_messages() -> set[str]:
    """Return the messages of our pages. Every catalog of ours has them all."""
    return set(catalog_messages(min(_CATALOGS.glob("*.po"))))


def catalog_messages(path: Path) -> list[str]:
    """Return the messages that a catalog translates; of a plural, its singular. The catalog was read before."""
    return [_forms(message.id)[0] for message in _read(path) if message.id]


def _tag_of(path: Path) -> str:
    return path.stem.replace("_", "-").lower()


def _read(path: Path) -> Catalog:
    from babel.messages.pofile import read_po

    tag = _tag_of(path)
    if not LANGUAGE.fullmatch(tag):
        raise ValueError(f'"{path.stem}" is not a language; name the file like fr.po or pt-BR.po')
    with path.open("rb") as file:
        return read_po(file, locale=str(Locale.parse(tag, sep="-")), abort_invalid=True)


def _compiled(catalog: Catalog) -> Translations:
    """Return the translations of a catalog, without empty ones: for these, the next catalog is used."""
    from babel.messages.mofile import write_mo

    for message in list(catalog):
        if message.id and not any(_forms(message.string)):
            catalog.delete(message.id, message.context)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(compiled)


def _chained(catalogs: dict[str, list[Translations]]) -> dict[str, Language]:
    """Return the languages. Each looks into its last catalog first, then into earlier ones, then into those of the
    wider language (fr for fr-be). If none has a translation, the message stays as it is. Every catalog keeps its own
    plural rule."""
    firsts = {"": Translations()}
    for tag in sorted(catalogs, key=len):
        wider = tag
        while wider not in firsts:
            wider = wider.rpartition("-")[0]
        first = firsts[wider]
        for translations in catalogs[tag]:
            translations.add_fallback(first)
            first = translations
        firsts[tag] = first
    return {tag: Language(tag, _locale_of(tag), firsts[tag]) for tag in catalogs}


def _locale_of(tag: str) -> Locale:
    return Locale.parse(_SOURCE_LOCALE) if tag == SOURCE_LANGUAGE else Locale.parse(tag, sep="-")


def _faults(catalog: Catalog) -> list[str]:
    """Return what is wrong with translations: a plural form is missing, or the original lacks a placeholder."""
    faults = []
    for message in catalog:
        originals, forms = _forms(message.id), _forms(message.string)
        if not message.id or message.fuzzy or not any(forms):
            continue
        given = dict.fromkeys(name for original in originals for name in _PLACEHOLDER.findall(original))
        if not all(forms):
            faults.append(f'"{originals[0]}": a plural form is missing')
        if not all(_is_fitting(form, given) for form in forms):
            known = ", ".join(f"%({name})s" for name in given) or "none"
            faults.append(
                f'"{originals[0]}": the translation has a wrong placeholder; allowed here: {known}; write % as %%'
            )
    return faults


def _forms(text: str | Sequence[str] | None) -> Sequence[str]:
    """Return the forms of a message or a translation: one, or several for a plural."""
    return (text or "",) if text is None or isinstance(text, str) else text


def _is_fitting(translation: str, given: Collection[str]) -> bool:
    """Return whether the values of the original fill every placeholder of a translation."""
    text = translation.replace("%%", "")
    return "%" not in _PLACEHOLDER.sub("", text) and all(name in given for name in _PLACEHOLDER.findall(text))
