"""The draft that a run of tests writes: a new file, or none."""

import pytest

from cookiewarden import Policy, PolicySet
from cookiewarden.reporting.learned import Learned
from cookiewarden.tools.draft_file import fault_of, write_draft
from learned_cookies import known

LEARNED = Learned.of([known("theme")])
TOWN = {"site": {"name": "Town", "hosts": ["town.example"]}}


def test_a_file_is_never_replaced_not_even_an_earlier_draft(tmp_path):
    path = tmp_path / "draft.toml"
    assert fault_of(path) == ""
    assert write_draft(path, LEARNED, None).endswith(str(path))
    assert fault_of(path).endswith("exists already; name a new file")
    path.write_bytes(b"[site]\n")
    assert write_draft(path, LEARNED, None).startswith("the draft could not be written: ")
    assert path.read_bytes() == b"[site]\n"


@pytest.mark.parametrize("name", [".", "nosuch/draft.toml", "file/draft.toml"])
def test_what_is_no_new_file_in_a_folder_is_refused(tmp_path, name):
    (tmp_path / "file").write_bytes(b"")
    assert fault_of(tmp_path / name)


@pytest.mark.parametrize("policies", [None, PolicySet([Policy.from_mapping(TOWN)])])
def test_without_one_policy_the_draft_is_a_policy_of_its_own(tmp_path, policies):
    path = tmp_path / "draft.toml"
    write_draft(path, LEARNED, policies)
    assert Policy.load(path).decide("theme=1").declared


def test_a_draft_that_cannot_be_written_is_told(tmp_path):
    said = write_draft(tmp_path / "nosuch" / "draft.toml", LEARNED, None)
    assert said.startswith("the draft could not be written: ")


def test_nothing_learned_writes_nothing(tmp_path):
    path = tmp_path / "draft.toml"
    assert write_draft(path, Learned.of([known("theme", count=0)]), None).endswith("was not written")
    assert not path.exists()
