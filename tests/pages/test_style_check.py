"""A style sheet that a browser could not read to its end: the fault and its line; no fault in any other."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import cookiewarden.pages
from cookiewarden.pages.style_check import style_fault


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a {\n  color: red;\n\nb { color: red; }\n", "line 1: this { is not closed"),
        ("a { color: red; }\n}", "line 2: this } closes nothing"),
        ("a {\n color: rgb(1 2 3;\n}", "line 2: this ( is not closed before the } in line 3"),
        ("a[href { }", "line 1: this [ is not closed"),
        ("a::before { content: 'x; }\n", "line 1: this string is not closed on its line"),
        ('a::before {\n content: "x\n"; }\n', "line 2: this string is not closed"),
        ("\n/* a { }", "line 2: this comment is not closed with */"),
        ("a { b: c; } )", "line 1: this ) closes nothing"),
    ],
)
def test_the_first_fault_is_named_with_its_line(text, fault):
    assert style_fault(text).startswith(fault)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "é {}",
        "a { b: url(data:image/svg+xml;utf8,<svg id='{\"'/>) }",
        "a { b: url( 'x)}' ) }",
        'a::before { content: "} /* \\" \\\n {" }',
        "/* it's { */ a { }",
        "a::after { content: '/*'; }",
        ".a\\{b { --x: { anything: [1 2]; } }",
        "@media (min-width: 1px) and (not (hover)) { a:not([b='c)']) { d: calc((1px + 2px) * 3) } }",
        "<!-- a { } -->",
    ],
)
def test_what_browsers_read_to_the_end_has_no_fault(text):
    assert style_fault(text) == ""


@pytest.mark.parametrize("name", ["style.css", "pages.css"])
def test_our_own_style_sheets_have_no_fault(name):
    assert style_fault((Path(cookiewarden.pages.__file__).parent / "templates" / name).read_text()) == ""


@given(st.text(st.sampled_from("{}()[]\"'\\\n/* url(")))
@example("url(" * 1000)
@example("a {b: c}\n" * 20_000)
def test_no_text_breaks_the_check(text):
    style_fault(text)


@given(st.recursive(st.just("a"), lambda inner: st.builds("{{{}}} ({})".format, inner, inner), max_leaves=8))
def test_balanced_brackets_are_no_fault_and_one_fewer_is(text):
    assert style_fault(text) == ""
    assert style_fault(text + "}") != ""
    assert style_fault("{" + text) != ""
