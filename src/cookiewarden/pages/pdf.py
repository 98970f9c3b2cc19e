"""Write the policy page as a PDF that everyone can read: its texts, as JSON, for the template ``policy.typ``.

Rule: no character is lost. One that no font shows, or that nobody could see, is written as its escape.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from cookiewarden.errors import is_installed
from cookiewarden.pages.document import Document, Row, Section
from cookiewarden.pages.languages import Language
from cookiewarden.pages.rules import AppliedRules
from cookiewarden.pages.typesetting import TypesettingError, typeset
from cookiewarden.pages.wording import Passage
from cookiewarden.policy.declaration import Kind

#: The packages of the extra ``pdf``.
PACKAGES = ("typst", "pymupdf_fonts")
#: What browsers keep under no name, so that its name is a label.
_LABELLED = frozenset({Kind.PIXEL, Kind.SCRIPT, Kind.HOST})
#: Control, surrogate, private use and unassigned characters, and the separators of lines and paragraphs.
_UNSEEN = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})


def is_available() -> bool:
    """Return whether the packages of the extra ``pdf`` are installed."""
    return all(map(is_installed, PACKAGES))


def pdf_of(document: Document, language: Language) -> bytes:
    """Return the document as a PDF file. Equal documents give equal bytes. Call it in one thread at a time."""
    texts, about = _texts(document, language), _about(document, language)
    written = _Written()
    while True:
        page = about | _rewritten(texts, written)
        try:
            return typeset(json.dumps(page))
        except TypesettingError as error:
            unshown = [code for code, text in written.items() if text == chr(code) and error.names(text)]
            if not unshown:
                raise
            written.update((code, _escape(chr(code))) for code in unshown)


class _Written(dict[int, str]):
    """What is written for each character that was asked for, by its code point: itself, or its escape."""

    def __init__(self) -> None:
        # Those who listen hear the words on two lines as one if there is no blank.
        super().__init__({ord("\t"): " ", ord("\n"): " \n"})

    def __missing__(self, code: int) -> str:
        char = chr(code)
        self[code] = written = _escape(char) if unicodedata.category(char) in _UNSEEN else char
        return written


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def _rewritten(value: Any, written: Mapping[int, str]) -> Any:
    """Return a value of lists and dictionaries with all its texts as they are written."""
    if isinstance(value, str):
        return value if value.isascii() and value.isprintable() else value.translate(written)
    if isinstance(value, dict):
        return {key: _rewritten(one, written) for key, one in value.items()}
    return [_rewritten(one, written) for one in value]


def _about(document: Document, language: Language) -> dict[str, Any]:
    """Return what the file says of itself. A reader shows its title in fonts of the machine, so nothing lacks there."""
    day = document.updated
    return {
        "title": _on_one_line(document.title),
        "author": _on_one_line(document.operator),
        "date": [day.year, day.month, day.day] if day else None,
        "language": _language(language.tag),
        "direction": language.direction,
    }


def _on_one_line(text: str) -> str:
    return " ".join(text.translate(_Written()).split())


def _language(tag: str) -> list[str]:
    """Return a language and its region, or ``""`` for each that the tag does not name."""
    language, *others = tag.split("-")
    return [language, next((part for part in others if len(part) == 2 and part.isalpha()), "")]


def _texts(document: Document, language: Language) -> dict[str, Any]:
    """Return all that the page shows, in its order."""

    def labelled(label: str) -> str:
        return language.say("%(label)s:", label=label)

    label, version = document.version
    return {
        "heading": document.title,
        "facts": [[labelled(label), _passage(fact)] for label, fact in document.facts],
        "introduction": [_passage(one) for one in document.introduction],
        "words": {key: document.words[key] for key in ("about", "kinds", "cookies")},
        "about": _passage(Passage(document.about)),
        "pattern": _passage(Passage(document.words["pattern"])),
        "sections": [_section(section, document, labelled) for section in document.sections],
        "rules": [_rules(rules, labelled) for rules in (document.rules,) if rules],
        "version": _passage(Passage(f"{labelled(label)} {version}")),
    }


def _rules(rules: AppliedRules, labelled: Callable[[str], str]) -> dict[str, Any]:
    words = rules.words
    return {
        "title": words["title"],
        "facts": [
            [labelled(words["place"]), _passage(Passage(rules.place))],
            *(
                ["" if number else labelled(words["laws"]), _passage(Passage(law))]
                for number, law in enumerate(rules.laws)
            ),
        ],
        "consent": [_passage(Passage(sentence)) for sentence in rules.consent],
        "stated": [_passage(Passage(labelled(words["stated"]))), *(_passage(Passage(one)) for one in rules.stated)],
        "evidence": [_passage(Passage(f"{labelled(words['evidence'])} {rules.evidence}"))] if rules.evidence else [],
    }


def _section(section: Section, document: Document, labelled: Callable[[str], str]) -> dict[str, Any]:
    words = {**document.words}
    need = words["consent"] if section.needs_consent else words["no consent"]
    return {
        "title": section.whole_title,
        "explanation": _passage(section.explanation),
        "need": _passage(Passage(need if section.rows else f"{need} {words['none']}")),
        "columns": ["names", *section.columns],
        "head": [words[column] for column in ("names", *section.columns)],
        "rows": [_row(row, section, words | {"why": labelled(words["reason"])}) for row in section.rows],
    }


def _row(row: Row, section: Section, words: Mapping[str, str]) -> dict[str, Any]:
    passages = {
        "purpose": row.purpose,
        "provider": row.provider,
        "function": row.function,
        "lifetime": Passage(row.lifetime),
    }
    return {
        "names": [_exact(name, is_label=row.declaration.kind in _LABELLED) for name in row.names],
        "kind": row.kind,
        "cells": [_passage(passages[column]) for column in section.columns],
        "notes": [_passage(note) for note in _notes(row, words)],
    }


def _notes(row: Row, words: Mapping[str, str]) -> list[Passage]:
    """Return what stands below the purpose. A reason in another language is a paragraph of its own."""
    notes = []
    if row.declaration.anonymized:
        notes.append(Passage(words["anonymized"]))
    elif row.declaration.needs_objection:
        notes.append(Passage(words["appearance"]))
    if row.reason is not None:
        is_foreign = bool(row.reason.language)
        notes += [Passage(words["why"]), row.reason] if is_foreign else [Passage(f"{words['why']} {row.reason}")]
    if row.contacts:
        notes.append(Passage(row.contacts))
    return notes


def _exact(name: str, *, is_label: bool) -> str:
    """Return a name with nothing invisible in it. No line ends at a blank of it, unless it is only a label."""
    shown = "".join(char if char.isprintable() else _escape(char) for char in name)
    return shown if is_label else shown.replace(" ", "\xa0")


def _passage(passage: Passage) -> dict[str, Any]:
    return {"text": passage.text, "language": _language(passage.language)}
