"""Comments of a policy file: where they stand, and that no string is taken for one."""

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from cookiewarden.policy.comments import comments_of
from cookiewarden.policy.quoting import toml_string
from hypothesis_profiles import examples

WORDS = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=10)
STRINGS = st.one_of(
    st.text(max_size=10).map(toml_string),
    st.text("#'\\ a", max_size=8).map(lambda text: '"""' + text.replace("\\", "\\\\") + '"""'),
    st.text('#"\\ \na', max_size=8).map("'''{}'''".format),
    st.text('#"\\ a', max_size=8).map("'{}'".format),
)


@examples(200)
@given(st.lists(st.tuples(STRINGS, WORDS), max_size=4))
def test_each_comment_is_found_and_nothing_of_a_string(pairs):
    lines = [f"k{number} = {string} #!{words}\n" for number, (string, words) in enumerate(pairs)]
    text = "".join(lines)
    assert len(tomllib.loads(text)) == len(pairs)
    found = list(comments_of(text))
    assert [one.words for one in found] == [f"!{words}".strip("# \t\r") for _, words in pairs]
    for one, (_, words) in zip(found, pairs, strict=True):
        assert text.split("\n")[one.line - 1][one.column - 1 :] == f"#!{words}"


def test_json_has_no_comments():
    assert list(comments_of('{"name": "# FILL IN: \\" #", "a\'b": "#"}')) == []


def test_a_hundred_thousand_comments_and_strings_are_survived():
    text = '# a "\n' * 50_000 + "k = [" + '"#\\"",' * 50_000 + "]"
    assert len(list(comments_of(text))) == 50_000
