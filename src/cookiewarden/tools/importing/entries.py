"""Read what a line says of a cookie: "Label: value", or a name and what follows it, as in a list.

Rule: beside a table nothing says where a name is. So the words at the start must look like a name, or be marked as
code, or a lifetime must follow.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import chain

from cookiewarden.tools.importing.blocks import Words
from cookiewarden.tools.importing.categories import read_category
from cookiewarden.tools.importing.columns import Column, column_of
from cookiewarden.tools.importing.lifetimes import is_lifetime, read_lifetime
from cookiewarden.tools.importing.names import is_like_a_name, name_of, names_in
from cookiewarden.tools.importing.providers import is_well_known

#: What is said of one cookie, by what it is about.
Values = dict[Column, Words]

_LABEL = re.compile(r"(?P<label>[^:\n]{1,40}?)\s*(?:[:：]\s*|\n)(?P<value>\S.*)", re.DOTALL)
_PARTS = re.compile(r"\s+[–—|]\s+|\s+-\s+|\n|;\s+|\t")
_AFTER_NAME = re.compile(r"\s+[–—|=→]\s+|\s+-+\s+|\s*[:：]\s+|\n|\t|\s+\(|,\s+(?=[\d]|\w+ \w)")
# "(Matomo): counts visits".
_BRACKETS_FIRST = re.compile(r"\((?P<inside>[^()]{1,60})\)\s*(?:[:,–—-]\s+)?")
_IN_BRACKETS = re.compile(r"\(([^()]{1,120})\)")
_SPEAKS_OF_LIFETIME = (
    r"(?i)\b(?:expire|stored|kept|valid|lifetime|lifespan|durée|conserv|expir|bewaard|geldig"
    r"|bewaartermijn|verloopt|vervalt"
    r"|gespeichert|speicherdauer|laufzeit|gültig|läuft|ablauf|deleted|supprim|gelöscht|verwijderd)\w*"
)
# These words are also said of other things, so a length of time must stand beside them.
_LASTS = r"(?i)\b(?:lasts?|remains?|persists?|dure|reste|demeure|duurt|blijft|dauert|bleibt|hält)\b"
# "Keeps the cart for 2 days".
_KEEPS_FOR = (
    r"(?i)\b(?:keep|remember|hold|sav|store|garde|mémoris|retien|onthoud|bewaar|merk|speicher|behält)\w*\b.{0,160}"
    r"\b(?:for|during|pendant|durant|gedurende|voor|für|während)\s+(?P<length>.{1,60})$"
)
_PLAIN = re.compile(
    r"[a-z][a-z0-9._-]{1,60}|[A-Z0-9]{2,12}|[A-Z0-9]{2,20}(?:-[A-Z0-9]{2,20}){1,3}|[a-z]+[A-Z][A-Za-z0-9]*|[A-Za-z]*\d[A-Za-z0-9]*"
    r"|(?:[A-Z][a-z0-9]+)+(?:Session|Id|ID|Token|Consent|Auth)"
)
_SENTENCES = re.compile(r"(?<=[.;])\s+")
_MOST_PROVIDER_WORDS = 5
_LONGEST = 4000  # characters


def label_values(words: Words) -> Values:
    """Return the values of a text that is made up of labels and values; ``{}`` if it is not.

    >>> label_values(Words("Provider: Google; Expiry: 2 years"))[Column.LIFETIME].text
    '2 years'
    """
    text = words.text[:_LONGEST]
    found = _one_label(text)
    parts = [part for part in re.split(r"\n|;\s+|\s+\|\s+", text) if part.strip()]
    if len(parts) > 1:
        each = [_one_label(part) for part in parts]
        if all(each):
            found = {column: value for one in reversed(each) for column, value in one.items()}
    return {column: value._replace(marked=_marked_in(value, words)) for column, value in found.items()}


def _one_label(text: str) -> Values:
    match = _LABEL.fullmatch(text.strip())
    is_whole = match is not None and match["label"].count("(") == match["label"].count(")")
    column = column_of(match["label"]) if match and is_whole else None
    return {column: Words.of(match["value"])} if match and column else {}


def entry_values(words: Words, *, is_about_cookies: bool, is_among_cookies: bool) -> Values:
    """Return what a text says that begins with a name; ``{}`` if it does not.

    ``is_about_cookies``: whether any heading above it says so. ``is_among_cookies``: whether the nearest one does.

    >>> values = entry_values(Words("_ga – 2 years – counts visits"), is_about_cookies=True, is_among_cookies=True)
    >>> values[Column.NAME].text, values[Column.LIFETIME].text, values[Column.PURPOSE].text
    ('_ga', '2 years', 'counts visits')
    """
    text = words.text[:_LONGEST]
    first, rest = _parted(text)
    names = Words(first, _marked_in(Words(first), words))
    if not rest or not first:
        return (
            {Column.NAME: names}
            if _are_names(names, "", is_about_cookies=is_about_cookies, is_among_cookies=is_among_cookies) and first
            else {}
        )
    if not _are_names(names, rest, is_about_cookies=is_about_cookies, is_among_cookies=is_among_cookies):
        return {}
    provider, rest = _provider_before(rest)
    return {Column.NAME: names, **provider, **said_values(Words.of(rest))}


def _provider_before(rest: str) -> tuple[Values, str]:
    """Return the provider in brackets right after a name, if it is well known, and what follows."""
    match = _BRACKETS_FIRST.match(rest)
    if match is None or not is_well_known(match["inside"]):
        return {}, rest
    return {Column.PROVIDER: Words.of(match["inside"])}, rest[match.end() :]


def term_values(term: Words, said: tuple[Words, ...], *, is_about_cookies: bool, is_among_cookies: bool) -> Values:
    """Return what a definition says, if its term is a name; ``{}`` if it is not."""
    rest = "\n".join(words.text for words in said)
    if not _are_names(term, rest, is_about_cookies=is_about_cookies, is_among_cookies=is_among_cookies):
        return {}
    return {Column.NAME: term, **said_values(Words.of(rest))}


def said_values(words: Words) -> Values:
    """Return what the words after a name say: labels, a lifetime that stands alone, and the purpose."""
    values: Values = {}
    texts: list[str] = []
    for part in filter(None, (one.strip(" ,") for one in _PARTS.split(words.text))):
        labels = _one_label(part)
        column = next(iter(labels), None)
        if column and column not in values and column is not Column.NAME:
            values.update(labels)
        elif Column.LIFETIME not in values and is_lifetime(part.strip("().")):
            values[Column.LIFETIME] = Words.of(part.strip("()."))
        elif Column.PROVIDER not in values and is_well_known(part.strip("().")):
            values[Column.PROVIDER] = Words.of(part.strip("()."))
        else:
            texts.append(part)
    texts = [_without_lifetime(text, values) for text in texts]
    purpose = " – ".join(filter(None, texts))
    if Column.LIFETIME not in values and (sentence := _lifetime_sentence(purpose)):
        values[Column.LIFETIME] = Words.of(sentence)
    if purpose and Column.PURPOSE not in values:
        values[Column.PURPOSE] = Words.of(purpose)
    return values


def _lifetime_sentence(purpose: str) -> str:
    """Return the first sentence that says how long a cookie is kept, else the first that speaks of it, else ``""``."""
    sentences = re.split("[.;]", purpose)
    speaking = [one for one in sentences if re.search(_SPEAKS_OF_LIFETIME, one)]
    lasting = (one for one in sentences if re.search(_LASTS, one) and read_lifetime(one).is_told)
    told = (one for one in speaking if read_lifetime(one).is_told)
    kept = filter(None, map(_length_kept, sentences))
    return next(chain(told, lasting, kept, speaking), "")


def _length_kept(sentence: str) -> str:
    """Return the length of time at the end of a sentence that says what a cookie keeps; ``""`` if there is none."""
    match = re.search(_KEEPS_FOR, sentence)
    return match["length"] if match and is_lifetime(match["length"]) else ""


def with_labels(values: Values) -> Values:
    """Return values with the provider and the lifetime that stand with a label in the purpose, and not there any more.

    >>> said = with_labels({Column.PURPOSE: Words("Counts visits. Expiry: 1 day.")})
    >>> said[Column.PURPOSE].text, said[Column.LIFETIME].text
    ('Counts visits.', '1 day')
    """
    purpose = values.get(Column.PURPOSE, Words())
    left: list[str] = []
    found: Values = {}
    for line in purpose.text[:_LONGEST].split("\n"):
        sentences = [] if _is_provider(_one_label(line), found, values) else _SENTENCES.split(line)
        kept = [one for one in sentences if not _is_lifetime_label(_one_label(one.strip(" .;()")), found, values)]
        left += [" ".join(kept)] if kept else []
    return {**values, Column.PURPOSE: Words.of("\n".join(left), purpose.marked), **found} if found else values


def _is_provider(label: Values, found: Values, values: Values) -> bool:
    """Return whether a line is a label and a provider, which is new. Keeps it in ``found``."""
    said = label.get(Column.PROVIDER)
    if said is None or Column.PROVIDER in {**found, **values} or len(said.text.split()) > _MOST_PROVIDER_WORDS:
        return False
    found[Column.PROVIDER] = Words.of(said.text.rstrip(" ."))
    return True


def _is_lifetime_label(label: Values, found: Values, values: Values) -> bool:
    """Return whether a sentence is a label and a lifetime, which is new. Keeps it in ``found``."""
    said = label.get(Column.LIFETIME)
    if said is None or Column.LIFETIME in {**found, **values} or not is_lifetime(said.text):
        return False
    found[Column.LIFETIME] = said
    return True


def _without_lifetime(text: str, values: Values) -> str:
    """Return a text without a lifetime in brackets or between commas, which becomes a value."""
    if Column.LIFETIME in values:
        return text
    for match in _IN_BRACKETS.finditer(text):
        label = _one_label(match[1])  # "(duration: 14 days)"
        if is_lifetime(length := label.get(Column.LIFETIME, Words(match[1])).text):
            values[Column.LIFETIME] = Words.of(length)
            return (text[: match.start()].rstrip() + text[match.end() :]).strip(" :,")
    pieces = re.split(r"((?:,|\.|:)\s+)", text)
    for number, piece in enumerate(pieces):
        if is_lifetime(piece.strip(" .()")):
            values[Column.LIFETIME] = Words.of(piece.strip(" .()"))
            is_labelled = number > 1 and column_of(pieces[number - 2]) is Column.LIFETIME
            before = pieces[: number - 2] if is_labelled else pieces[:number]
            left = "".join(before + pieces[number + 2 :]).strip(" ,:")
            return _closed(left)
    return text


def _closed(text: str) -> str:
    """Return a text, of which a part was taken, without half a bracket, and without brackets around the whole."""
    text += ")" * (text.count("(") - text.count(")"))
    return text[1:-1] if re.fullmatch(r"\([^()]*\)", text) else text


def _parted(text: str) -> tuple[str, str]:
    """Return the words up to the first separator, and what follows. Names with commas between them stay together."""
    at = 0
    while match := _AFTER_NAME.search(text, at):
        rest = text[match.end() :] if not match[0].endswith("(") else text[match.end() - 1 :]
        following = re.split(r"[,\s:(]", rest, maxsplit=1)[0]
        if match[0].startswith(",") and is_like_a_name(following):
            at = match.end()
            continue
        return text[: match.start()].strip(), rest
    return text.strip(), ""


def _are_names(words: Words, rest: str, *, is_about_cookies: bool, is_among_cookies: bool) -> bool:
    """Return whether all of these words are names."""
    found = names_in(words)
    if not found.names or found.unclear or len(words.text) > 300:
        return False
    pieces = [piece for piece in re.split(r"[,\s]+|\b(?:and|et|en|und)\b", words.text) if piece]
    if words.marked and is_about_cookies and all(name_of(part) for part in words.marked):
        return all(not re.fullmatch(r"[A-Z][a-z]+", part) for part in words.marked)
    if all(is_like_a_name(piece) for piece in pieces):
        return True
    if len(pieces) != 1 or not _PLAIN.fullmatch(pieces[0]) or not is_among_cookies:
        return False
    is_word = column_of(pieces[0]) is not None or read_category(pieces[0]).sense is not None
    return not is_word and Column.LIFETIME in said_values(Words.of(rest))


def may_be_a_name(words: Words) -> bool:
    """Return whether a text is one word that may be the name of a cookie, and no label, category or usual word.

    >>> may_be_a_name(Words("sid")), may_be_a_name(Words("purpose")), may_be_a_name(Words("Sign-in"))
    (True, False, False)
    """
    text = words.text
    is_word = re.fullmatch(r"[a-z][A-Za-z0-9._-]{1,60}", text) and column_of(text) is None
    return bool(is_word) and read_category(text).sense is None and names_in(words).names != ()


def _marked_in(part: Words, whole: Words) -> tuple[str, ...]:
    return tuple(one for one in whole.marked if one in part.text)


def text_of(values: Mapping[Column, Words], column: Column) -> str:
    """Return the value of a column on one line; ``""`` if there is none."""
    words = values.get(column)
    return words.line if words else ""
