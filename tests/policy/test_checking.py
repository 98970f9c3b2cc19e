"""Policy files that are checked: which files and folders, what cannot be loaded, and what a profile asks for."""

from datetime import date
from pathlib import Path

import pytest

from cookiewarden.errors import Problem
from cookiewarden.policy.checking import check_files
from well_known import well_known

TODAY = date(2026, 12, 1)
SITE = '[site]\nname = "{0}"\noperator = "{0}"\nhosts = ["{0}.example"]\nid = "{0}"\n'
LACKING = '[[cookies]]\nname = "x"\ncategory = "first-party"\npurpose = "Keeps your colours."\n'
EXTENDS = 'extends = "base.toml"\n'


@pytest.fixture
def folder(tmp_path):
    """Return a function that writes files into a folder, each named by an argument, and returns the folder."""

    def write(**files):
        for name, text in files.items():
            (tmp_path / f"{name}.toml").write_text(text)
        return tmp_path

    return write


def check(*paths, **options):
    return check_files(paths, TODAY, known=well_known, **options)


def found(checked):
    """Return the code, the name of the file, and the line of each finding."""
    return [(one.rule.code, Path(one.file).name, one.problem.line) for one in checked.findings]


def test_every_file_is_named_even_if_it_is_in_order(folder):
    path = folder(base="", a=EXTENDS + SITE.format("a"))
    checked = check(path / "a.toml")
    assert checked.files == (str(path / "a.toml"), str(path / "base.toml"))
    assert checked.findings == ()


@pytest.mark.parametrize(
    ("text", "line", "key", "message"),
    [
        ('[site]\nname = "Town"\nnam = 1\n', 3, "site.nam", "unknown key"),
        ('[site]\nname = Town"\n', 2, "", "cannot be read as TOML"),
        ("", 1, "site.name", "missing"),
        (b"[site]\nname = '\xff'\n", 2, "", "is not UTF-8"),
        (b"x = " + b"[" * 100_000, None, "", ""),
    ],
)
def test_a_policy_that_cannot_be_loaded_is_an_error_at_its_line(tmp_path, text, line, key, message):
    path = tmp_path / "a.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    finding = check(path).findings[0]
    assert (finding.rule.code, finding.file, finding.problem.key) == ("CW001", str(path), key)
    assert line in (None, finding.problem.line)
    assert message in finding.problem.message


def test_every_problem_of_a_policy_is_a_finding_and_nothing_else_is_judged(folder):
    path = folder(a='[site]\nname = "a"\nupdated = 2020-01-01\nnam = 1\n[[cookies]]\nname = "x"\n')
    assert found(check(path / "a.toml")) == [("CW001", "a.toml", 4), ("CW001", "a.toml", 5), ("CW001", "a.toml", 5)]


@pytest.mark.parametrize("name", ["a.txt", "gone.toml", "gone.json"])
def test_a_path_that_is_no_policy_file_is_an_error_with_the_whole_path(tmp_path, name):
    (tmp_path / "a.txt").write_text("x")
    (finding,) = check(tmp_path / name).findings
    assert (finding.rule.code, finding.file) == ("CW001", str(tmp_path / name))


def test_findings_are_sorted_by_file_and_line(folder):
    path = folder(b=SITE.format("b") + LACKING, a=SITE.format("a") + LACKING)
    checked = check(path / "b.toml", path / "a.toml")
    assert found(checked) == [("CW103", "a.toml", 6), ("CW103", "b.toml", 6)]


def test_a_file_that_is_named_twice_is_checked_once(folder, monkeypatch):
    path = folder(a=SITE.format("a") + LACKING)
    monkeypatch.chdir(path)
    checked = check(path / "a.toml", path / ".." / path.name / "a.toml")
    assert len(checked.findings) == len(checked.files) == 1


# Bases


def test_what_many_sites_inherit_is_one_finding(folder):
    path = folder(base=LACKING, a=EXTENDS + SITE.format("a"), b=EXTENDS + SITE.format("b"))
    assert found(check(path / "a.toml", path / "b.toml")) == [("CW103", "base.toml", 1)]


@pytest.mark.parametrize("names", [["base", "a"], ["a", "base"], ["base"]])
def test_a_base_without_a_site_is_checked_with_the_files_that_extend_it(folder, names):
    path = folder(base=LACKING, a=EXTENDS + SITE.format("a"), c='[site]\nnam = "c"\n')
    checked = check(*(path / f"{name}.toml" for name in names))
    assert found(checked) == [("CW103", "base.toml", 1)]
    assert [Path(file).name for file in checked.files] == ["a.toml", "base.toml"]


@pytest.mark.parametrize("names", [["base.toml", "sites/a.toml"], ["sites/a.toml"], ["sites/../base.toml", "sites"]])
def test_a_base_in_another_folder_has_one_path(folder, tmp_path, monkeypatch, names):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "a.toml").write_text('extends = "../base.toml"\n' + SITE.format("a"))
    folder(base=LACKING)
    checked = check(*map(Path, names))
    path = names[0] if "base" in names[0] else "base.toml"
    assert [(one.rule.code, one.file) for one in checked.findings] == [("CW103", path)]
    assert set(checked.files) == {path, "sites/a.toml"}


def test_a_base_above_a_whole_path_has_a_whole_path(folder, tmp_path):
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "a.toml").write_text('extends = "../base.toml"\n' + SITE.format("a"))
    path = folder(base=LACKING)
    assert check(path / "sites" / "a.toml").findings[0].file == str((path / "base.toml").resolve())


def test_a_file_without_a_site_that_nothing_extends_is_an_error(folder):
    path = folder(base=LACKING, a=SITE.format("a"))
    assert found(check(path / "base.toml")) == [("CW001", "base.toml", 1)]


def test_what_a_base_breaks_in_a_site_is_reported_if_the_base_is_checked(folder):
    path = folder(base="", a=EXTENDS + 'remove = ["x"]\n' + SITE.format("a"))
    assert found(check(path / "base.toml")) == [("CW001", "a.toml", 2)]


def test_what_matters_more_for_one_of_the_sites_that_inherit_it_matters_as_much_for_all(folder):
    lasting = LACKING.replace("first-party", "statistical") + 'lifetime = "2 years"\n'
    french = SITE.format("b") + 'profile = "fr"\n'
    path = folder(base=lasting, a=EXTENDS + SITE.format("a"), b=EXTENDS + french, c=EXTENDS + SITE.format("c"))
    (finding,) = check(path).findings
    assert (finding.rule.code, finding.level) == ("CW113", "warning")


# Folders


def test_a_folder_is_checked_as_a_set(folder):
    path = folder(base=LACKING, a=EXTENDS + SITE.format("a"), b=EXTENDS + SITE.format("b"))
    checked = check(path)
    assert found(checked) == [("CW103", "base.toml", 1)]
    assert len(checked.files) == 3


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (SITE.format("a"), ("CW001", "b.toml", 4)),
        ('[site]\nname = "b"\n', ("CW001", "b.toml", 1)),
        ('[site]\nnam = "b"\n', ("CW001", "b.toml", 2)),
    ],
)
def test_what_is_wrong_with_a_set_is_an_error_once(folder, second, expected):
    path = folder(a=SITE.format("a"), b=second)
    assert found(check(path)).count(expected) == 1


def test_a_file_that_lacks_hosts_only_as_one_of_a_folder_is_told_so(folder):
    path = folder(a=SITE.format("a"), b='[site]\nname = "b"\n')
    (finding,) = (one for one in check(path).findings if one.rule.code == "CW001")
    assert "alone, it needs none" in finding.problem.message
    assert check(path / "b.toml").findings == ()


def test_an_empty_folder_is_an_error(tmp_path):
    (finding,) = check(tmp_path).findings
    assert (finding.rule.code, finding.file) == ("CW001", str(tmp_path))


# Profiles


STATISTICS = '[[cookies]]\nname = "v"\ncategory = "statistical"\npurpose = "Counts visits."\nlifetime = "1 day"\n'
ANONYMIZED = STATISTICS + "anonymized = true\n"
LOGIN = '[[cookies]]\nname = "l"\ncategory = "necessary"\npurpose = "Keeps you signed in."\nlifetime = "1 day"\n'


def test_what_a_profile_asks_for_is_an_error_beside_what_looks_wrong(folder):
    path = folder(a=SITE.format("a") + ANONYMIZED + LACKING)
    checked = check(path / "a.toml", profiles=["fr"])
    asked = [one.problem.key for one in checked.findings if one.rule.code == "CW002"]
    assert "statistics.evidence" in asked
    assert "statistics.data_lifetime" in asked
    assert [one.rule.code for one in checked.findings if one.rule.code != "CW002"] == ["CW103"]


def test_a_profile_that_asks_for_the_same_as_a_rule_is_named_alone(folder):
    path = folder(a=SITE.format("a") + LOGIN)
    assert found(check(path / "a.toml")) == [("CW107", "a.toml", 6)]
    assert found(check(path / "a.toml", profiles=["fr"])) == [("CW002", "a.toml", 6)]


def test_what_a_profile_asks_for_hides_no_rule_if_it_is_left_out(folder):
    path = folder(a=SITE.format("a") + LOGIN)
    assert found(check(path / "a.toml", profiles=["fr"], ignored=["CW002"])) == [("CW107", "a.toml", 6)]


def test_several_profiles_count_together(folder):
    path = folder(a=SITE.format("a") + ANONYMIZED)
    keys = {one.problem.key for one in check(path / "a.toml", profiles=["it", "uk"]).findings}
    assert {"statistics.masked_address", "statistics.improvement_only"} <= keys


def test_a_profile_that_the_site_names_itself_is_not_reported_twice(folder):
    text = SITE.format("a") + 'profile = "fr"\n' + LOGIN
    path = folder(a=text)
    assert found(check(path / "a.toml", profiles=["fr"])) == [("CW001", "a.toml", 7)]


def test_what_a_profile_of_the_site_asks_for_hides_nothing_else(folder):
    path = folder(a=SITE.format("a") + 'profile = "fr"\n' + LOGIN + LACKING)
    assert found(check(path / "a.toml")) == [("CW001", "a.toml", 7), ("CW103", "a.toml", 12)]


def test_statistics_need_a_provider_under_a_profile_that_exempts_none(folder):
    text = '[site]\nname = "a"\n' + ANONYMIZED
    path = folder(a=text)
    assert found(check(path / "a.toml")) == []
    assert found(check(path / "a.toml", profiles=["de"])) == [("CW102", "a.toml", 1)]


def test_a_base_keeps_to_a_profile_once_for_all_its_sites(folder):
    path = folder(base=LOGIN, a=EXTENDS + SITE.format("a"), b=EXTENDS + SITE.format("b"))
    assert found(check(path, profiles=["fr"])) == [("CW002", "base.toml", 1)]


# The start of an app


def no_french(policy):
    return [Problem(policy.label, "site.languages", "no French") for tag in policy.site.languages if tag == "fr"]


def test_what_keeps_an_app_from_starting_is_an_error_where_a_file_says_it(folder):
    path = folder(base='\n\n[site]\nlanguages = ["fr"]\n', a=EXTENDS + SITE.format("a"), c=SITE.format("c"))
    assert found(check(path / "a.toml", path / "c.toml", at_start=no_french)) == [("CW001", "base.toml", 4)]


def test_what_a_profile_asks_for_in_a_table_that_is_missing_has_a_line(folder):
    path = folder(a="# The town\n" + SITE.format("a") + 'profile = "fr"\n' + ANONYMIZED)
    assert {one.problem.line for one in check(path / "a.toml").findings} == {1}
