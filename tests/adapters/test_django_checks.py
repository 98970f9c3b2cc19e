"""The system checks of ``cookiewarden.django``: what ``manage.py check`` shows."""

import sys

import pytest
from django.core.checks import registry
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from exchanges import POLICY, SECRET_KEY
from frameworks import django_site

OPTIONS = {"policy": POLICY, "secret_key": SECRET_KEY}
DJANGO_OWN = "from django.core.{kind} import get_{kind}_application\napplication = get_{kind}_application()\n"
WRAPPED = "from cookiewarden.django import get_{kind}_application\napplication = get_{kind}_application()\n"
#: The place of a module that must not be imported.
POISON = "raise SystemExit('a check imported this module')\n"


class Urls:
    urlpatterns = ()


def site(options=OPTIONS, **settings):
    return django_site(Urls, COOKIEWARDEN=options, INSTALLED_APPS=["cookiewarden.django"], **settings)


def checked(options=OPTIONS, **settings):
    """Return the id, the message and the hint of each thing that the checks of a site find."""
    with site(options, **settings):
        found = registry.run_checks(tags=["cookiewarden"])
    return [(one.id.removeprefix("cookiewarden."), one.msg, one.hint) for one in found]


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Return a function that writes the package ``town`` with these modules. Importing them would end the process."""

    def write(**modules):
        (tmp_path / "town").mkdir()
        (tmp_path / "town" / "__init__.py").touch()
        for name, text in modules.items():
            (tmp_path / "town" / f"{name}.py").write_text(text.format(kind=name) + POISON)

    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "town", raising=False)
    yield write
    sys.modules.pop("town", None)


def test_of_a_good_site_there_is_nothing_to_say():
    assert checked() == []


def test_every_problem_of_a_policy_is_an_error_with_its_place_and_a_hint(tmp_path):
    path = tmp_path / "cookies.toml"
    path.write_text('[site]\nnmae = "x"\n[[cookies]]\nname = "a"\ncategory = "statistica"\npurpose = "x"\n')
    found = checked({**OPTIONS, "policy": path})
    assert {number for number, _, _ in found} == {"E001"}
    assert all("cookies.toml" in message.partition(": ")[0] for _, message, _ in found)
    hints = {hint for _, _, hint in found}
    assert "did you mean statistical?" in hints
    assert "did you mean name?" in hints
    assert not [message for _, message, hint in found if hint and hint in message]


def test_problems_of_the_setting_are_errors_of_their_own(tmp_path):
    (tmp_path / "cookies.toml").write_text("[site]\n")
    found = checked({"policy": tmp_path / "cookies.toml", "secret_key": "x", "polciy": 1, "pages": "x"})
    assert sorted(number for number, _, _ in found) == ["E001", "E002", "E002", "E002"]
    assert ("E002", "COOKIEWARDEN: polciy: there is no such option", "did you mean policy?") in found


def test_without_the_setting_the_hint_is_what_to_write():
    hint = 'write COOKIEWARDEN = {"policy": BASE_DIR / "cookies.toml"}'
    assert checked(None) == [("E002", "COOKIEWARDEN: the setting is missing", hint)]


def test_a_template_of_the_pages_that_fails_is_an_error(tmp_path):
    (tmp_path / "banner.html").write_text("{{ nothing.at.all }}")
    ((number, message, _),) = checked({**OPTIONS, "templates": tmp_path})
    assert (number, message.partition(", line")[0]) == ("E002", "COOKIEWARDEN: templates: banner.html")


def test_a_name_of_ours_in_middleware_is_an_error_that_says_what_to_write_instead():
    names = ["cookiewarden.django", "django.middleware.common.CommonMiddleware", "cookiewarden.wsgi.X"]
    found = checked(MIDDLEWARE=names)
    assert [message for _, message, _ in found] == [
        'MIDDLEWARE: "cookiewarden.django" is not a middleware of Django',
        'MIDDLEWARE: "cookiewarden.wsgi.X" is not a middleware of Django',
    ]
    assert all(number == "E003" and "from cookiewarden.django import" in hint for number, _, hint in found)


def test_manage_py_check_fails_and_shows_each_problem_once():
    with site({**OPTIONS, "pages": "x"}), pytest.raises(SystemCheckError) as raised:
        call_command("check")
    assert str(raised.value).count("(cookiewarden.E002) COOKIEWARDEN: pages: 'x' is not a path") == 1


WSGI, ASGI = "town.wsgi.application", "town.asgi.application"


@pytest.mark.parametrize(
    ("modules", "settings", "bare"),
    [
        ({"wsgi": WRAPPED, "asgi": WRAPPED}, {"WSGI_APPLICATION": WSGI}, []),
        ({"wsgi": DJANGO_OWN, "asgi": WRAPPED}, {"WSGI_APPLICATION": WSGI}, ["town.wsgi"]),
        ({"wsgi": WRAPPED, "asgi": DJANGO_OWN}, {"WSGI_APPLICATION": WSGI}, ["town.asgi"]),
        ({"wsgi": DJANGO_OWN, "asgi": DJANGO_OWN}, {"ASGI_APPLICATION": ASGI}, ["town.wsgi", "town.asgi"]),
        ({"wsgi": DJANGO_OWN, "asgi": DJANGO_OWN}, {}, []),
        ({"wsgi": WRAPPED}, {"WSGI_APPLICATION": WSGI}, []),
        ({"wsgi": "import cookiewarden.wsgi\n"}, {"WSGI_APPLICATION": WSGI}, []),
        ({"wsgi": "# from cookiewarden.django import x\n"}, {"WSGI_APPLICATION": WSGI}, ["town.wsgi"]),
        ({"wsgi": "import cookiewardens\n"}, {"WSGI_APPLICATION": WSGI}, ["town.wsgi"]),
        ({"wsgi": "a syntax error\n"}, {"WSGI_APPLICATION": WSGI}, []),
        ({}, {"WSGI_APPLICATION": WSGI, "ASGI_APPLICATION": "nowhere.asgi.application"}, []),
        ({}, {"WSGI_APPLICATION": "wsgi", "ASGI_APPLICATION": 5}, []),
    ],
)
def test_an_entry_point_that_was_left_alone_is_a_warning_and_none_is_imported(project, modules, settings, bare):
    project(**modules)
    found = checked(**settings)
    assert [message.partition(" ")[0] for _, message, _ in found] == bare
    for number, message, hint in found:
        kind = message.partition(" ")[0].removeprefix("town.")
        assert number == "W001"
        assert f"from cookiewarden.django import get_{kind}_application" in hint
        assert f"pip install 'cookiewarden[{kind}]'" in hint


def test_the_checks_log_nothing_and_start_nothing(caplog, tmp_path):
    policy = {"site": {"name": "x"}, "cookies": [{"name": "*", "category": "necessary", "purpose": "..."}]}
    (tmp_path / "them.css").touch()
    options = {"policy": policy, "secret_key": SECRET_KEY, "learn": tmp_path / "learned.jsonl", "templates": tmp_path}
    assert checked(options) == []
    assert [record for record in caplog.records if record.name == "cookiewarden"] == []
    assert [path.name for path in tmp_path.iterdir()] == ["them.css"]
