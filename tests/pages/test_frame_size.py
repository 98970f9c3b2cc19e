"""What a frame says of its size, as HTML reads it, and nothing else of it."""

import pytest

from cookiewarden.pages.element import element_of
from cookiewarden.pages.frame_size import is_fixed, size_of


@pytest.mark.parametrize(
    ("attributes", "size", "fixed"),
    [
        ({"width": "560", "height": "315"}, {"width": "560", "height": "315"}, True),
        ({"width": " 560px", "height": "+31.5"}, {"width": "560", "height": "31.5"}, True),
        ({"width": "100%", "height": 400}, {"width": "100%", "height": "400"}, False),
        ({"height": "400"}, {"height": "400"}, False),
        ({"WIDTH": "5"}, {"width": "5"}, True),
        ({"width": "5", "class_": "map wide"}, {"width": "5", "class": "map wide"}, False),
        ({"class_": " "}, {}, False),
        ({"width": "auto", "height": "-5"}, {}, False),
        ({"width": True, "height": False}, {}, False),
        ({"width": '5"><script>'}, {"width": "5"}, True),
        ({"id": "map", "loading": "lazy", "title": "Map", "allow": "fullscreen"}, {}, False),
    ],
    ids=str,
)
def test_only_the_size_and_the_class_of_a_frame_are_passed_on(attributes, size, fixed):
    found = size_of(element_of("iframe", "/map", attributes))
    assert found == size
    assert is_fixed(found) is fixed


def test_a_script_has_no_size():
    assert size_of(element_of("script", "/count.js", {"width": "560"})) == {}
