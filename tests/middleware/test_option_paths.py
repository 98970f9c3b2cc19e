"""Relative paths among the options, put under the folder that a framework's settings name."""

from pathlib import Path

import pytest

from cookiewarden.middleware.option_paths import under

STAYING = ["/srv/cookies.toml", "preset:django", "", None, 5, {"site": {"name": "Town"}}]


@pytest.mark.parametrize("folder", ["/srv", Path("/srv")], ids=repr)
@pytest.mark.parametrize("name", ["policy", "templates", "learn"])
def test_a_relative_path_is_put_under_the_folder(folder, name):
    assert under(folder, {name: "a/b"}) == under(folder, {name: Path("a/b")}) == {name: Path("/srv/a/b")}


@pytest.mark.parametrize("value", STAYING, ids=repr)
def test_what_is_not_a_relative_path_stays(value):
    found = under("/srv", {"policy": value})["policy"]
    assert found == value or found == Path(value)


@pytest.mark.parametrize("folder", [None, 5, object()], ids=["None", "a number", "an object"])
def test_without_a_folder_all_stays(folder):
    assert under(folder, {"policy": "a", "pages": "/b"}) == {"policy": "a", "pages": "/b"}


def test_other_options_stay():
    assert under("/srv", {"pages": "cookies"}) == {"pages": "cookies"}
