"""Where each declaration of a policy stands: its file, its line and its column."""

import json

from cookiewarden.policy.file import places_of


def test_a_name_of_several_stands_where_its_row_stands_also_in_json(tmp_path):
    path = tmp_path / "cookies.json"
    row = {"names": ["_ga", "_ga_*"], "category": "statistical", "purpose": "Counts visits"}
    path.write_text(json.dumps({"site": {"name": "Exampletown"}, "cookies": [row]}, indent=1))
    places = places_of(path)
    assert places["cookie", "_ga"].location == places["cookie", "_ga_*"].location == f"{path}:6:3"


def test_a_cookie_and_other_storage_of_one_name_stand_apart_and_the_last_file_counts(tmp_path):
    base, own = tmp_path / "base.toml", tmp_path / "own.toml"
    rows = '[[cookies]]\nname = "a"\n\n[[cookies]]\nname = "a"\nkind = "local-storage"\n'
    base.write_text(rows)
    own.write_text('extends = "base.toml"\n[[cookies]]\nname = "a"\n')
    places = places_of(own)
    assert places["cookie", "a"].location == f"{own}:2:1"
    assert places["local-storage", "a"].location == f"{base}:4:1"


def test_a_file_that_cannot_be_read_adds_nothing(tmp_path):
    path = tmp_path / "cookies.toml"
    path.write_text("[[cookies")
    assert places_of(path) == {}
    assert places_of(tmp_path / "none.toml") == {}
