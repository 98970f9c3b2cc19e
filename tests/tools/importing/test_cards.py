"""Cards: a name that stands alone, what it is for, and labels below it."""

import pytest

from cookiewarden.tools.importing.blocks import Definition, Heading, Item, Paragraph, Table, Words
from cookiewarden.tools.importing.cards import with_cards


def paragraphs(*texts):
    return [Paragraph(Words(text)) for text in texts]


@pytest.mark.parametrize(
    "texts",
    [
        ("tr", "Advertises.", "Expiry: session", "Type: pixel"),
        ("lang", "Typ: HTTP-Cookie"),
        ("_ga", "Counts visits.", "It is Google's.", "Maximale Speicherdauer: 2 Jahre"),
    ],
)
def test_a_name_with_labels_is_a_card(texts):
    (card,) = with_cards(paragraphs(*texts))
    assert card == Definition(Words(texts[0]), tuple(map(Words, texts[1:])))


@pytest.mark.parametrize(
    "texts",
    [
        ("tr",),
        ("tr", "Advertises."),
        ("tr", "Provider: Example"),
        ("Purpose", "Expiry: 1 day"),
        ("tr", "One.", "Two.", "Three.", "Expiry: 1 day"),
        ("two words", "Expiry: 1 day"),
        ("tr", "Name: a_b", "Expiry: 1 day"),
    ],
)
def test_other_paragraphs_stay_what_they_are(texts):
    assert list(with_cards(paragraphs(*texts))) == paragraphs(*texts)


def test_a_card_ends_where_the_next_begins():
    cards = list(with_cards(paragraphs("a_b", "Counts.", "Expiry: 1 day", "c_d", "Type: pixel")))
    assert [(card.term.text, len(card.words)) for card in cards] == [("a_b", 2), ("c_d", 1)]


@pytest.mark.parametrize("block", [Heading(2, Words("Expiry: 1 day")), Item(Words("Expiry: 1 day"))])
def test_what_is_no_paragraph_is_no_part_of_a_card(block):
    assert list(with_cards([*paragraphs("tr"), block])) == [*paragraphs("tr"), block]


def test_a_heading_that_is_a_name_and_what_follows_without_labels_is_a_card():
    texts = paragraphs("Google", "Counts visits.", "2 years")
    assert list(with_cards([Heading(3, Words("_ga")), *texts])) == [
        Definition(Words("_ga"), tuple(text.words for text in texts), 3)
    ]


@pytest.mark.parametrize(
    ("heading", "texts"),
    [
        ("Analytics", ("Google", "2 years")),
        ("_ga", ("Google", "Counts visits.")),
        ("_ga", ("2 years", "1 day")),
        ("_ga", ("One.", "Two.", "Three.", "Four.", "2 years")),
    ],
)
def test_other_headings_stay_what_they_are(heading, texts):
    blocks = [Heading(3, Words(heading)), *paragraphs(*texts)]
    assert list(with_cards(blocks)) == blocks


TITLES = ("Name", "Provider", "Purpose", "Expiry")
ROWS = ("a_b", "Example", "Counts.", "1 day", "c", "Example", "Keeps it.", "session")


def test_rows_of_paragraphs_below_titles_are_a_table():
    (table,) = with_cards(paragraphs(*TITLES, *ROWS))
    assert isinstance(table, Table)
    assert [tuple(words.text for words in row) for row in table.rows] == [TITLES, ROWS[:4], ROWS[4:]]


@pytest.mark.parametrize(
    "texts",
    [
        TITLES,
        (*TITLES, *ROWS[:-1]),
        (*TITLES, "a_b", "Counts.", "1 day", "c", "Example", "Keeps it.", "session", "More."),
        (*TITLES[:2], "a_b", "Example"),
        ("Name", "Provider", "Purpose", "a_b", "Example", "Counts."),
    ],
)
def test_paragraphs_that_do_not_fit_below_titles_are_no_table(texts):
    assert not any(isinstance(block, Table) for block in with_cards(paragraphs(*texts)))


@pytest.mark.parametrize("name", ["sb-access-token", "theme-preference", "a_b / c_d", "side:state"])
def test_a_heading_with_names_and_labels_below_is_a_card_and_so_is_its_purpose(name):
    texts = paragraphs("Keeps you signed in.", "Duration: 1 week")
    (card,) = with_cards([Heading(4, Words(name)), *texts])
    assert (card.term.text, card.words) == (name, tuple(text.words for text in texts))


@pytest.mark.parametrize(
    "heading", ["Payments", "third-party", "strictly-necessary", "a_b and others", "Sign-in", "google-analytics"]
)
def test_a_heading_of_another_kind_is_no_card_whatever_its_labels(heading):
    blocks = [Heading(4, Words(heading)), *paragraphs("Counts visits.", "Duration: 1 week")]
    assert list(with_cards(blocks)) == blocks


def test_a_text_with_labels_on_its_other_lines_is_a_part_of_a_card():
    said = paragraphs("Counts visits.\nProvider: Example\nDuration: 1 week")
    (card,) = with_cards([Heading(4, Words("ad-campaign")), *said])
    assert card.words == (said[0].words,)
