"""Importing documents that were written to harm: they end soon, invent nothing, and write a file that loads."""

import tomllib
import unicodedata
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.import_corpus import declared, import_text
from cookiewarden import Category, CookieWardenError, Policy
from hostile.published import DOCUMENTS, ENDURED

SIZE = 4_000
COLUMNS = ("Cookie name", "Category", "Provider", "Purpose", "Expires")
#: A row in which each cell is told plainly; a test replaces one of them.
PLAIN = ("town_a", "Analytics", "Exampletown", "Counts visits", "1 year")
#: What a cell says to end a string or a comment of the policy file, or to move the reader's eyes.
CELLS = [
    '"\n[[cookies]]\nname = "*"\ncategory = "statistical"\npurpose = "x"\n#',
    "'''\n[[cookies]]\nname = '*'\n",
    '"""\n[site]\n',
    "\\", '\\"', "a\\", "\\u0000", "#", "]]", "{", "${HOME}", "%s %(a)s {0}", "a\x00b", "a\x07\x1b[31mb",
    "a\rb", "a\x85b", "a\u2028b", "a\u202eb", "a\u2066b", "a\ufeffb", "a\u200bb", "\udc80", "\U000e0041", "a\tb",
    "<script>alert(1)</script>", "*", "**", "***", "* *", "#", "<x>", "{x}", "-", "—", "n/a", "none", "...",
    "a" * 20_000, "=", "a=b", "a;b", "a b", "ä", "__Host-", "__Secure-", "cookies_preferences",
]  # fmt: skip


def page(cells, rows=1):
    """Return an HTML page whose table has one row of these cells."""
    head = "".join(f"<th>{title}</th>" for title in COLUMNS)
    row = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
    return f"<h1>Cookies</h1><table><tr>{head}</tr>{f'<tr>{row}</tr>' * rows}</table>"


def policy_of(document, kind="html"):
    """Import a document and load what is written. ``None`` if the import says what is wrong."""
    data = document if isinstance(document, bytes) else document.encode("utf-8", "surrogatepass")
    try:
        text = import_text(data, f"policy.{kind}")
    except CookieWardenError:
        return None
    # A line break is the only control character in the file, and nothing in it turns the direction of the text.
    assert not {one for one in text if unicodedata.category(one) in ("Cc", "Cf", "Cs")} - {"\n"}
    return Policy.from_mapping(tomllib.loads(text))


@pytest.mark.parametrize(("kind", "name"), DOCUMENTS)
def test_a_document_without_cookies_is_survived_and_nothing_is_found_in_it(kind, name):
    policy = policy_of(DOCUMENTS[kind, name](SIZE), kind)
    assert policy is None or not declared(policy)


@pytest.mark.parametrize(("kind", "name"), ENDURED)
def test_a_document_of_many_cookies_is_survived_and_nothing_else_is_found_in_it(kind, name):
    policy = policy_of(ENDURED[kind, name](SIZE), kind)
    assert policy is None or all(name.startswith("town_") for name in declared(policy))


@pytest.mark.parametrize("column", range(len(COLUMNS)), ids=COLUMNS)
@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: ascii(cell[:16]))
def test_a_cell_cannot_write_into_the_policy_file(column, cell):
    policy = policy_of(page([*PLAIN[:column], cell, *PLAIN[column + 1 :]]))
    if policy is not None:
        found = declared(policy)
        assert len(found) <= 2
        assert Category.NECESSARY not in {one.category for one in found.values()}
        assert column == 0 or set(found) == {"town_a"}


@given(column=st.sampled_from(range(len(COLUMNS))), cell=st.text())
def test_no_text_in_a_cell_breaks_the_policy_file(column, cell):
    policy_of(page([*PLAIN[:column], cell, *PLAIN[column + 1 :]]))


@given(data=st.binary(), kind=st.sampled_from(["html", "md", "txt", "csv"]))
def test_no_bytes_break_the_import(data, kind):
    policy_of(data, kind)


@pytest.mark.parametrize("name", ["*", "**", "<name>", "[x]", "#", "{}"])
def test_a_name_that_would_cover_every_cookie_is_not_imported(name):
    policy = policy_of(page([name, "Strictly necessary", "Exampletown", "Keeps you signed in", "1 year"]))
    assert policy is None or not declared(policy)


TABLE = page(PLAIN).replace("<h1>Cookies</h1>", "")


@pytest.mark.parametrize(
    "around",
    [
        "<div hidden>{}</div>", "<div style='display:none'>{}</div>", "<div aria-hidden=true>{}</div>",
        "<details>{}</details>", "<dialog>{}</dialog>", "<div style='visibility:hidden;height:0'>{}</div>",
        "<div class='accordion collapse'>{}</div>", "<center><font size=1>{}</font></center>", "<form>{}</form>",
    ],
)  # fmt: skip
def test_a_table_in_a_closed_panel_counts(around):
    assert set(declared(policy_of(f"<h1>Cookies</h1>{around.format(TABLE)}"))) == {"town_a"}


@pytest.mark.parametrize(
    "around",
    [
        "<script>{}</script>", "<style>{}</style>", "<template>{}</template>", "<!-- {} -->", "<textarea>{}</textarea>",
        "<script type='text/template'>{}</script>", "<title>{}</title>", "<iframe>{}</iframe>", "<xmp>{}</xmp>",
    ],
)  # fmt: skip
def test_a_table_that_no_visitor_can_open_does_not_count(around):
    policy = policy_of(f"<h1>Cookies</h1>{around.format(TABLE)}<p>No cookies.</p>")
    assert policy is None or not declared(policy)


@pytest.mark.parametrize(
    ("codec", "mark"),
    [("utf-8", b""), ("utf-8-sig", b""), ("utf-16", b""), ("cp1252", b""), ("latin-1", b"<meta charset=iso-8859-1>")],
)
def test_the_encoding_of_a_page_is_recognized(codec, mark):
    cells = ["town_a", "Statistiques", "Société", "Compte les visites", "1 an"]
    found = declared(policy_of(mark + page(cells).encode(codec)))
    assert str(found["town_a"].provider) == "Société"
