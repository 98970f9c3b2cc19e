"""Laws of the import, for any document: it never raises, the policy loads, and every name stands in the document."""

from hypothesis import given
from hypothesis import strategies as st

from cookiewarden.tools.importing.blocks import tidy
from cookiewarden.tools.importing.documents import decoded
from imports import imported

WORDS = st.sampled_from(
    ["_ga", "_ga_*", "sid", "NID", "Name", "Cookie", "Purpose", "Zweck", "Durée", "Provider", "Category", "Type",
     "Domain", "Necessary cookies",
     "Marketing", "non essentiels", "functional", "2 years", "session", "13 mois", "persistent", "Google",
     "See list", "a sentence of words.",
     "cookies_preferences", "_pk_id.<id>", "x*y*z", "Local storage", "Last update: 2021-03-30", "example.org",
     "https://example.org/", "-", "",
     "\x00", "\x1b[31m", "\u202e", '"', "\\", "é", "—", "#", "1", "a, b and c"]
)  # fmt: skip
TAGS = st.sampled_from(
    ["<table>", "</table>", "<tr>", "<td>", "<td rowspan=3>", "<th colspan=2>", "<h1>", "<h2>", "<h4>", "</h2>",
     "<p>", "<ul>", "<li>", "</ul>",
     "<dl>", "<dt>", "<dd>", "</dl>", "<code>", "</code>", "<br>", "<details>", "<summary>", "<caption>",
     "<div role=row>", "<div>", "</div>", "<"]
)  # fmt: skip
MARKS = st.sampled_from(
    ["\n", "\n\n", "\t", " | ", ": ", " – ", ", ", "- ", "# ", "| --- | --- |", "    ", ";", '"', "`", "=====\n"]
)
HTML = st.lists(WORDS | TAGS, max_size=40).map(" ".join)
TEXTS = st.lists(WORDS | MARKS, max_size=40).map("".join)
ANY = st.text(max_size=200) | st.binary(max_size=200).map(decoded)


def check(text: str, format_: str) -> None:
    """Import a document, and fail if a name does not stand in it."""
    shown = tidy(text.replace("\n", " "))
    for cookie in imported(text, format_).cookies:
        for name in cookie.names:
            parts = [part for part in name.split("*") if part]
            assert all(part in shown or part in text for part in parts), name


@given(HTML | ANY)
def test_any_html(text):
    check(text, "html")


@given(TEXTS | ANY)
def test_any_text(text):
    check(text, "text")


@given(TEXTS | HTML | ANY)
def test_any_markdown(text):
    imported(text, "md")


@given(TEXTS | ANY)
def test_any_csv(text):
    check(text, "csv")
