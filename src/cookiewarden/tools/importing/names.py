"""Find the names of cookies in a cell, a term or the beginning of an item, and make patterns of placeholders.

Rule: a name is what stands in the document, up to a placeholder. What may be a word of a sentence is not a name, unless
a column or a mark says so.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from cookiewarden.policy.known_cookies.lookup import known_cookie
from cookiewarden.policy.quoting import is_declarable
from cookiewarden.reporting.preset_lookup import presets_with
from cookiewarden.tools.importing.blocks import Words

# Words that stand in a column of names and are none.
_NO_NAMES = frozenset(
    ["various", "several", "multiple", "many", "all", "none", "unknown", "see", "list", "cookie", "cookies", "name",
     "names", "other", "others", "tba", "tbc", "tbd", "id", "na", "n/a", "same", "idem", "ditto", "divers", "diverses",
     "plusieurs", "aucun", "aucune", "inconnu", "voir", "tous", "toutes", "autre", "autres", "nom", "noms", "témoin",
     "traceur", "verschillende", "diverse", "meerdere", "geen", "onbekend", "zie", "alle", "andere", "naam", "namen",
     "overige", "verschiedene", "mehrere", "keine", "keiner", "unbekannt", "siehe", "sonstige", "weitere", "namen",
     "and", "et", "en", "und", "or", "ou", "of", "oder", "the", "le", "la", "les", "de", "der", "die", "das",
     "session", "persistent", "permanent", "http", "html", "pixel", "necessary", "statistics", "marketing",
     "preferences", "total", "yes", "no", "oui", "non", "ja", "nein", "nee", "storage", "stockage", "opslag",
     "speicher", "cookieless", "dynamic", "variable", "pattern", "e.g.", "etc", "etc.", "ex",
     "similar", "alike", "more", "similaire", "similaires", "semblables", "plus", "soortgelijk", "soortgelijke",
     "vergelijkbaar", "vergelijkbare", "meer", "ähnlich", "ähnliche", "ähnliches", "dergleichen", "mehr"]
)  # fmt: skip
_SEPARATOR = re.compile(
    r"\s*(?:[,;\n•·]|(?<!\|)\|(?!\|))\s*|\s+(?:/|&|\+|–|—)\s+"
    r"|\s+(?:and|et|en|und|or|ou|of|oder|as well as|ainsi que|sowie)\s+"
)
_QUOTES = "\"'`´‘’“”„«»‹›"
_FOOTNOTE = re.compile(r"(?:[¹²³⁰⁴-⁹†‡§]+|\[\d{1,2}\]|\(\d{1,2}\))+$")
_TOKEN = re.compile(r"[^\s\"'`=;,()\\“”„«»‹›?…]{1,100}")
_BRACKETS = re.compile(r"\s*\(([^()]{0,200})\)")
# "_ga_(ID)", but not the footnote of "_ga_(1)".
_BRACKETED_PART = re.compile(r"(?<=[A-Za-z0-9][_.\-])\((?!\d{1,2}\))[^()\s]{1,40}\)")
# What stands for the part of a name that differs: <id>, [id], {id}, {{id}}, %id%, ${id}, ###, xxx, XXXX-X, ... and *.
_PLACEHOLDER = re.compile(
    r"\$?\{{1,2}[^{}\s]{0,40}\}{1,2}|\{[^{}]{1,40}\}|<{1,2}[^<>]{1,40}>{1,2}|\[[^\[\]]{1,40}\]|%[a-zA-Z_]{2,20}%|#+(?:[.\-]#+)*"
    r"|(?<![A-Za-z0-9])[xX]{3,}(?:[-._][xX]+)*(?![A-Za-z0-9])|(?<=[_.\-])[xX]{2}$|\.{3}|…|\*+"
)
_STRONG = re.compile(
    r"(?=.*[A-Za-z])(?:[^\s]*[A-Za-z0-9*]_[^\s]*|_{1,2}[A-Za-z][^\s]*|[A-Za-z][A-Za-z0-9.:-]+\*|[A-Za-z_][\w.-]*[_.-](?:\{[^\s{}]+\}|<[^\s<>]+>|\[[^\s\[\]]+\])[^\s]*"
    r"|__(?:Host|Secure)-\S+)"
)
_FAMOUS = re.compile(
    r"(?:PHP|J|ASPPRO|CF)SESS(?:ION)?ID|ASP\.NET_SessionId|connect\.sid|laravel_session|ASPSESSIONID\w*|AWSALB\w*"
)
_WEB_ADDRESS = re.compile(r"(?:https?:)?//|^www\.|@[a-z0-9-]+\.[a-z]{2,4}$", re.IGNORECASE)
_DATE_OR_NUMBER = re.compile(r"[\d\s.,:/%€$+-]+")
_BRACKET = frozenset("[]{}<>")
# What a template has in the place of a name, and what only begins the names of cookies.
_OF_TEMPLATE = (
    r"(?:your|my|the|votre|mon|ihr|mein|uw|mijn)?[_.-]?(?:cookie[_.-]?(?:name|naam)"
    r"|(?:name|nom|naam|bezeichnung)[_.-](?:of|du|de|van|des)(?:[_.-](?:the|de|het))?[_.-](?:cookies?|traceur|témoin))"
    r"|__(?:secure|host)-\*?"
)
_CAPITALIZED = re.compile(r"[A-Z][a-z]+")
_LETTER = re.compile(r"[A-Za-z0-9]")
_LONGEST = 2000  # characters of a cell
_MOST = 100  # names of a cell
_REMARK_WORDS = 4
_NESTED_BRACKETS = 2


class FoundNames(NamedTuple):
    """The names in some words, and the words between or beside them that are none.

    ``unclear``: why some of the words may be names, but are not taken for one; ``""`` if all is clear.
    """

    names: tuple[str, ...] = ()
    rest: str = ""
    unclear: str = ""


def names_in(words: Words) -> FoundNames:
    """Return the names in a cell of a column of names.

    >>> names_in(Words("_ga, _ga_<container-id> and _gid (Google)"))
    FoundNames(names=('_ga', '_ga_*', '_gid'), rest='Google', unclear='')
    >>> names_in(Words("See the list below")).unclear
    'it is not a name'
    """
    words, beside = _without_remark(words)
    text, rest = _without_brackets(_BRACKETED_PART.sub("*", words.text[:_LONGEST]))
    rest += [beside] if beside else []
    pieces = [_BRACKETED_PART.sub("*", one) for one in words.marked] if _are_all(words) else _SEPARATOR.split(text)
    names: list[str] = []
    wrong: list[str] = []
    is_long = any(len(piece.strip()) > 1 for piece in pieces)
    for piece in pieces[:_MOST]:
        is_end = is_long and len(piece.strip()) == 1  # "__utma, b, c": the ends of other names
        found = [] if is_end else _names_of_piece(piece, rest)
        names += found
        if not found and piece.strip(" .:" + _QUOTES):
            wrong.append(piece.strip())
    if wrong:  # then it may be a sentence, whose words are no names
        names = [name for name in names if is_like_a_name(name)]
    kept = tuple(dict.fromkeys(names))
    cut = len(pieces) > _MOST or len(words.text) > _LONGEST
    unclear = "some of it is not a name" if wrong and kept else "it is not a name" if wrong else ""
    return FoundNames(kept, "; ".join(rest), "there is more of it than is read" if cut else unclear)


def is_like_a_name(text: str) -> bool:
    """Return whether a text looks like the name of a cookie, and like no word of a sentence.

    >>> [is_like_a_name(word) for word in ("_ga", "sessionid", "NID", "Analytics", "visitor")]
    [True, True, True, False, False]
    """
    bare = _bare(text)
    if not _TOKEN.fullmatch(bare) or _WEB_ADDRESS.search(bare) or bare.startswith("*"):
        return False
    if _STRONG.fullmatch(bare) or _FAMOUS.fullmatch(bare):
        return bool(name_of(bare))
    data = bare.encode("utf-8", "replace")
    if bare.lower() in _NO_NAMES or _CAPITALIZED.fullmatch(bare):
        return False
    # A plain word is a name only if a preset declares it; "NID" is one if any service is known to set it.
    return (
        bool(len(bare) > 4 and presets_with(data))
        if bare.islower() and bare.isalpha()
        else known_cookie(data) is not None
    )


def is_well_known(text: str) -> bool:
    """Return whether a text is the name of a well-known cookie, and no word that may mean anything else.

    >>> is_well_known("_ga"), is_well_known("a_b"), is_well_known("messages")
    (True, False, False)
    """
    return not text.isalpha() and is_like_a_name(text) and known_cookie(text.encode("utf-8", "replace")) is not None


def name_of(token: str) -> str:
    """Return a name, or the pattern that its placeholders make of it; ``""`` if no policy can declare it.

    >>> name_of("_gat_UA-XXXXXXXX-X"), name_of("visitor_id<account>-hash"), name_of("[site]"), name_of("a=b")
    ('_gat_UA-*', 'visitor_id*-hash', '', '')
    """
    made = _PLACEHOLDER.sub("*", token)
    made = re.sub(r"\*(?:[.\-_]?\*)+", "*", made)
    if made.count("*") > 1:
        first, last = made.index("*"), made.rindex("*")
        made = made[: first + 1] if first else made[last:] if made[last + 1 :] else ""
    literal = made.replace("*", "")
    if re.fullmatch(_OF_TEMPLATE, made.lower()):
        return ""
    if not _BRACKET.isdisjoint(literal):  # half of a placeholder, or of a list
        return ""
    if len(_LETTER.findall(literal)) < (2 if "*" in made else 1):
        return ""
    data = made.encode("utf-8", "replace")
    is_pattern = made.endswith("*")
    return made if is_declarable(data, is_pattern=is_pattern) or _is_inner_pattern(made) else ""


def _is_inner_pattern(made: str) -> bool:
    return made.count("*") == 1 and is_declarable(made.replace("*", "").encode("utf-8", "replace"))


def _names_of_piece(piece: str, rest: list[str]) -> list[str]:
    """Return the name that a piece is, or the names that it holds with blanks between them."""
    bare = _bare(piece)
    one = _name_of_token(bare)
    if one:
        return [one]
    # A placeholder may hold blanks: "_ga_<container id>".
    joined = _name_of_token(_bare(_PLACEHOLDER.sub("*", bare)))
    if joined:
        return [joined]
    tokens = bare.split()
    if len(tokens) > 1 and all(is_like_a_name(token) for token in tokens):
        return [name for token in tokens if (name := name_of(_bare(token)))]
    # "_ga: distinguishes visitors", "_ga cookie"
    if len(tokens) > 1 and is_like_a_name(tokens[0].rstrip(":")) and not any(map(is_like_a_name, tokens[1:])):
        rest.append(" ".join(tokens[1:]))
        return [name_of(_bare(tokens[0]))]
    return []


def _name_of_token(bare: str) -> str:
    token = bare.replace("…", "*") if bare.endswith("…") else bare
    if not _TOKEN.fullmatch(token) or token.lower().strip(".:-") in _NO_NAMES or _WEB_ADDRESS.search(token):
        return ""
    if _DATE_OR_NUMBER.fullmatch(token):
        return ""
    return name_of(token)


def _bare(text: str) -> str:
    """Return a text without quotes, footnotes, and the punctuation around it."""
    bare = text.strip().strip(_QUOTES).strip()
    bare = _FOOTNOTE.sub("", bare).strip().strip(_QUOTES)
    if not bare.endswith(("...", "..")):
        bare = bare.rstrip(".:") if len(bare) > 1 else bare
    return bare.lstrip("-–—•· ")


def _without_brackets(text: str) -> tuple[str, list[str]]:
    """Return a text without what stands in round brackets, and that. Brackets within a name stay."""
    inside: list[str] = []

    def take(match: re.Match[str]) -> str:
        if not re.fullmatch(r"\d{0,2}", match[1].strip()):
            inside.append(match[1].strip())
        return " "

    for _ in range(_NESTED_BRACKETS):
        text = _BRACKETS.sub(take, text)
    return text, inside


def _without_remark(words: Words) -> tuple[Words, str]:
    """Return words that begin with marked ones without the few that follow those, and these."""
    if not words.marked or not words.text.startswith(words.marked[0]):
        return words, ""
    end = words.text.rindex(words.marked[-1]) + len(words.marked[-1])
    beside = words.text[end:].strip()
    is_remark = beside[:1].isalpha() and len(beside.split()) <= _REMARK_WORDS
    return (Words(words.text[:end], words.marked), beside) if is_remark else (words, "")


def _are_all(words: Words) -> bool:
    """Return whether the marked words are all there is, but for separators and what stands in brackets."""
    if not words.marked:
        return False
    left = words.text
    for part in sorted(words.marked, key=len, reverse=True)[:_MOST]:
        left = left.replace(part, "\n", 1)
    left, _ = _without_brackets(left)
    return not any(piece.strip() for piece in _SEPARATOR.split(f" {left} ")) and all(
        len(_SEPARATOR.split(part)) == 1 and "(" not in _BRACKETED_PART.sub("*", part) for part in words.marked
    )
