"""Style sheets without what only their readers need."""

import pytest

from cookiewarden.pages.compact import compact


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("a {\n  color: red;\n  margin: 0;\n}\n", "a{color:red;margin:0}"),
        ("a,\nb > c { d: e ; }", "a,b > c{d:e}"),
        ("a :hover, b::before { }", "a :hover,b::before{}"),
        ("@media (min-width: 9em) and (hover) {\n  a { b: c }\n}", "@media (min-width:9em) and (hover){a{b:c}}"),
        ("a { width: calc(1em + 2px); grid: a\n  b / 1fr }", "a{width:calc(1em + 2px);grid:a b / 1fr}"),
        ("/* { ; } */ a { /* b */ c: d }", "a{c:d}"),
        ('a { content: "b ; { c: }  /* d */" ; }', 'a{content:"b ; { c: }  /* d */"}'),
        ("a { content: 'b , \\' ; c' }", "a{content:'b , \\' ; c'}"),
        ("a { content: 'b \\\n  c' }", "a{content:'b \\\n  c'}"),
        ("a { b: url(c; d, e) ; }", "a{b:url(c; d, e)}"),
        (".a\\{ , .b\\: c {}", ".a\\{,.b\\: c{}"),
        ("@layer a, b;\n\na { --b: { c; } }", "@layer a,b;a{--b:{c}}"),
    ],
)
def test_only_blanks_that_mean_nothing_go(written, sent):
    assert compact(written) == sent
    assert compact(sent) == sent
