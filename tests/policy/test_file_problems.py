"""Files that are not there, or that cannot be parsed: the message names the place and the remedy."""

import pytest

from cookiewarden import OptionError, Policy, PolicyError, PolicySet
from cookiewarden.policy.policy_set import load_policies

SITE = '[site]\nname = "Shop"\n'


def said(load, source):
    with pytest.raises((PolicyError, OptionError)) as raised:
        load(source)
    return str(raised.value)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("extends", "words"),
    [
        ("flask", ["did you mean preset:flask?"]),
        ("Django", ["did you mean preset:django?"]),
        ("djnago", ["did you mean preset:django?"]),
        ("preset:djnago", ["did you mean preset:django?"]),
        ("preset:nope", ["known here: preset:aws, ", "preset:starlette"]),
        ("preset:incapsula", ["known here: preset:aws, "]),
        ("platfrom.toml", ["/platfrom.toml", "did you mean platform.toml?"]),
        ("bases/one.toml", ["/bases/one.toml", "starts at the folder of this file"]),
    ],
)
def test_a_base_that_does_not_exist_is_named_with_its_path_and_the_nearest_one(folder, extends, words):
    (folder / "platform.toml").touch()
    (folder / "site.toml").write_text(f'extends = "{extends}"\n{SITE}')
    message = said(Policy.load, "site.toml")
    assert "  site.toml:1:1: extends: there is no " in message
    assert [word for word in words if word not in message] == []
    assert extends.startswith("preset:") or f'"{folder / extends}"; the working directory is {folder}' in message


def test_the_other_presets_are_not_listed_if_one_is_meant(folder):
    (folder / "site.toml").write_text(f'extends = "preset:djnago"\n{SITE}')
    assert "known here" not in said(Policy.load, "site.toml")


def test_a_file_is_never_proposed_as_a_base_of_itself(folder):
    (folder / "town.toml").write_text(f'extends = "towns.toml"\n{SITE}')
    assert "correct the path, which starts at the folder of this file" in said(Policy.load, "town.toml")


@pytest.mark.parametrize("load", [Policy.load, load_policies])
def test_a_relative_path_is_shown_whole_with_the_working_directory(folder, load):
    (folder / "cookies.toml").write_text(SITE)
    message = said(load, "cookie.toml")
    assert f'there is no file "{folder}/cookie.toml"; the working directory is {folder}' in message
    assert "did you mean cookies.toml?" in message


def test_an_absolute_path_says_nothing_of_the_working_directory(folder):
    message = said(Policy.load, folder / "config" / "cookies.toml")
    assert f'there is no file "{folder}/config/cookies.toml"; correct the path' in message
    assert "working directory" not in message


def test_without_any_policy_the_message_says_how_to_write_the_first(folder):
    message = said(load_policies, "cookies.toml")
    lines = ['extends = "preset:django"', "[site]", 'name = "Exampletown"']
    assert [message.index(line) for line in lines] == sorted(map(message.index, lines))
    (folder / "cookies.toml").write_text("\n".join(lines))
    assert load_policies("cookies.toml").decide("sessionid=1").allowed


@pytest.mark.parametrize("name", ["cookies.json", "cookies", "sites/"])
def test_a_path_without_a_toml_file_is_to_be_corrected(folder, name):
    assert said(load_policies, name).endswith("; correct the path")


def test_a_folder_is_named_whole(folder):
    (folder / "empty").mkdir()
    assert f'the folder "{folder}/empty" has no policy files; put one' in said(load_policies, "empty")
    assert f'"{folder}/sites" cannot be read as a folder' in said(PolicySet.load, "sites")


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.toml", "[site]\nname = Shop", ["a.toml:2:8: ", "quotation marks"]),
        ("a.toml", '[site]\nname = "Shop\n', ["a.toml:2:13: ", "close the text"]),
        ("a.toml", SITE + 'name = "x"\n', ["a.toml:3:", "occurs twice"]),
        ("a.toml", SITE + "hosts = [", ["a.toml:3:10: ", "TOML"]),
        ("a.json", '{"site": {"name": "x"}\n "cookies": []}', ["a.json:2:2: ", "JSON"]),
        ("a.json", '{"site": {"name": "x",\n "id": "a",\n "id": "b"}}', ["a.json:3:2: ", "twice); keep one of them"]),
        ("a.json", '["site"]', ["a.json:1:1: must be a table"]),
        ("a.json", '{"a": ' + "[" * 100_000, ["a.json:1:1: is nested too deeply"]),
        ("a.json", '{"a": ' + "9" * 5000 + "}", ["a.json:1:1: cannot be read as JSON"]),
        ("a.toml", "", ["a.toml:1:1: site.name: missing"]),
        ("a.toml", "cookies = [\n  5]", ["a.toml:1:1: cookies[0]: "]),
        ("a.toml", '[site]\nname = "x"\nprofile = "us-ca"\n[signals]\ngpc = false', ["a.toml:5:1: signals.gpc"]),
        ("a.yaml", "site: {}", ["a.yaml: ", "in TOML or JSON"]),
        ("a.toml", 'name = "Shop"', ["a.toml:1:1: name: unknown key; write it under [site]"]),
    ],
)
def test_a_text_that_is_not_a_policy_has_its_place_and_a_remedy(folder, name, text, words):
    (folder / name).write_text(text)
    message = said(Policy.load, name)
    assert [word for word in words if word not in message] == []
