"""What a framework's settings add to the options: the folder of relative paths, and new names of cookies."""

from pathlib import Path

import pytest

from cookiewarden import Policy
from cookiewarden.middleware.framework_options import under, with_new_names

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


READY = Policy.from_mapping({"site": {"name": "Town"}})


@pytest.mark.parametrize("given", [{}, {"rename": None}, {"rename": {}}], ids=repr)
def test_only_names_that_the_settings_change_are_new(given):
    assert with_new_names(given, {"session": "town", "csrf": "csrf"}) == {"rename": {"session": "town"}}
    assert with_new_names(given, {"session": "session"}) == given


def test_a_new_name_that_the_site_gives_wins():
    given = {"rename": {"session": "city", "a": "b"}}
    assert with_new_names(given, {"session": "town", "csrf": "c"}) == {"rename": given["rename"] | {"csrf": "c"}}


@pytest.mark.parametrize("given", [{"policy": READY}, {"policy": READY, "rename": {"a": "b"}}, {"rename": 5}], ids=repr)
def test_a_ready_policy_and_a_wrong_option_stay(given):
    assert with_new_names(given, {"session": "town"}) == given
