"""The five published cookie policies, compared with examples/policies: the files declare what the documents say.

The documents are not part of the repository. The tests read them from the folder that COOKIEWARDEN_SEEDS names, or
else from shared/seeds beside the repository.
"""

import os
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from cookiewarden import Category, PolicySet, Reason

POLICIES = Path(__file__).parents[2] / "examples" / "policies"
SEEDS = Path(os.environ.get("COOKIEWARDEN_SEEDS") or Path(__file__).parents[3] / "shared" / "seeds")
DOCUMENTS = sorted(SEEDS.glob("*.txt"))
HOSTS = (
    "opendata.bruxelles.be",
    "data.example.org",  # stands for the one document that names no host
    "data.eindhoven.nl",
    "opendata.lillemetropole.fr",
    "opendatasoft.com",
)

COLUMNS = {"provider": "provider", "function": "function", "cookie name": "name", "purposes": "purpose"}
HEADING = re.compile(rf"Cookies ({'|'.join(Category)})\b.*")
USED_ON = re.compile(r"What cookies are used on the (?:<https://(?P<link>[^>/]+)>|(?P<host>\S+\.\S+))? ?platform")
# A row with blanks between its columns. The provider is one word, the name is the word before the purpose, and the
# purpose begins with "To".
BLANK_ROW = re.compile(r"(?P<provider>\S+) (?P<function>.+) (?P<name>\S+) (?P<purpose>To .+)")

needs_documents = pytest.mark.skipif(
    not DOCUMENTS, reason=f"the published documents are not in {SEEDS}; name their folder in COOKIEWARDEN_SEEDS"
)
each_document = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem[:3])


@dataclass(frozen=True)
class Row:
    """One row of a published table. A column that the table lacks is ``None``."""

    category: Category
    name: str
    function: str
    purpose: str
    provider: str | None = None


@dataclass(frozen=True)
class Document:
    """What one published policy says."""

    host: str | None
    updated: date | None
    rows: tuple[Row, ...]


def read_document(path: Path) -> Document:
    """Read a document. Fails if a line of a table cannot be read, so that no row is lost unnoticed."""
    lines = [line.strip() for line in path.read_text("utf-8").splitlines() if line.strip()]
    used_on = next(match for line in lines if (match := USED_ON.fullmatch(line)))
    updated = next((line.removeprefix("Last update: ") for line in lines if line.startswith("Last update: ")), None)
    category, columns, rows = None, None, []
    for line in lines:
        if heading := HEADING.fullmatch(line):
            category, columns = Category(heading[1]), None
        elif category and columns is None:
            columns = column_names(line)
        elif category:
            cells = dict(zip(columns, line.split("\t"), strict=True)) if columns else blank_cells(line)
            rows += [Row(category, **{**cells, "name": name}) for name in re.split(r"[,\s]+", cells["name"])]
    return Document(used_on["link"] or used_on["host"], date.fromisoformat(updated) if updated else None, tuple(rows))


def column_names(line: str) -> list[str]:
    """Return the columns that the first line of a table names, or none if the table has no tabs."""
    titles = line.lower().split("\t")
    if len(titles) == 1:
        return []
    return [next(column for words, column in COLUMNS.items() if words in title) for title in titles]


def blank_cells(line: str) -> dict[str, str]:
    row = BLANK_ROW.fullmatch(line)
    assert row, f"is not a row of a table: {line}"
    return row.groupdict()


def plain(text: object) -> str:
    """Return a text for comparison, without case, punctuation and the blanks around it."""
    return re.sub(r"[^\w ]", "", str(text).casefold()).strip()


@pytest.fixture(scope="module")
def policies():
    return PolicySet.load(POLICIES)


def policy_of(document: Document, policies: PolicySet):
    """Return the policy for the host of a document. A document without a host gets the policy that is left over."""
    if document.host:
        return policies.for_host(document.host)
    claimed = {read_document(path).host for path in DOCUMENTS}
    [left] = [policy for policy in policies.policies if claimed.isdisjoint(policy.site.hosts)]
    return left


@needs_documents
def test_every_document_has_a_policy_of_its_own(policies):
    found = [policy_of(read_document(path), policies) for path in DOCUMENTS]
    assert None not in found
    assert len(set(found)) == len(found) == len(policies.policies)


@needs_documents
@each_document
def test_the_host_and_the_date_of_the_last_update_are_as_published(path, policies):
    document = read_document(path)
    site = policy_of(document, policies).site
    assert site.updated == document.updated
    if document.host:
        assert (site.id, site.hosts) == (document.host, (document.host,))


@needs_documents
@each_document
def test_the_cookies_and_their_categories_are_as_published(path, policies):
    document = read_document(path)
    assert document.rows
    declared = {name: d.category for d in policy_of(document, policies).declarations for name in d.names}
    assert declared == {row.name: row.category for row in document.rows}


@needs_documents
@each_document
def test_the_providers_are_as_published(path, policies):
    document = read_document(path)
    published = {row.name: row.provider for row in document.rows if row.provider}
    declared = {name: str(d.provider) for d in policy_of(document, policies).declarations for name in d.names}
    assert published == {name: provider for name, provider in declared.items() if name in published}
    assert set(published) in ({row.name for row in document.rows}, set())  # in every row, or in none


@needs_documents
@each_document
def test_function_and_purpose_are_in_our_own_words(path, policies):
    document = read_document(path)
    sentences = {plain(text) for row in document.rows for text in (row.function, row.purpose)}
    sentences |= {plain(line) for line in path.read_text("utf-8").splitlines() if line.strip()}
    policy = policy_of(document, policies)
    texts = [text for d in policy.declarations for text in (d.function, d.purpose)] + [policy.site.introduction]
    for text in texts:
        assert {"en", "fr", "nl"} <= set(text.by_language)
        assert sentences.isdisjoint(plain(words) for words in text.by_language.values())


def test_five_policies_load_and_the_platform_file_is_only_their_base(policies):
    assert sorted(policy.site.id for policy in policies.policies) == sorted(HOSTS)


@pytest.mark.parametrize("host", HOSTS)
def test_the_notification_cookies_are_necessary_on_one_site_and_undeclared_on_the_others(host, policies):
    decision = policies.decide("_BEAMER_X=1; Path=/", host=host)
    expected = (True, Reason.NECESSARY) if host == "opendatasoft.com" else (False, Reason.UNDECLARED)
    assert (decision.allowed, decision.reason) == expected


@pytest.mark.parametrize("name", ["sessionid", "django_language", "csrftoken", "cookies_preferences"])
@pytest.mark.parametrize("host", HOSTS)
def test_the_cookies_of_the_platform_are_necessary_everywhere(host, name, policies):
    assert policies.decide(f"{name}=1; Path=/", host=host).reason is Reason.NECESSARY
