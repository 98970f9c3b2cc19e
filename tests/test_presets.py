"""The presets against the frameworks that they speak for: the same names, lifetimes and paths."""

import inspect
from datetime import timedelta
from importlib import resources
from urllib.parse import urlsplit

import flask
import pytest
from django.conf import global_settings as django_settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpResponse
from starlette.middleware.sessions import SessionMiddleware

from cookiewarden import Category, Policy, Reason

FLASK = flask.Flask(__name__).config
STARLETTE = {name: p.default for name, p in inspect.signature(SessionMiddleware.__init__).parameters.items()}
SET_COOKIE = {name: p.default for name, p in inspect.signature(HttpResponse.set_cookie).parameters.items()}

# What each framework sets unless told otherwise: name, seconds (None: until the browser closes), path.
DEFAULTS = {
    "django": [
        (
            django_settings.SESSION_COOKIE_NAME,
            django_settings.SESSION_COOKIE_AGE,
            django_settings.SESSION_COOKIE_PATH,
        ),
        (django_settings.CSRF_COOKIE_NAME, django_settings.CSRF_COOKIE_AGE, django_settings.CSRF_COOKIE_PATH),
        (CookieStorage.cookie_name, SET_COOKIE["max_age"], SET_COOKIE["path"]),
        (
            django_settings.LANGUAGE_COOKIE_NAME,
            django_settings.LANGUAGE_COOKIE_AGE,
            django_settings.LANGUAGE_COOKIE_PATH,
        ),
    ],
    "flask": [(FLASK["SESSION_COOKIE_NAME"], None, FLASK["SESSION_COOKIE_PATH"] or FLASK["APPLICATION_ROOT"])],
    "starlette": [(STARLETTE["session_cookie"], STARLETTE["max_age"], STARLETTE["path"])],
}
SOURCES = {"django": "docs.djangoproject.com", "flask": "flask.palletsprojects.com", "starlette": "starlette.dev"}
OURS = "cookies_preferences"

each_preset = pytest.mark.parametrize("preset", DEFAULTS)


def extending(preset):
    return Policy.from_mapping({"extends": f"preset:{preset}", "site": {"name": "X"}})


def declarations_of(preset):
    return [declaration for declaration in extending(preset).declarations if declaration.names != (OURS,)]


def test_there_is_a_preset_for_each_of_these_frameworks_and_for_no_other():
    files = (resources.files("cookiewarden") / "presets").iterdir()
    assert sorted(item.name for item in files) == sorted(f"{preset}.toml" for preset in DEFAULTS)


@each_preset
def test_names_lifetimes_and_paths_are_the_defaults_of_the_framework(preset):
    declared = [(name, d.lifetime.seconds, d.path) for d in declarations_of(preset) for name in d.names]
    assert sorted(declared) == sorted(DEFAULTS[preset])


@each_preset
def test_every_declaration_of_a_preset_is_necessary_and_names_the_source_of_its_facts(preset):
    for declaration in declarations_of(preset):
        assert declaration.category is Category.NECESSARY
        source = urlsplit(declaration.source)
        assert (source.scheme, source.netloc) == ("https", SOURCES[preset])
        assert source.fragment


@each_preset
def test_every_declaration_of_a_preset_speaks_four_languages(preset):
    for declaration in declarations_of(preset):
        for text in (declaration.purpose, declaration.function):
            assert set(text.by_language) == {"en", "fr", "nl", "de"}
            assert len(set(text.by_language.values())) == 4


@each_preset
def test_a_preset_leaves_the_site_its_own_language_and_provider(preset):
    mapping = {"extends": f"preset:{preset}", "site": {"name": "X", "operator": "Exampletown", "language": "nl"}}
    policy = Policy.from_mapping(mapping)
    assert policy.site.language == "nl"
    assert {declaration.provider for declaration in policy.declarations} == {None}
    assert str(policy.declarations[0].purpose) == policy.declarations[0].purpose.by_language["nl"]


@each_preset
def test_a_preset_counts_only_where_a_policy_extends_it(preset):
    without = Policy.from_mapping({"site": {"name": "X"}})
    for name, _, _ in DEFAULTS[preset]:
        line = f"{name}=1; Path=/"
        assert extending(preset).decide(line).reason is Reason.NECESSARY
        assert without.decide(line).reason is Reason.UNDECLARED


def test_the_session_of_a_flask_app_ends_with_the_browser_unless_it_is_made_permanent():
    app = flask.Flask(__name__)
    app.secret_key = "of a test"

    @app.get("/")
    def page():
        flask.session["seen"] = True
        return ""

    [line] = app.test_client().get("/").headers.getlist("Set-Cookie")
    assert "expires" not in line.lower()
    assert "max-age" not in line.lower()
    assert FLASK["PERMANENT_SESSION_LIFETIME"] == timedelta(days=31)  # which the preset's comment says


def test_a_site_declares_a_framework_cookie_anew_and_its_own_words_win():
    cookie = {"name": "session", "category": "necessary", "purpose": "Ours", "lifetime": "31 days"}
    policy = Policy.from_mapping({"extends": "preset:flask", "site": {"name": "X"}, "cookies": [cookie]})
    declaration = policy.decide("session=1").declaration
    assert (str(declaration.purpose), declaration.lifetime.text) == ("Ours", "31 days")
