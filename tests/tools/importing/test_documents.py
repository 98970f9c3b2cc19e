"""Bytes as text, and the reader for each document."""

import pytest

from cookiewarden.tools.importing.documents import Format, decoded, format_of, is_pdf, read_document

WORD = "Durée – Größe"


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (WORD.encode(), ""),
        (WORD.encode("utf-8-sig"), ""),
        (WORD.encode("utf-16"), ""),
        (b"\xfe\xff" + WORD.encode("utf-16-be"), "text/html; charset=utf-8"),
        (WORD.encode("cp1252"), ""),
        (WORD.encode("cp1252"), "text/html; charset=ISO-8859-1"),
        (WORD.encode("cp1252"), 'text/html; charset="windows-1252"'),
        (WORD.encode("cp1252"), "text/html; charset=utf-8"),
        (WORD.encode("cp1252"), "text/html; charset=no-such-one"),
        (WORD.encode(), "text/html; charset=utf-16"),
        (WORD.encode(), "text/html; charset=hex"),
    ],
)
def test_a_document_is_decoded(data, content_type):
    assert decoded(data, content_type) == WORD


def test_the_meta_element_names_the_encoding_if_the_header_does_not():
    markup = '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-15"><p>€'
    assert decoded(markup.encode("iso-8859-15")) == markup
    assert decoded('<meta charset="utf-8">é'.encode()).endswith("é")


@pytest.mark.parametrize(
    "named", ["unicode_escape", "raw_unicode_escape", "punycode", "idna", "utf-7", "hz", "charmap"]
)
def test_a_codec_that_is_no_encoding_of_the_web_is_not_used(named):
    text = f"<meta charset={named}><p>caf\u00e9 \\x3ctd\\x3e +ADw- a-"
    assert decoded(text.encode()) == text
    assert decoded(text.encode(), f"text/html; charset={named}") == text


def test_any_bytes_are_decoded():
    for data in (b"\xff\xfe\x00", b"\x81\x8d\x8f", bytes(range(256)), b"\xef\xbb\xbf\xff"):
        assert isinstance(decoded(data), str)


@pytest.mark.parametrize(
    ("name", "content_type", "text", "expected"),
    [
        ("a.html", "", "", "html"),
        ("a.HTM", "", "", "html"),
        ("a.md", "", "<p>", "md"),
        ("a.csv", "", "", "csv"),
        ("a.tsv", "", "", "csv"),
        ("a.txt", "", "<p>", "text"),
        ("https://example.org/cookies.md?x=1", "text/plain", "", "md"),
        ("https://example.org/cookies.txt", "text/html; charset=utf-8", "", "html"),
        ("https://example.org/cookies", "text/markdown", "", "md"),
        ("https://example.org/cookies", "text/csv", "", "csv"),
        ("https://example.org/cookies", "text/plain", "<p>", "text"),
        ("-", "", "<!doctype html><p>x", "html"),
        ("-", "", "| a | b |\n| --- | --- |\n", "md"),
        ("-", "", "a\tb\n", "text"),
    ],
)
def test_the_type_the_suffix_or_the_text_tells_the_format(name, content_type, text, expected):
    assert format_of(name, content_type, text).value == expected


@pytest.mark.parametrize("format_", Format)
def test_each_format_has_a_reader(format_):
    read_document("Name,Purpose\n_ga,x\n", format_)


def test_a_pdf_is_known_by_its_first_bytes():
    assert is_pdf(b"\xef\xbb\xbf%PDF-1.7\n")
    assert not is_pdf(b"<p>PDF")
