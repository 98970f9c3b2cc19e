"""What an element and the placeholder in its place have in common: the id, and the element for the script."""

import html
import json
import re

import pytest
from markupsafe import Markup

from cookiewarden import asgi, frame_of, script_of, wsgi
from exchanges import PLAIN, SentRequest, Wrapped
from scenarios import chosen

MODULES = pytest.mark.parametrize("module", [asgi, wsgi])
THIRD_PARTY = SentRequest(cookies=(chosen("third-party"),))
SRC = "https://maps.example/7"


def shown(view, module=wsgi, request=PLAIN, **options):
    """Return the markup that a view makes."""
    given = []
    Wrapped(module, **options).ask(request, lambda carrier: given.append("".join(view(carrier))) or ())
    return given[0]


def ids(markup):
    return re.findall(r'<(?:iframe|script|div)[^>]* id="([^"]*)"', markup)


def embedded(markup):
    """Return the elements that the script of the page would make, as it reads them."""
    found = re.findall('<script type="application/json" class="cookies-embed">(.*)</script>', markup)
    return [json.loads(text) for text in found]


def places(markup):
    return set(re.findall(r'name="place" value="([^"]*)"', markup))


@MODULES
@pytest.mark.parametrize("call", [frame_of, script_of])
def test_what_replaces_a_placeholder_has_the_same_id(module, call):
    def view(carrier):
        return [call(carrier, "third-party", SRC, title="Map")]

    before, after = shown(view, module), shown(view, module, THIRD_PARTY)
    assert ids(before) == ids(after) == [*places(before)]
    assert re.fullmatch("cookies-[0-9a-f]{8}", ids(after)[0])


def test_a_script_that_shows_nothing_has_no_id():
    assert shown(lambda carrier: [script_of(carrier, "third-party", "/a.js")], request=THIRD_PARTY) == (
        '<script src="/a.js"></script>'
    )


def test_no_two_elements_of_a_page_have_the_same_id():
    def view(carrier):
        pairs = [(SRC, "Map"), (SRC, "Map"), (SRC, "Map of the town"), ("/8", "Map"), (SRC, "Map")]
        return [frame_of(carrier, "third-party", src, title=title) for src, title in pairs]

    before, after = ids(shown(view)), ids(shown(view, request=THIRD_PARTY))
    assert before == after
    assert len(set(after)) == len(after) == 5
    assert after[1] == f"{after[0]}-2"


@pytest.mark.parametrize(
    ("given", "place"),
    [("map", "map"), ("Map_7-a", "Map_7-a"), ("a map", ""), ("a#b", ""), ("é", ""), ('"><b>', ""), ("m" * 65, "")],
)
@pytest.mark.parametrize("name", ["id", "ID", "id_"])
def test_an_id_of_the_site_is_the_id_of_both_and_the_place_if_a_fragment_can_name_it(name, given, place):
    def view(carrier):
        return [frame_of(carrier, "third-party", SRC, title="Map", **{name: given})]

    before = shown(view)
    assert [html.unescape(one) for one in ids(before)] == [given]
    assert places(before) == ({place} if place else set())
    assert f'{name.rstrip("_")}="{html.escape(given)}"'.replace("&quot;", "&#34;") in shown(view, request=THIRD_PARTY)


@pytest.mark.parametrize("given", [True, False, ""])
def test_an_empty_id_counts_as_none(given):
    def view(carrier):
        return [frame_of(carrier, "third-party", SRC, title="Map", id=given)]

    assert ids(shown(view)) == ids(shown(view, request=THIRD_PARTY))
    assert ids(shown(view))[0].startswith("cookies-")


HOSTILE = [
    '"',
    "'",
    "</script><script>",
    "&quot;",
    "&",
    "<!--",
    "]]>",
    "\u2028",
    "{{ 1 }}",
    '"><img src=x>',
    "é\U0001f5fa",
]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_the_placeholder_gives_the_element_to_the_script_whatever_is_in_it(text):
    def view(carrier):
        return [frame_of(carrier, "third-party", f"/map?a={text}&b=2", title=text, data_x=text, allowfullscreen=True)]

    markup = shown(view)
    identifier = ids(markup)[0]
    expected = [["src", f"/map?a={text}&b=2"], ["title", text], ["data-x", text], ["allowfullscreen", ""]]
    assert embedded(markup) == [["iframe", *expected, ["id", identifier]]]
    assert set(re.findall(r"<(\w+)", markup)) <= {
        *("div", "link", "p", "strong", "form", "input", "button", "span", "a", "template", "script", "svg"),
    }


def test_markup_that_a_template_made_safe_comes_to_the_script_as_text():
    def view(carrier):
        return [frame_of(carrier, "third-party", Markup("/map?a=1&amp;b=2"), title=Markup("A &lt;map&gt;"))]

    assert embedded(shown(view))[0][1:3] == [["src", "/map?a=1&b=2"], ["title", "A <map>"]]


def test_without_the_script_nothing_is_left_for_it():
    markup = shown(lambda carrier: [frame_of(carrier, "third-party", SRC, title="Map")], script=False)
    assert SRC not in markup
    assert re.findall("<script|<template", markup) == []
