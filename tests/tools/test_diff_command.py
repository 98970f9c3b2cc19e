"""The command ``diff``: what it prints, for people and for programs, and its exit codes."""

import json

import pytest

from cookiewarden import PolicyError
from demo_runs import run

OLD = """
[site]
name = "Exampletown"
contact = "a@example.org"
[[cookies]]
names = ["_ga*", "_gid"]
category = "statistical"
purpose = "Counts visits"
[[cookies]]
name = "theme"
category = "first-party"
purpose = "Keeps the colours"
"""
NEW = """
[site]
name = "Exampletown"
contact = "b@example.org"
[[cookies]]
names = ["_ga*"]
category = "statistical"
purpose = "Counts \\u001b[31m visits"
[[cookies]]
name = "theme"
category = "first-party"
purpose = "Keeps the colours"
[[cookies]]
name = "pixel"
category = "third-party"
purpose = "Shows advertisements"
"""


@pytest.fixture
def compare(tmp_path):
    def run_diff(old, new, *options):
        for name, text in (("old.toml", old), ("new.toml", new)):
            (tmp_path / name).write_text(text, "utf-8")
        return run("diff", str(tmp_path / "old.toml"), str(tmp_path / "new.toml"), *options)

    return run_diff


def test_the_visitors_stand_first_then_the_cookies_then_the_site(compare):
    result = compare(OLD, NEW)
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "Choices that visitors made",
        "  ! Visitors who accepted are asked again about statistical cookies: _ga*, _gid.",
        "  ! Visitors are asked for the first time about third-party cookies.",
        "  ! What they accepted stays accepted: first-party cookies.",
        "",
        "What is declared",
        "  + pixel (third-party): Shows advertisements",
        "  - _gid (statistical): Counts visits",
        "  ~ _ga*: purpose.en: Counts visits -> Counts \\x1b[31m visits",
        "  ~ _ga*: names: _ga*, _gid -> _ga*",
        "",
        "What the site says",
        "  ~ site.contact.en: a@example.org -> b@example.org",
    ]


def test_the_same_file_twice_is_one_line(compare):
    result = compare(OLD, OLD, "--fail-if-asked-again")
    assert (result.exit_code, result.stdout) == (0, "Nothing changed for visitors.\n")


def test_lost_choices_are_named_with_what_loses_them(compare):
    result = compare(OLD, OLD.replace('"Exampletown"', '"Exampleville"'))
    assert "Every choice is lost, refusals too, because of site.id." in result.stdout


def test_lost_choices_of_a_site_that_asks_for_none_are_not_said_to_be_kept(compare):
    plain = '[site]\nname = "Exampletown"\n'
    lines = compare(plain, plain.replace("town", "ville")).stdout.splitlines()
    assert lines[1:3] == [
        "  ! Every choice is lost, refusals too, because of site.id.",
        "  ! Nobody is asked again, for nothing that is declared needs consent.",
    ]


def test_the_rules_of_several_profiles_are_told_apart(compare):
    profiles = OLD.replace("contact =", 'profile = ["eu", "de"]\ncontact =')
    result = compare(profiles, profiles.replace("Counts visits", "Counts"))
    assert "Under the profile de: Visitors who accepted are asked again about statistical" in result.stdout


def test_of_many_names_the_rest_is_counted(compare):
    names = ", ".join(f'"c{number}"' for number in range(20))
    many = OLD.replace('"_ga*", "_gid"', names)
    assert "c6, c7 and 12 more." in compare(many, many.replace("Counts visits", "Counts")).stdout


@pytest.mark.parametrize(("new", "code"), [(NEW, 1), (OLD.replace("a@example.org", "b@example.org"), 0)])
def test_a_build_can_fail_if_visitors_are_asked_again(compare, new, code):
    assert compare(OLD, new).exit_code == 0
    assert compare(OLD, new, "--fail-if-asked-again").exit_code == code


def test_the_document_holds_the_same_and_nothing_else(compare):
    document = json.loads(compare(OLD, NEW, "--json").stdout)
    assert document["changed_for_visitors"]
    assert document["asks_again"]
    assert document["choices_lost_by"] == []
    assert document["consequences"] == [
        {
            "profile": "",
            "asked_again": {"statistical": ["_ga*", "_gid"]},
            "asked_first": ["third-party"],
            "kept": ["first-party"],
            "freed": [],
            "restricted": [],
        }
    ]
    assert [row["names"] for row in document["added"] + document["removed"]] == [["pixel"], ["_gid"]]
    assert document["changed"][0]["facts"][1] == {"key": "names", "old": "_ga*, _gid", "new": "_ga*"}
    assert document["site"] == [{"key": "site.contact.en", "old": "a@example.org", "new": "b@example.org"}]


@pytest.mark.parametrize("wrong", ["[site", "[site]\nnam = 1", "\0", ""])
@pytest.mark.parametrize("is_old", [True, False])
def test_a_file_that_is_no_policy_is_an_error(compare, wrong, is_old):
    result = compare(*((wrong, NEW) if is_old else (OLD, wrong)))
    assert isinstance(result.exception, PolicyError)  # which the command line makes one message, and exit code 3
    assert result.stdout == ""
    assert ("old.toml" if is_old else "new.toml") in str(result.exception)


def test_a_folder_and_a_missing_file_are_wrong_usage(tmp_path):
    for path in (tmp_path, tmp_path / "none.toml"):
        result = run("diff", str(path), str(path))
        assert result.exit_code == 3
