"""The PDF is downloaded, and its file is named after the site, on every system and in every script."""

from email.message import Message
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cookiewarden.pages.response import saved_as
from exchanges import POLICY
from hypothesis_profiles import examples
from paged import Site
from pdf_packages import needs_pdf


def names_of(value):
    """Return the name that every browser can read, and the one that newer browsers prefer."""
    kind, *parameters = value.split("; ")
    assert kind == "attachment"
    found = dict(parameter.split("=", 1) for parameter in parameters)
    plain = found.pop("filename")
    assert plain[0] == plain[-1] == '"'
    newer = found.pop("filename*", None)
    assert not found
    if newer is None:
        return plain[1:-1], plain[1:-1]
    assert newer.startswith("UTF-8''")
    return plain[1:-1], unquote(newer.removeprefix("UTF-8''"))


@needs_pdf
@pytest.mark.parametrize(
    ("site", "plain", "name"),
    [
        ({"hosts": ["data.example.org"]}, "cookies-data.example.org.pdf", None),
        ({"id": "the-town"}, "cookies-the-town.pdf", None),
        ({"name": "Open data of Exampletown"}, "cookies-Open-data-of-Exampletown.pdf", None),
        ({"name": "Ville de Liège"}, "cookies-Ville-de-Liege.pdf", "cookies-Ville-de-Liège.pdf"),
        ({"name": "Łódź"}, "cookies-odz.pdf", "cookies-Łódź.pdf"),
        ({"name": "日本"}, "cookies.pdf", "cookies-日本.pdf"),
        ({"name": "हिन्दी"}, "cookies.pdf", "cookies-हिन्दी.pdf"),
        ({"name": 'A "b"; c\\d/../e%0A'}, "cookies-A-b-c-d-..-e-0A.pdf", None),
    ],
)
def test_the_file_is_named_after_the_site(site, plain, name):
    pages = Site(policy={"site": {"name": "Exampletown", **site}, "cookies": POLICY["cookies"]})
    answer = pages.ask("/cookies.pdf")
    assert (answer.status, answer.body[:5]) == (200, b"%PDF-")
    assert names_of(answer.header("content-disposition")) == (plain, name or plain)
    message = Message()
    message["Content-Disposition"] = answer.header("content-disposition")
    assert message.get_filename() in (plain, name)


@needs_pdf
@pytest.mark.parametrize("path", ["/cookies", "/cookies.md", "/cookies.json"])
def test_the_other_formats_are_shown_in_the_browser(path):
    assert Site().ask(path).header("content-disposition") is None


@examples(100)
@given(st.text(st.characters()))
def test_no_name_of_a_site_breaks_the_header_or_leaves_the_folder(name):
    value = saved_as(f"cookies-{name}.pdf")
    assert value.isascii()
    assert value.isprintable()
    for found in names_of(value):
        assert found.startswith("cookies")
        assert found.endswith(".pdf")
        assert len(found) <= 84
        assert not set(found) & set('/\\:*?"<>| ')
