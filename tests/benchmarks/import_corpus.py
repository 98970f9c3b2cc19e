"""The corpus of published policies: each document, the facts expected of it, and how an import compares with them.

A document stands in ``tests/tools/importing/corpus``, with its facts in ``<same name>.expected.json``. The project
wrote all of them, for sites that do not exist, after the shapes that consent tools, councils and universities publish.

- ``language``: the language of the document.
- ``site``: what it says of the site: ``name``, ``host``, ``updated``, ``contact``.
- ``cookies``: ``names`` as a policy file writes them, ``category``, and what else the document tells: ``lifetime``,
  ``provider``, ``kind``, ``purpose_contains``. A document that does not tell the category has ``null`` there.
- ``not_names``: words of the document that are easily taken for names.

Rule: a lifetime that stands in no cookie's facts is one that the document does not tell, or tells unclearly.
"""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from cookiewarden.policy.declaration import Category, Declaration, Kind, Lifetime
from cookiewarden.policy.policy import Policy
from cookiewarden.tools.importing.documents import decoded, format_of, read_document
from cookiewarden.tools.importing.interpreter import interpret
from cookiewarden.tools.importing.written_policy import write_policy

FOLDER = Path(__file__).parents[1] / "tools" / "importing" / "corpus"
#: What is compared, in the order of the benchmark's columns.
NAMES, CATEGORIES, LIFETIMES, PROVIDERS, KINDS, PURPOSES, SITE = FACTS = (
    "names", "categories", "lifetimes", "providers", "kinds", "purposes", "site",
)  # fmt: skip
#: Lifetimes differ if one is longer by more than this share: "1 year 1 month 4 days" is written "400 days".
_SHARE = 0.02


@dataclass(frozen=True)
class Sample:
    """One document of the corpus."""

    path: Path

    @property
    def format(self) -> str:
        return self.path.suffix.removeprefix(".")

    @cached_property
    def expected(self) -> dict[str, Any]:
        return json.loads(self.path.with_suffix(".expected.json").read_text("utf-8"))

    @property
    def language(self) -> str:
        return self.expected["language"]

    @cached_property
    def cookies(self) -> dict[str, dict[str, Any]]:
        """Return the expected facts by name."""
        return {name: facts for facts in self.expected["cookies"] for name in facts["names"]}

    def __str__(self) -> str:
        return self.path.stem


@dataclass
class Comparison:
    """How the import of one document, or of several, compares with the expected facts.

    ``expected``: how many facts of each sort the documents tell. ``given``: how many the import wrote. ``right``: how
    many of those are as expected. ``misses``: what is not there, or otherwise. ``invented``: names that are no names.
    """

    expected: Counter[str] = field(default_factory=Counter)
    given: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)
    invented: list[str] = field(default_factory=list)

    def add(self, other: Comparison) -> None:
        self.expected += other.expected
        self.given += other.given
        self.right += other.right
        self.misses += other.misses
        self.invented += other.invented

    def recall(self, fact: str) -> float:
        """Return the share of the expected facts that the import wrote; 1.0 if nothing is expected."""
        return self.right[fact] / self.expected[fact] if self.expected[fact] else 1.0

    def precision(self, fact: str) -> float:
        """Return the share of the written facts that are as expected; 1.0 if nothing is written."""
        return self.right[fact] / self.given[fact] if self.given[fact] else 1.0

    def missed(self, fact: str) -> list[str]:
        """Return the misses of one sort."""
        return [miss for miss in self.misses if f": {fact}: " in miss]


@lru_cache
def samples() -> tuple[Sample, ...]:
    """Return the documents of the corpus, in order."""
    paths = sorted(path for path in FOLDER.iterdir() if not path.name.endswith(".expected.json"))
    return tuple(Sample(path) for path in paths)


def import_text(octets: bytes, name: str) -> str:
    """Return the policy file that is written for a document. ``name``: its file name, which tells the format."""
    text = decoded(octets)
    return write_policy(interpret(read_document(text, format_of(name, "", text))))


@lru_cache
def import_sample(sample: Sample) -> Policy:
    """Return the policy that is imported from a document of the corpus."""
    return Policy.from_mapping(tomllib.loads(import_text(sample.path.read_bytes(), sample.path.name)))


def declared(policy: Policy) -> dict[str, Declaration]:
    """Return the declarations of a policy by name, without that of its own preferences cookie."""
    own = policy.preferences.name
    return {name: one for one in policy.declarations for name in one.names if name != own}


def compare(sample: Sample, policy: Policy) -> Comparison:
    """Compare what was imported from a document with what it says."""
    result = Comparison()
    found = declared(policy)
    result.invented = [f"{sample}: {name}" for name in found if name not in sample.cookies]
    result.given[NAMES] = len(found)
    for name, facts in sample.cookies.items():
        result.expected[NAMES] += 1
        if name in found:
            result.right[NAMES] += 1
        else:
            result.misses.append(f"{sample}: {NAMES}: {name}")
        for fact, wanted, given, is_right in _facts(facts, found.get(name)):
            _count(result, f"{sample}: {fact}: {name}", fact, wanted, given, is_right)
    site = policy.site
    for key, wanted in sample.expected["site"].items():
        given = {
            "name": str(site.name),
            "host": " ".join(site.hosts),
            "updated": site.updated or "",
            "contact": site.contact or "",
        }[key]
        _count(result, f"{sample}: {SITE}: {key}", SITE, wanted, str(given), str(given) == wanted)
    return result


def compare_all() -> Comparison:
    """Compare the import of every document."""
    total = Comparison()
    for sample in samples():
        total.add(compare(sample, import_sample(sample)))
    return total


def _count(result: Comparison, label: str, fact: str, wanted: str, given: str, is_right: bool) -> None:
    result.expected[fact] += bool(wanted)
    result.given[fact] += bool(given)
    # What a document does not tell is no fact to find, but it is one to get wrong.
    result.right[fact] += is_right and bool(wanted)
    if not is_right:
        result.misses.append(f'{label}: "{given}" instead of "{wanted}"')


def _facts(wanted: dict[str, Any], one: Declaration | None) -> Iterator[tuple[str, str, str, bool]]:
    """Yield each fact that a document tells of a cookie: its sort, what is expected, what was found, and if it fits."""
    lifetime = wanted.get("lifetime", "")
    category = wanted["category"] or ""
    provider, purpose = wanted.get("provider", ""), wanted.get("purpose_contains", "")
    kind = wanted.get("kind", Kind.COOKIE)
    if one is None:
        expected = {CATEGORIES: category, LIFETIMES: lifetime, PROVIDERS: provider, KINDS: kind, PURPOSES: purpose}
        yield from ((fact, value, "", not value) for fact, value in expected.items())
        return
    if category:
        yield CATEGORIES, category, one.category, one.category == category
    elif one.category is Category.NECESSARY:
        yield CATEGORIES, "", one.category, False
    given = one.lifetime.text if one.lifetime else ""
    yield LIFETIMES, lifetime, given, _is_same(lifetime, given)
    if provider:
        given = str(one.provider or "")
        yield PROVIDERS, provider, given, provider == given
    yield KINDS, kind, one.kind, one.kind == kind
    if purpose:
        yield PURPOSES, purpose, str(one.purpose), purpose in str(one.purpose)


def _is_same(one: str, other: str) -> bool:
    if not one or not other:
        return one == other
    wanted, given = Lifetime.parse(one).seconds, Lifetime.parse(other).seconds
    if wanted is None or given is None:
        return wanted is given
    return abs(wanted - given) <= _SHARE * wanted
