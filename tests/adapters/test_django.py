"""Django sites: their settings become the options, and their applications are wrapped."""

import subprocess
import sys
from pathlib import Path

import django.core.asgi
import django.core.wsgi
import django.http
import django.urls
import httpx
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils.autoreload import BaseReloader

from cookiewarden import Policy, asgi, wsgi
from cookiewarden.django import get_asgi_application, get_wsgi_application
from cookiewarden.django.apps import watch_files
from cookiewarden.django.settings import read_options
from exchanges import POLICY, SECRET_KEY
from frameworks import django_site, fetch
from project.rooms import SOURCE
from scenarios import chosen
from waiting import SECONDS_TO_WAIT

OWN_KEY = "a key of Django, for tests"
NEW_KEY = "another key of Django, for tests"
ORIGIN = {"Origin": "https://data.example.org"}


def view(request):
    response = django.http.HttpResponse("a page")
    for name in ("_ga", "pretix_session", "pixel"):
        response.set_cookie(name, "1")
    return response


class Urls:
    urlpatterns = (django.urls.path("", view),)


def site(options=None, **settings):
    """Configure a Django site, for a block; its policy is that of the tests unless the options say otherwise."""
    return django_site(
        Urls, **{"COOKIEWARDEN": {"policy": POLICY, **(options or {})}, "SECRET_KEY": OWN_KEY} | settings
    )


def ask(cookie="", path="/", **arguments):
    """Request a page of the site that is configured; return the response."""
    headers = arguments.pop("headers", {}) | ({"Cookie": cookie} if cookie else {})
    return fetch(httpx.WSGITransport(get_wsgi_application()), path, headers=headers, **arguments)


def names_set(response):
    return [line.strip().partition("=")[0] for line in response.headers.get_list("set-cookie")]


def accept(**settings):
    """Accept all cookies on a site; return the preferences cookie."""
    with site(**settings):
        response = ask("", "/cookies/preferences", method="POST", data={"choice": "accept"}, headers=ORIGIN)
    return response.headers["set-cookie"].partition(";")[0]


def improper(options=None, **settings):
    """Return the message of the error that a site's settings lead to."""
    with site(options, **settings), pytest.raises(ImproperlyConfigured) as raised:
        get_wsgi_application()
    return str(raised.value)


def test_the_applications_are_the_adapters_around_django():
    with site():
        assert isinstance(get_wsgi_application(), wsgi.CookieWardenMiddleware)
        assert isinstance(get_wsgi_application().app, django.core.wsgi.WSGIHandler)
        assert isinstance(get_asgi_application(), asgi.CookieWardenMiddleware)
        assert isinstance(get_asgi_application().app, django.core.asgi.ASGIHandler)


def test_importing_it_needs_no_settings_and_no_adapter():
    code = "import sys, cookiewarden.django; print([name for name in ('werkzeug', 'starlette') if name in sys.modules])"
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(SOURCE.parent)!r}); {code}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS_TO_WAIT)
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_a_choice_signed_under_the_key_of_django_counts_for_its_site():
    with site():
        assert names_set(ask(accept())) == ["_ga"]


def test_the_key_of_django_itself_signs_no_choice():
    with site():
        assert names_set(ask(chosen("statistical", key=OWN_KEY, now=None))) == []


@pytest.mark.parametrize("fallbacks", [[OWN_KEY], [OWN_KEY, "an older key"], ["a younger key", OWN_KEY]])
def test_a_choice_signed_under_a_fallback_key_still_counts(fallbacks):
    chosen_before = accept()
    with site(SECRET_KEY=NEW_KEY, SECRET_KEY_FALLBACKS=fallbacks):
        assert names_set(ask(chosen_before)) == ["_ga"]
    with site(SECRET_KEY=NEW_KEY):
        assert names_set(ask(chosen_before)) == []


def test_a_new_choice_is_signed_under_the_secret_key_and_not_under_a_fallback():
    chosen_now = accept(SECRET_KEY=NEW_KEY, SECRET_KEY_FALLBACKS=[OWN_KEY])
    with site(SECRET_KEY=NEW_KEY):
        assert names_set(ask(chosen_now)) == ["_ga"]
    with site():
        assert names_set(ask(chosen_now)) == []


def test_a_key_among_the_options_is_used_instead():
    with site({"secret_key": SECRET_KEY}, SECRET_KEY_FALLBACKS=[NEW_KEY]):
        assert read_options()[0]["secret_key"] == SECRET_KEY
        assert names_set(ask(chosen("statistical", now=None))) == ["_ga"]


def test_without_any_key_the_error_is_the_one_of_django():
    assert "SECRET_KEY setting must not be empty" in improper(SECRET_KEY="")
    assert improper(SECRET_KEY_FALLBACKS=[""]).endswith("SECRET_KEY_FALLBACKS must not hold an empty key.")


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        (None, 'COOKIEWARDEN: the setting is missing; write COOKIEWARDEN = {"policy": BASE_DIR / "cookies.toml"}'),
        ("cookies.toml", "COOKIEWARDEN: must be a dict, not str; write COOKIEWARDEN = {"),
        ({}, "COOKIEWARDEN: policy: missing; write COOKIEWARDEN = {"),
        ({"policy": 5}, "COOKIEWARDEN: policy: must be a path, a mapping, a Policy or a PolicySet, not 5"),
        ({"policy": POLICY, "POLICY": 1}, "COOKIEWARDEN: POLICY: there is no such option; did you mean policy?"),
        ({"policy": POLICY, 3: 1}, "COOKIEWARDEN: 3: there is no such option; known here: clear_cache, "),
        ({"policy": POLICY, "pages": "x"}, "COOKIEWARDEN: pages: 'x' is not a path; write it as \"/cookies\""),
        ({"policy": POLICY, "secret_key": "x"}, "COOKIEWARDEN: secret_key: a key must have at least 16 bytes"),
        ({"policy": POLICY, "on_choice": "shop.x"}, 'COOKIEWARDEN: on_choice: "shop.x" cannot be imported: No module'),
        ({"policy": POLICY, "report_only": "x"}, 'COOKIEWARDEN: report_only: "x" cannot be imported: x doesn\'t look'),
    ],
)
def test_a_wrong_setting_is_named_with_its_remedy(setting, message):
    assert improper(COOKIEWARDEN=setting).startswith(message)


def test_every_problem_of_settings_options_and_policy_is_in_one_error(tmp_path):
    (tmp_path / "cookies.toml").write_text('[[cookies]]\nname = "a"\ncategory = "analytics"\npurpose = "x"\n')
    options = {"policy": tmp_path / "cookies.toml", "polciy": 1, "secure": "yes", "watch": True, "on_choice": "shop.x"}
    lines = improper(options, SECRET_KEY="").split("\n")
    assert lines[0] == "6 problems:"
    for part in ("polciy", "secure", "shop.x", "SECRET_KEY", '"analytics" is not a category', "site.name"):
        assert len([line for line in lines if part in line]) == 1, part


def test_a_template_that_fails_is_a_problem_too(tmp_path):
    (tmp_path / "banner.html").write_text("{{ nothing.at.all }}")
    assert improper({"templates": tmp_path}).startswith("COOKIEWARDEN: templates: banner.html, line 1")


def log_choice(record):
    """Do nothing; a setting names it."""


def report_only(environ):
    return environ["PATH_INFO"] == "/"


@pytest.mark.parametrize("path", [f"{__name__}.report_only", report_only])
def test_a_function_may_be_named_by_its_dotted_path(monkeypatch, path):
    monkeypatch.setitem(sys.modules, __name__, sys.modules[view.__module__])
    with site({"report_only": path, "on_choice": f"{__name__}.log_choice", "signals": ["builtins.repr", print]}):
        assert names_set(ask()) == ["_ga", "pretix_session", "pixel"]
        assert read_options()[0]["on_choice"] is log_choice
        assert read_options()[0]["signals"] == [repr, print]


def test_the_pages_come_in_the_language_that_django_remembers():
    for cookie, language in (("", "en"), ("django_language=fr", "fr")):
        with site():
            assert f'<html lang="{language}"' in ask(cookie, "/cookies").text
    with site(LANGUAGE_COOKIE_NAME="lang"):
        assert '<html lang="de"' in ask("lang=de; django_language=fr", "/cookies").text
    with site({"language_cookie": None}):
        assert '<html lang="en"' in ask("django_language=fr", "/cookies").text
    with site(USE_I18N=False):
        assert '<html lang="en"' in ask("django_language=fr", "/cookies").text


PRESET = {"extends": "preset:django", "site": {"name": "Exampletown"}}


@pytest.mark.parametrize(
    ("own", "names"),
    [
        ({}, {"sessionid": "pretix_session", "csrftoken": "pretix_csrf", "django_language": "lang"}),
        (
            {"rename": {"csrftoken": "other", "a": "b"}},
            {"sessionid": "pretix_session", "csrftoken": "other", "django_language": "lang", "a": "b"},
        ),
    ],
)
def test_cookies_that_the_settings_rename_are_renamed_in_presets(own, names):
    with site(own, SESSION_COOKIE_NAME="pretix_session", CSRF_COOKIE_NAME="pretix_csrf", LANGUAGE_COOKIE_NAME="lang"):
        assert read_options()[0]["rename"] == names
    with site(own):
        assert read_options()[0].get("rename") == own.get("rename")


def test_a_renamed_session_cookie_passes_because_the_preset_declares_it():
    with site({"policy": PRESET}, SESSION_COOKIE_NAME="pretix_session"):
        assert names_set(ask()) == ["pretix_session"]


BY_HABIT = [
    "cookiewarden.django.CookieWardenMiddleware",
    "cookiewarden.django.middleware.CookieWardenMiddleware",
    "cookiewarden.django.middleware",
    "cookiewarden.django",
    "cookiewarden.wsgi.CookieWardenMiddleware",
    "cookiewarden.asgi.CookieWardenMiddleware",
]


@pytest.mark.parametrize("get_application", [get_wsgi_application, get_asgi_application])
@pytest.mark.parametrize("name", BY_HABIT)
def test_put_into_middleware_by_habit_it_says_what_to_write_instead(name, get_application):
    with site(MIDDLEWARE=[name]), pytest.raises(ImproperlyConfigured) as raised:
        get_application()
    assert str(raised.value).startswith(f'MIDDLEWARE: "{name}" is not a middleware of Django; remove it')
    assert "write this in wsgi.py in place of Django's own import" in str(raised.value)


@pytest.mark.parametrize(
    "get_application", [django.core.wsgi.get_wsgi_application, django.core.asgi.get_asgi_application]
)
@pytest.mark.parametrize("name", BY_HABIT[:2])
def test_so_it_does_where_wsgi_py_was_left_alone(name, get_application):
    with site(MIDDLEWARE=[name]), pytest.raises(ImproperlyConfigured, match="remove it from MIDDLEWARE, and write"):
        get_application()


def test_a_middleware_whose_package_only_begins_with_our_name_is_left_alone():
    with site(MIDDLEWARE=["cookiewardens.Middleware"]), pytest.raises(ImportError, match="cookiewardens"):
        get_wsgi_application()


def watched(setting, folder):
    """Return the names of the files of a folder that Django's reloader watches."""
    reloader = BaseReloader()
    with site(COOKIEWARDEN=setting):
        watch_files(reloader)
    return sorted({path.name for path in reloader.watched_files() if folder in path.parents})


def test_the_reloader_of_django_watches_the_policy_its_bases_and_the_templates(write, tmp_path):
    path = write(base={"cookies": []}, cookies={"extends": "base.json", "site": {"name": "Exampletown"}})
    templates = tmp_path / "templates" / "more"
    templates.mkdir(parents=True)
    (templates / "banner.html").touch()
    (tmp_path / "notes.txt").touch()
    options = {"policy": path, "templates": tmp_path / "templates"}
    assert watched(options, tmp_path) == ["banner.html", "base.json", "cookies.json", "more"]
    assert watched({"policy": tmp_path}, tmp_path) == ["base.json", "cookies.json"]


@pytest.mark.parametrize("as_base", [str, Path], ids=["a string", "a path"])
def test_a_relative_path_is_relative_to_the_folder_of_the_project(as_base, write, tmp_path, monkeypatch):
    write(cookies={"site": {"name": "Exampletown"}})
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "texts").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    given = {"policy": "cookies.json", "templates": "texts", "learn": "learned.jsonl"}
    with site(given, BASE_DIR=as_base(tmp_path)):
        options = read_options()[0]
        get_wsgi_application()
        reloader = BaseReloader()
        watch_files(reloader)
    assert [options[name] for name in given] == [tmp_path / name for name in given.values()]
    assert tmp_path / "cookies.json" in set(reloader.watched_files())
    assert f'no file "{tmp_path}/elsewhere/cookies.json"' in improper(given)


def test_a_path_that_is_absolute_and_a_ready_policy_stay(write, tmp_path):
    path = write(cookies={"site": {"name": "Exampletown"}})
    for policy in (path, str(path), Policy.from_mapping(POLICY), POLICY):
        with site({"policy": policy}, BASE_DIR=tmp_path / "mysite"):
            assert read_options()[0]["policy"] in (policy, path)


@pytest.mark.parametrize(
    ("options", "settings", "is_secure"),
    [
        ({}, {}, False),
        ({}, {"SESSION_COOKIE_SECURE": True}, True),
        ({"secure": None}, {"SESSION_COOKIE_SECURE": True}, False),
        ({"secure": True}, {}, True),
    ],
)
def test_the_preferences_cookie_is_secure_if_the_session_cookie_is(options, settings, is_secure):
    with site(options, **settings):
        data, headers = {"choice": "accept"}, {"Origin": "http://data.example.org"}
        response = ask("", "http://data.example.org/cookies/preferences", method="POST", data=data, headers=headers)
    [line] = response.headers.get_list("set-cookie")
    assert ("; Secure" in line) is is_secure


@pytest.mark.parametrize("setting", [None, 5, {}, {"policy": 5}, {"policy": "\0", "templates": 5}, {"policy": POLICY}])
def test_whatever_the_setting_holds_the_reloader_starts(setting, tmp_path):
    assert watched(setting, tmp_path) == []
