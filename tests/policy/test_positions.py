"""The line and the column of a key in a policy file: right, or none."""

import json
import re
import tomllib
import tracemalloc

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cookiewarden import Policy, PolicyError, PolicySet
from cookiewarden.policy.positions import Positions

TOML = '''\
# [[cookies]] in a comment = "not one"
extends = ["a.toml", # ] } "
  'b.toml']
site.hosts = ["x.org"]

[preferences]
name = """
[[cookies]]
category = "x" \\""" ""\"""
"domain" = 'a # b'

[[ cookies ]]
name = "a"
purpose.en = "[[cookies]]"
  purpose.fr = "x"

[[cookies]]
names = ["b", "]"] # names = 1
lifetime = 2021-03-30 10:00:00
"cat\\u0065gory" = "x"
[cookies.provider]
en = "x"

[[cookies]]
purpose = {en = "x, fr = {", fr = "y"}
"a.b" = 1
a.b = 2
"'" = 3
'"' = 4
"[0]" = 5
'''


@pytest.mark.parametrize(
    ("key", "place"),
    [
        ("extends", (2, 1)),
        ("site", (4, 1)),
        ("site.hosts", (4, 6)),
        ("preferences", (6, 2)),
        ("preferences.name", (7, 1)),
        ("preferences.domain", (10, 1)),
        ("cookies", (12, 4)),
        ("cookies[0]", (12, 1)),
        ("cookies[0].purpose", (14, 1)),
        ("cookies[0].purpose.fr", (15, 11)),
        ("cookies[1]", (17, 1)),
        ("cookies[1].names", (18, 1)),
        ("cookies[1].lifetime", (19, 1)),
        ("cookies[1].category", (20, 1)),
        ("cookies[1].provider", (21, 10)),
        ("cookies[1].provider.en", (22, 1)),
        ("cookies[2].purpose.fr", (25, 30)),
        ("cookies[2].a", (27, 1)),
        ("cookies[2].a.b", None),
        ("cookies[2].'", (28, 1)),
        ('cookies[2]."', (29, 1)),
        ("cookies[2].[0]", (30, 1)),
        ("cookies[3]", None),
        ("cookies[0].fr", None),
        ("category", None),
        ("", None),
    ],
)
@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_a_key_is_found_where_it_stands(key, place, line_break):
    tomllib.loads(TOML)
    assert Positions(TOML.replace("\n", line_break)).of(key) == place


@pytest.mark.parametrize(
    ("text", "key", "place"),
    [
        ('cookies = [{name = "a"},\n  {name = "b", category = "x"}]', "cookies[1]", (2, 3)),
        ('cookies = [{name = "a"},\n  {name = "b", category = "x"}]', "cookies[1].category", (2, 16)),
        ("a = [[{x = 1}], [{x = 2}, {y = 3}]]", "a[1][1].y", (1, 28)),
        ("a = ''''x = 1'''''\nb = 1", "b", (2, 1)),
        ('a = """"""\nb = 1', "b", (2, 1)),
        ('a = ""\nb = """c = 1"""', "b", (2, 1)),
        ('{"site": {"name": "x"},\n "cookies": [{"name": "\\"", "category":1}]}', "cookies[0].category", (2, 29)),
        ('{"\\u0061": {"b": [1, 2]}}', "a.b", (1, 13)),
        ("[a]\n[[a.b]]\n[a.b.c]\nd = 1\n[[a.b]]\nc.d = 2", "a.b[1].c.d", (6, 3)),
        ("[a]\n[[a.b]]\n[a.b.c]\nd = 1\n[[a.b]]\nc.d = 2", "a.b[0].c.d", (4, 1)),
        ("a = [1, {b = ", "a", None),
        ("{{}", "a", None),
        ("a = " + "[" * 100_000, "a", None),
        ("", "a", None),
    ],
)
def test_a_key_is_found_in_inline_tables_and_in_json_and_never_in_a_text_that_cannot_be_followed(text, key, place):
    assert Positions(text).of(key) == place


# A law. The texts are written here, so that every layout that TOML allows occurs.

keys = st.sampled_from(
    ["name", "category", "cookies", "a", "b", "1", "-", "a.b", "é", 'x"y', "[[a]]", "a = 1", "#", ""]
)
strings = st.text(st.sampled_from("a=[]{}#'\"\\\n, .é"), max_size=8)


def written_key(draw, key):
    bare = key and all(char.isascii() and (char.isalnum() or char in "-_") for char in key)
    forms = [json.dumps(key), json.dumps(key, ensure_ascii=False)]
    forms += [key] * 3 if bare else []
    forms += [f"'{key}'"] if "'" not in key else []
    return draw(st.sampled_from(forms))


def written_string(draw, text):
    forms = [json.dumps(text)]
    if "'" not in text and "\n" not in text:
        forms.append(f"'{text}'")
    if "'''" not in f"{text}'"[:-1] and not text.endswith("'"):
        forms.append(f"'''\n{text}'''")
    escaped = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    if not escaped.endswith('"'):
        forms.append(f'"""{escaped}"""')
        forms.append(f'"""{escaped}""' + '"""')
    return draw(st.sampled_from(forms))


def written_value(draw, depth=0):
    kinds = ["string", "scalar"] + (["array", "table"] if depth < 2 else [])
    kind = draw(st.sampled_from(kinds))
    if kind == "string":
        return written_string(draw, draw(strings))
    if kind == "scalar":
        return draw(st.sampled_from(["1", "-1.5e3", "true", "2021-03-30", "2021-03-30 10:00:00", "10:00:00", "inf"]))
    if kind == "array":
        items = [written_value(draw, depth + 1) for _ in range(draw(st.integers(0, 2)))]
        blank = draw(st.sampled_from(["", " ", "\n", " # ] = \n"]))
        return f"[{blank}{f'{blank},{blank}'.join(items)}{blank}{',' if items and draw(st.booleans()) else ''}{blank}]"
    pairs = [
        f"{written_key(draw, key)} = {written_value(draw, depth + 1)}"
        for key in draw(st.lists(keys, max_size=2, unique=True))
    ]
    return f"{{{', '.join(pairs)}}}"


@st.composite
def toml_texts(draw):
    lines = []
    for _ in range(draw(st.integers(1, 6))):
        dotted = ".".join(written_key(draw, key) for key in draw(st.lists(keys, min_size=1, max_size=2)))
        blank = draw(st.sampled_from(["", " ", "\t"]))
        comment = draw(st.sampled_from(["", " # [[a]] b = 1", "\n", "\n#\n"]))
        lines.append(
            draw(
                st.sampled_from(
                    [f"{blank}{dotted}{blank}={blank}{written_value(draw)}{comment}"] * 3
                    + [f"[{blank}{dotted}{blank}]{comment}", f"[[{blank}{dotted}{blank}]]{comment}"]
                )
            )
        )
    return "\n".join(lines)


def keys_of(table, path=None):
    """Yield each key of a table, at any depth, as problems write it, with its last part."""
    for key, value in table.items():
        whole = key if path is None else f"{path}.{key}"
        yield whole, key
        yield from keys_within(value, whole)


def keys_within(value, path):
    if isinstance(value, dict):
        yield from keys_of(value, path)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from keys_within(item, f"{path}[{number}]")


def key_at(text, line, column):
    """Return the key that a text has at a place, as TOML reads it."""
    rest = text.split("\n")[line - 1][column - 1 :]
    for end in range(len(rest) + 1):
        try:
            [key] = tomllib.loads(f"{rest[:end]} = 0")
        except ValueError:
            continue
        if rest[end : end + 1] in ("", " ", "\t", "=", ".", "]"):
            return key
    raise AssertionError(f"there is no key at {line}:{column} of {text!r}")


@given(toml_texts())
@example(TOML)
def test_every_position_points_at_the_key_and_only_ambiguous_keys_have_none(text):
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        Positions(text).of("a")
        return
    found = list(keys_of(table))
    positions = Positions(text)
    for whole, last in found:
        place = positions.of(whole)
        if place is None:
            # Another key reads the same, because a part of one of them holds a dot or a bracket.
            assert any(set(".[") & set(other) or not other for _, other in found), whole
        else:
            assert key_at(text, *place) == last


PIECES = ["a = b\n", "[a]\n", "[[a]]\n", "'a' . b = b\n", '"a": b,', "# a = b\n", *"ab=.[]{}\"'#\n \\,:"]


@given(st.lists(st.sampled_from(PIECES)).map("".join))
@example("# a\n b = a\n 'a' . b = b")
@example('"b": {"a": "a"}, "a": b}')
def test_a_position_in_any_text_is_that_of_the_key(text):
    for whole in (text, "{" + text):
        place = Positions(whole).of("a")
        assert place is None or re.match(r"""(["']?)a\1""", whole.split("\n")[place[0] - 1][place[1] - 1 :])


# In problems.


def error_of(load, source):
    with pytest.raises(PolicyError) as raised:
        load(source)
    return raised.value


def test_a_problem_has_the_path_the_line_the_column_and_the_name_of_the_cookie(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "platform.toml").write_text(
        '[[cookies]]\nnames = ["_ga", "b"]\n\n  category = "x"\npurpose = "x"'
    )
    (tmp_path / "config" / "site.toml").write_text('extends = ["platform.toml", "gone.toml"]\n[site]\nname = 3\n')
    problems = error_of(Policy.load, "config/site.toml").problems
    assert [problem.location for problem in problems] == [
        "config/site.toml:1:1",
        "config/platform.toml:4:3",
        "config/site.toml:3:1",
    ]
    assert [problem.cookie for problem in problems] == ["", "_ga", ""]
    assert str(problems[1]).startswith('config/platform.toml:4:3: cookies[0].category (cookie "_ga"): "x" is not')


def test_a_missing_key_has_the_place_of_the_table_that_lacks_it(tmp_path):
    (tmp_path / "a.toml").write_text(
        '[site]\n\n[[cookies]]\nname = "a"\ncategory = "necessary"\npurpose = "x"\n\n[[cookies]]\n'
    )
    found = {
        problem.key: (problem.line, problem.column) for problem in error_of(Policy.load, tmp_path / "a.toml").problems
    }
    assert found == {
        "site.name": (1, 2),
        "cookies[1].name": (8, 1),
        "cookies[1].category": (8, 1),
        "cookies[1].purpose": (8, 1),
    }
    (tmp_path / "a.toml").write_text("")
    [problem] = error_of(Policy.load, tmp_path / "a.toml").problems
    assert (problem.line, problem.location) == (1, f"{tmp_path / 'a.toml'}:1:1")


def test_a_problem_of_a_key_that_reads_like_another_one_has_no_place(tmp_path):
    (tmp_path / "a.toml").write_text('site.name = "x"\n"site.name" = 1\n')
    [problem] = error_of(Policy.load, tmp_path / "a.toml").problems
    assert (problem.key, problem.line) == ("site.name", None)


def test_files_of_the_same_name_keep_their_own_places(tmp_path):
    for folder, line in (("one", 1), ("two", 3)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "base.toml").write_text("\n" * (line - 1) + "wrong = 1")
        (tmp_path / folder / "middle.toml").write_text('extends = "base.toml"')
    (tmp_path / "site.toml").write_text('extends = ["one/middle.toml", "two/middle.toml"]\n[site]\nname = "x"')
    problems = error_of(Policy.load, tmp_path / "site.toml").problems
    assert [problem.location.removeprefix(f"{tmp_path}/") for problem in problems] == [
        "one/base.toml:1:1",
        "two/base.toml:3:1",
    ]


def test_problems_between_the_policies_of_a_folder_have_their_places(tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.toml").write_text(f'[site]\nname = "{name}"\nhosts = ["x.org"]')
    [problem] = error_of(PolicySet.load, tmp_path).problems
    assert problem.location == f"{tmp_path / 'b.toml'}:3:1"


@pytest.mark.parametrize(
    ("name", "data", "place", "words"),
    [
        ("a.toml", b"[site]\nname = Shop\n", "2:8", "quotation marks"),
        ("a.toml", b"[site]\r\nname = 'x'\r\nhosts = [", "3:10", "TOML"),
        ("a.toml", b"\xef\xbb\xbfname = ", "1:8", "TOML"),
        ("a.toml", b"# \xc3\xa9\n\na = '\xe9'", "3:6", "the byte 0xe9 is not UTF-8"),
        ("a.json", b'{"site":\n {"name" "x"}}', "2:10", "JSON"),
        ("a.json", b"", "1:1", "JSON"),
    ],
)
def test_the_problem_of_a_text_that_cannot_be_parsed_has_its_place(tmp_path, name, data, place, words):
    (tmp_path / name).write_bytes(data)
    [problem] = error_of(Policy.load, tmp_path / name).problems
    assert words in str(problem)
    assert str(problem).startswith(f"{tmp_path / name}:{place}: ")


def test_a_mapping_has_no_place_and_names_the_cookie():
    error = error_of(Policy.from_mapping, {"site": {"name": "x"}, "cookies": [{"names": ["a", "b"], "purpose": "x"}]})
    assert str(error.problems[0]).startswith('policy: cookies[0].category (cookie "a"): missing; write one of')


def test_a_key_of_very_many_parts_has_no_position_and_takes_no_room_for_each():
    tracemalloc.start()
    try:
        assert Positions(".".join(["a"] * 3_000) + " = 1\n").of("a") is None
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 5_000_000
