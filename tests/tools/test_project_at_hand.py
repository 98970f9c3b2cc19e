"""What a project is made with is recognised in each kind of file, and no file can harm the reader."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cookiewarden.policy.preset_files import preset_names
from cookiewarden.tools import project_parts
from cookiewarden.tools.project_at_hand import Project, project_in
from hypothesis_profiles import examples

DJANGO_MANAGE = "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'town.settings')"

DJANGO_SETTINGS = 'DEBUG = True\nINSTALLED_APPS = ["django.contrib.admin"]\n'
LOCKED = '[[package]]\nname = "town"\nsource = {{ virtual = "." }}\ndependencies = [{{ name = "{}" }}, {{}}, 5]\n'


@pytest.fixture
def project(tmp_path):
    def make(files):
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True, parents=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return project_in(tmp_path)

    return make


def names(found):
    return [(one.part.name, one.file) for one in found.recognised]


@pytest.mark.parametrize(
    ("file", "content", "found"),
    [
        ("pyproject.toml", '[project]\ndependencies = ["Flask>=3", "httpx"]', ["Flask"]),
        ("app.py", "import os\nfrom flask import Flask\n\napp = Flask(__name__)\n", ["Flask"]),
        ("main.py", "import fastapi.responses as answers, os\n", ["FastAPI"]),
        ("asgi.py", '"""from quart import Quart"""\nfrom .quart import Quart\n# import bottle\n', []),
        ("pyproject.toml", '[project.optional-dependencies]\nweb = ["quart[x]"]', ["Quart"]),
        ("pyproject.toml", '[dependency-groups]\na = [{include-group = "b"}]\nb = ["bottle"]', ["Bottle"]),
        ("pyproject.toml", '[tool.poetry.dependencies]\npython = "^3.11"\nDjango = {version = "^5"}', ["Django"]),
        ("pyproject.toml", '[tool.poetry.group.web.dependencies]\nfastapi = "*"', ["FastAPI"]),
        ("pyproject.toml", '[tool.poetry.dev-dependencies]\nstarlette = "*"', ["Starlette"]),
        ("Pipfile", '[packages]\nflask = "*"\n[dev-packages]\nflask_login = "*"', ["Flask", "Flask-Login"]),
        ("setup.cfg", "[options]\ninstall_requires =\n  Pyramid>=2\n  zope\n", ["Pyramid", "Zope"]),
        ("setup.cfg", "[options.extras_require]\nweb = litestar; python_version > '3'\n", ["Litestar"]),
        ("setup.cfg", "[options]\ninstall_requires = %(x)s\n  django\n", ["Django"]),
        ("requirements.txt", "-r base.txt\n# flask\nDjango==5.2  # the framework\n", ["Django"]),
        ("requirements-dev.txt", "django.allauth~=65\n", ["django-allauth"]),
        ("requirements/base.txt", "gradio @ https://example.org/gradio.whl\n", ["Gradio"]),
        ("requirements.txt", "git+https://example.org/flask.git\nflask-cors\nmyflask\n./flask\n", []),
        ("requirements.txt", "\ufeffflask\r\nisso\r\n", ["Flask", "Isso"]),
        ("manage.py", DJANGO_MANAGE, ["Django"]),
        ("manage.py", "print('flask')", []),
        ("requirements.txt", "git+https://example.org/django@main#egg=Django\n", ["Django"]),
        ("requirements.txt", "-e git+ssh://a.org/a#subdirectory=b&egg=flask_login\n# #egg=isso", ["Flask-Login"]),
        ("requirements.in", "django\n", ["Django"]),
        ("requirements/web.in", "bottle\n", ["Bottle"]),
        ("setup.py", 'setup(install_requires=["Flask>=3", "isso"], x="\\d")', ["Flask", "Isso"]),
        ("setup.py", "setup(install_requires=read('flask'))", []),
        ("uv.lock", '[[package]]\nname = "flask"\n' + LOCKED.format("bottle"), ["Bottle"]),
        ("uv.lock", LOCKED.format("x") + '[package.dev-dependencies]\ndev = [{name = "django"}]\n', ["Django"]),
        ("settings.py", DJANGO_SETTINGS, ["Django"]),
        ("mysite/settings.py", DJANGO_SETTINGS, ["Django"]),
        ("mysite/settings/base.py", DJANGO_SETTINGS, ["Django"]),
        ("mysite/settings.py", "# INSTALLED_APPS\nBOTTLE = ['allauth']\n", []),
    ],
)
def test_a_framework_is_recognised_in_each_kind_of_file_and_nothing_else_is(project, file, content, found):
    assert names(project({file: content})) == [(name, file) for name in found]


@pytest.mark.parametrize("settings", ["town/settings.py", "town/settings/__init__.py", "town/settings/base.py"])
def test_the_settings_of_django_name_the_apps_that_set_cookies(project, settings):
    found = project(
        {"manage.py": DJANGO_MANAGE, settings: 'INSTALLED_APPS = ["django.contrib.admin", "allauth.account"]'}
    )
    assert found.presets == ("preset:django", "preset:django-allauth")


def test_a_part_that_several_files_name_is_recognised_once_in_the_first_of_them(project):
    found = project({"pyproject.toml": '[project]\ndependencies = ["django"]', "manage.py": DJANGO_MANAGE})
    assert names(found) == [("Django", "pyproject.toml")]


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": '[project]\ndependencies = ["flask"]\n[dependency-groups]\na = ["django", "flask-login"]'},
        {"pyproject.toml": '[tool.poetry.dependencies]\nflask = 1\n[tool.poetry.group.a.dependencies]\nFlask-Login=1'},
        {"Pipfile": '[packages]\nflask = "*"\n[dev-packages]\nflask_login = "*"\nbottle = "*"'},
        {"setup.cfg": "[options]\ninstall_requires = flask\n[options.extras_require]\na = flask-login\n  zope"},
        {"requirements.txt": "flask", "requirements-dev.txt": "django\nflask-login", "requirements/test.txt": "quart"},
    ],
)  # fmt: skip
def test_extras_and_groups_count_only_for_the_framework_that_the_project_needs(project, files):
    assert project(files).presets == ("preset:flask", "preset:flask-login")


def test_a_needed_part_without_a_framework_hides_no_framework(project):
    found = project({"requirements.txt": "gradio", "app.py": "import flask\n"})
    assert names(found) == [("Gradio", "requirements.txt"), ("Flask", "app.py")]


@pytest.mark.parametrize("word", ["dev", "DEV", "devel", "test", "tests", "docs", "lint", "ci", "py3.test"])
@pytest.mark.parametrize(
    "file", ["requirements-{}.txt", "requirements_{}.in", "requirements.{}.txt", "requirements/{}.txt"]
)
def test_requirements_for_work_with_the_project_are_not_those_of_the_app(project, file, word):
    found = project({"requirements.txt": "flask", file.format(word): "django"})
    assert found.framework == "flask"
    assert len(found.recognised) == 1


@pytest.mark.parametrize("word", ["docker", "latest", "device", "attest", "face", "splint"])
def test_requirements_are_for_work_only_if_a_whole_word_of_their_name_says_so(project, word):
    found = project({f"requirements-{word}.txt": "flask", "app.py": "import django"})
    assert names(found) == [("Flask", f"requirements-{word}.txt")]


def test_parts_with_the_same_cookies_extend_their_preset_once(project):
    found = project({"requirements.txt": "flask\nflask-wtf\nfalcon\n"})
    assert found.presets == ("preset:flask",)
    assert found.framework == "flask"


def test_each_part_has_a_preset_that_exists_or_none():
    presets = {part.preset for part in project_parts.PARTS} - {""}
    assert presets <= set(preset_names())
    services = {"aws", "azure", "cloudflare", "f5", "google", "haproxy", "imperva", "nginx"}
    assert set(preset_names()) - presets == {f"preset:{name}" for name in services}


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ('[project]\nname = "town"', "town"),
        ('[tool.poetry]\nname = "town"', "town"),
        ('[project]\nname = "a\\u001b[31m"', ""),
        ("[project]\nname = 5", ""),
    ],
)
def test_the_name_of_the_project_is_taken_if_it_is_one(project, content, name):
    assert project({"pyproject.toml": content}).name == name


@pytest.mark.parametrize(
    ("file", "content", "reason"),
    [
        ("pyproject.toml", b"[project", "is not in its format"),
        ("pyproject.toml", b"x = " + b"[" * 100_000, ""),
        ("pyproject.toml", b"x = " + b"9" * 5000, "is not in its format"),
        ("pyproject.toml", b"\xff\xfe\x00", "is not UTF-8"),
        ("Pipfile", b"\x00", "is not in its format"),
        ("setup.cfg", b"flask", "is not in its format"),
        ("setup.cfg", b"[a]\n[a]\n", "is not in its format"),
        ("setup.cfg", b"[options]\nx = 1\nx = 2\n", "is not in its format"),
        ("setup.py", b"setup(", "is not in its format"),
        ("setup.py", b"\x00", "is not in its format"),
        ("setup.py", b"x = " + b"-" * 100_000 + b"1", ""),
        ("uv.lock", b"[[package", "is not in its format"),
        ("requirements.txt", bytes(range(256)), "is not UTF-8"),
        ("requirements.txt", b"a\n" * 600_000, "is larger than 1,000,000 bytes"),
    ],
)
def test_a_file_that_cannot_be_read_is_passed_over_and_named(project, file, content, reason):
    found = project({file: content, "manage.py": DJANGO_MANAGE})
    assert names(found) == [("Django", "manage.py")]
    assert [one.startswith(f"{file}: {reason}") for one in found.passed_over] == [True]


@pytest.mark.parametrize(
    "content",
    [
        "project = 5",
        "[project]\ndependencies = 'flask'",
        "[project]\ndependencies = [['flask'], 5]",
        "[project]\noptional-dependencies = ['flask']",
        "dependency-groups = [1]",
        "[tool]\npoetry = 1",
        "[tool.poetry]\ngroup = [1]",
        "[tool.poetry.group]\nweb = 1",
    ],
)
def test_what_has_another_shape_than_it_should_names_nothing(project, content):
    assert project({"pyproject.toml": content}) == Project()


@pytest.mark.parametrize(
    "content",
    [
        "package = 5",
        "package = [5, {source = 5}]",
        'package = [{name = 5, source = {virtual = "."}, dependencies = 5, dev-dependencies = [1]}]',
    ],
)
def test_a_lock_of_another_shape_than_it_should_have_names_nothing(project, content):
    assert project({"uv.lock": content}) == Project()


def test_a_lock_is_not_read_beside_what_it_was_made_of(project):
    found = project({"pyproject.toml": "[project]", "uv.lock": LOCKED.format("flask")})
    assert found == Project()


def test_a_line_of_a_million_characters_takes_one_pass(project):
    assert project({"requirements.txt": "a" * 499_000 + "!\n" + "-." * 200_000}) == Project()


def test_what_is_no_plain_file_is_not_opened(tmp_path):
    os.mkfifo(tmp_path / "requirements.txt")  # to open it would wait for ever
    (tmp_path / "pyproject.toml").mkdir()
    (tmp_path / "Pipfile").symlink_to("Pipfile")
    (tmp_path / "setup.cfg").symlink_to("/dev/zero")
    assert project_in(tmp_path) == Project()


def test_a_folder_that_is_not_there_or_cannot_be_named_holds_nothing(tmp_path):
    assert project_in(tmp_path / "none") == project_in(tmp_path / ("n" * 300)) == Project()


@pytest.mark.parametrize("module", ["s" * 300, "town." + "s" * 300, "s" * 252 + ".base"])
def test_settings_whose_name_no_file_can_have_hide_nothing_else(project, module):
    found = project({"manage.py": DJANGO_MANAGE.replace("town.settings", module), "requirements.txt": "flask"})
    assert [part for part, _ in names(found)] == ["Django", "Flask"]


def test_a_link_that_leads_nowhere_hides_nothing_else(project, tmp_path):
    (tmp_path / "pyproject.toml").symlink_to("n" * 300)  # no file can have this name
    assert names(project({"requirements.txt": "flask"})) == [("Flask", "requirements.txt")]


def test_settings_outside_the_project_are_not_read(tmp_path):
    folder = tmp_path / "inside"
    folder.mkdir()
    (tmp_path / "settings.py").write_text('INSTALLED_APPS = ["allauth"]')
    (folder / "manage.py").write_text(DJANGO_MANAGE.replace("town.settings", "...settings"))
    assert project_in(folder) == Project()


@given(
    content=st.binary(max_size=80) | st.text(max_size=40).map(str.encode),
    file=st.sampled_from(
        ["pyproject.toml", "Pipfile", "setup.cfg", "setup.py", "manage.py", "requirements.txt", "app.py", "uv.lock"]
    ),
)
@examples(200)
def test_any_bytes_in_any_file_give_a_project(tmp_path_factory, content, file):
    folder = tmp_path_factory.getbasetemp() / "any"
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    (folder / file).write_bytes(content)
    assert isinstance(project_in(folder), Project)
