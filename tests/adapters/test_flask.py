"""``cookiewarden.flask.CookieWarden``: a Flask app is screened as a whole, with the options of its configuration."""

import hashlib
import hmac
import json
import subprocess
import sys

import flask
import pytest
import quart
from flask_login import LoginManager, UserMixin, login_user
from jinja2 import DictLoader
from werkzeug.middleware.proxy_fix import ProxyFix

from caching_scenarios import CACHING
from cookiewarden import OptionError, Policy, PolicyError
from cookiewarden.flask import CookieWarden
from cookiewarden.middleware.options import MiddlewareOptions
from cookiewarden.wsgi import CookieWardenMiddleware
from exchanges import POLICY, SECRET_KEY, http_environ, wrap
from scenarios import SCENARIOS, chosen
from waiting import SECONDS_TO_WAIT

FLASK_KEY = "the SECRET_KEY of a Flask app"


def derived(key=FLASK_KEY):
    """Return the key that the extension derives. It must stay the same, or all visitors' choices are lost."""
    return hmac.new(key.encode(), b"cookiewarden.flask.preferences", hashlib.sha256).digest()


def site(**config):
    """Return an app with a page and a view that crashes, both of which set three cookies."""
    app = flask.Flask("site")
    app.config |= {"SECRET_KEY": FLASK_KEY, **config}
    app.jinja_loader = DictLoader({"page.html": "{{ banner_of(request) }}{{ consent_of(request).is_decided }}"})

    def cookies(response):
        for name in ("sid", "_ga", "pixel"):
            response.set_cookie(name, "1")
        return response

    @app.get("/")
    def page():
        return flask.render_template("page.html")

    @app.get("/crash")
    def crash():
        raise RuntimeError("this view is broken")

    app.after_request(cookies)
    return app


def ask(app, path="/", cookie="", **keys):
    """Return the response to a request, and the names of the cookies that it sets."""
    headers = {"Cookie": cookie} if cookie else {}
    response = app.test_client(use_cookies=False).get(path, headers=headers, **keys)
    return response, [line.partition("=")[0] for line in response.headers.getlist("Set-Cookie")]


@pytest.mark.parametrize("scenario", [*SCENARIOS, *CACHING], ids=lambda scenario: scenario.name.replace(" ", "-"))
def test_an_app_with_the_extension_passes_the_scenarios_of_both_adapters(scenario):
    app = flask.Flask("site")
    answered = []

    def serve(environ, start_response):
        scenario.act(environ)
        start_response("200 OK", scenario.sent)
        return [b"body"]

    app.wsgi_app = serve
    wrap(CookieWarden, app, **scenario.options)
    assert list(app(http_environ(scenario.request), lambda status, headers: answered.append(headers))) == [b"body"]
    assert [(name.lower(), value) for name, value in answered[-1]] == scenario.expected


def test_every_response_is_screened_with_its_error_pages():
    app = site()
    CookieWarden(app, policy=POLICY)
    for path, status in (("/", 200), ("/crash", 500), ("/nowhere", 404)):
        response, names = ask(app, path)
        assert (response.status_code, names) == (status, ["sid"])
    assert app.extensions["cookiewarden"].counts().by("outcome") == {"allowed": 3, "blocked": 6}
    assert ask(app, "/cookies")[0].status_code == 200


def test_a_factory_makes_several_apps_with_one_extension():
    warden = CookieWarden(policy=POLICY)
    apps = [site(), site(COOKIEWARDEN_REPORT_ONLY=True)]
    for app in apps:
        warden.init_app(app)
    assert [ask(app)[1] for app in apps] == [["sid"], ["sid", "_ga", "pixel"]]
    middlewares = [app.extensions["cookiewarden"] for app in apps]
    assert len(set(middlewares)) == 2
    assert [one.counts().by("outcome") for one in middlewares] == [
        {"allowed": 1, "blocked": 2},
        {"allowed": 1, "reported": 2},
    ]
    pixel = {"name": "pixel", "category": "necessary", "purpose": "Is there"}
    assert middlewares[0].reload({**POLICY, "cookies": [*POLICY["cookies"], pixel]}) is True
    assert ask(apps[0])[1] == ["sid", "pixel"]


def test_templates_show_the_banner_and_read_the_choice():
    app = site()
    CookieWarden(app, policy=POLICY)
    assert 'id="cookie-consent"' in ask(app)[0].text
    chosen_page = ask(app, cookie=chosen("statistical", key=derived(), now=None))
    assert (chosen_page[0].text, chosen_page[1]) == ("True", ["sid", "_ga"])
    assert {"preferences_link_of", "script_of", "frame_of"} <= app.jinja_env.globals.keys()


OPTIONS = {
    "policy": POLICY,
    "secret_key": SECRET_KEY,
    "pages": "/privacy",
    "report_only": True,
    "language_cookie": "lang",
    "trusted_origins": ["https://www.example.org"],
}


def made_with(options, app, monkeypatch):
    """Return the options with which the extension makes the middleware."""
    given = {}

    def spy(inner, **options):
        given.update(options)
        return CookieWardenMiddleware(inner, **options)

    monkeypatch.setattr("cookiewarden.flask.CookieWardenMiddleware", spy)
    CookieWarden(app, **options)
    return given


def test_options_come_from_the_configuration_and_arguments_win(monkeypatch):
    configured = {f"COOKIEWARDEN_{name.upper()}": value for name, value in OPTIONS.items()}
    assert made_with({}, site(**configured), monkeypatch) == OPTIONS
    arguments = {"pages": "/c", "secret_key": "another key of 16 bytes", "report_only": False}
    assert made_with(arguments, site(**configured), monkeypatch) == OPTIONS | arguments


@pytest.mark.parametrize("option", MiddlewareOptions.__annotations__)
def test_every_option_of_the_middleware_has_a_key_in_the_configuration(option, monkeypatch):
    app = site(**{f"COOKIEWARDEN_{option.upper()}": object()})
    with pytest.raises((OptionError, PolicyError), match=rf"(?m)^( *options: )?{option}: "):
        CookieWarden(app)


def test_an_option_can_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("FLASK_COOKIEWARDEN_REPORT_ONLY", "true")
    app = site()
    app.config.from_prefixed_env()
    CookieWarden(app, policy=POLICY)
    assert ask(app)[1] == ["sid", "_ga", "pixel"]


PACKAGE = """
from flask import Flask
from cookiewarden.flask import CookieWarden

def create_app():
    app = Flask(__name__)
    app.config["SECRET_KEY"] = "at least sixteen bytes"
    CookieWarden(app, learn="learned.jsonl", templates="cookie_templates")
    return app
"""


def test_relative_paths_are_relative_to_the_package_of_the_app(tmp_path):
    folder = tmp_path / "shop"
    (folder / "cookie_templates").mkdir(parents=True)
    (folder / "__init__.py").write_text(PACKAGE)
    (folder / "cookies.toml").write_text('[site]\nname = "The shop"\n')
    command = "import shop; print(shop.create_app().test_client().get('/cookies').text)"
    environment = {"PYTHONPATH": f"{tmp_path}:{':'.join(sys.path)}"}
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", command],
        cwd=elsewhere,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS_TO_WAIT,
    )
    assert "The shop" in done.stdout, done.stderr


def test_the_key_is_derived_from_the_keys_of_the_app_and_the_newest_signs():
    """Flask wants SECRET_KEY_FALLBACKS with the newest first."""
    old = ["the key before this one", "the key before that one"]
    app = site(SECRET_KEY_FALLBACKS=old)
    CookieWarden(app, policy=POLICY)
    for key in (FLASK_KEY, *old):
        assert ask(app, cookie=chosen("statistical", key=derived(key), now=None))[1] == ["sid", "_ga"]
    for key in (FLASK_KEY, derived("another key of 16 bytes")):  # the key itself signs nothing of ours
        assert ask(app, cookie=chosen("statistical", key=key, now=None))[1] == ["sid"]
    client = app.test_client()
    client.post("/cookies/preferences", data={"choice": "accept"}, headers={"Origin": "http://localhost"})
    line = client.get_cookie("cookies_preferences")
    today = site()
    CookieWarden(today, policy=POLICY)
    assert ask(today, cookie=f"cookies_preferences={line.value}")[1] == ["sid", "_ga"]


@pytest.mark.parametrize("key", [FLASK_KEY, FLASK_KEY.encode()])
def test_a_key_may_be_text_or_bytes(key):
    app = site(SECRET_KEY=key)
    CookieWarden(app, policy=POLICY)
    assert ask(app, cookie=chosen("statistical", key=derived(), now=None))[1] == ["sid", "_ga"]


FAULTS = {
    "no key": ({"SECRET_KEY": None}, ["secret_key: missing; set app.secret_key before init_app"]),
    "no key, but an old one": (
        {"SECRET_KEY": None, "SECRET_KEY_FALLBACKS": ["an old key of sixteen bytes"]},
        ["secret_key: missing; set app.secret_key"],
    ),
    "a short key": ({"SECRET_KEY": "dev"}, ["SECRET_KEY or SECRET_KEY_FALLBACKS: a key must have at least 16 bytes"]),
    "a short old key": (
        {"SECRET_KEY_FALLBACKS": ["dev"]},
        ["SECRET_KEY or SECRET_KEY_FALLBACKS: a key must have at least 16 bytes, not 3"],
    ),
    "an unknown key": (
        {"COOKIEWARDEN_POLCY": "cookies.toml"},
        ["COOKIEWARDEN_POLCY: there is no such option; did you mean COOKIEWARDEN_POLICY?"],
    ),
    "an option in lower case": (
        {"COOKIEWARDEN_pages": "/c"},
        ["COOKIEWARDEN_pages: there is no such option; did you mean COOKIEWARDEN_PAGES?"],
    ),
    "several": (
        {"COOKIEWARDEN_WACH": True, "COOKIEWARDEN_PAGES": "cookies", "SECRET_KEY": ""},
        ["pages: 'cookies' is not a path", "COOKIEWARDEN_WACH: ", "secret_key: missing"],
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_one_error_names_every_fault_and_the_app_stays_as_it_was(fault):
    config, starts = FAULTS[fault]
    app = site(**config)
    with pytest.raises(OptionError) as caught:
        CookieWarden(app, policy=POLICY)
    assert len(caught.value.args) == len(starts)
    assert all(message.startswith(start) for message, start in zip(caught.value.args, starts, strict=True))
    assert (app.extensions, "banner_of" in app.jinja_env.globals) == ({}, False)
    assert ask(app, "/nowhere")[1] == ["sid", "_ga", "pixel"]


def test_an_error_of_the_policy_names_the_faults_of_the_configuration_too():
    with pytest.raises(PolicyError) as caught:
        CookieWarden(site(COOKIEWARDEN_POLCY=1, SECRET_KEY=None), policy={"site": {}})
    for part in ("site.name", "options: COOKIEWARDEN_POLCY", "options: secret_key: missing; set app.secret_key"):
        assert part in str(caught.value)


@pytest.mark.parametrize("policy", ["no-such.toml", "preset:flask", ""])
def test_a_policy_that_is_not_there_is_an_error(policy):
    with pytest.raises((OptionError, PolicyError)):
        CookieWarden(site(), policy=policy)


@pytest.mark.parametrize("app", [flask.Flask, "cookies.toml", quart.Quart("town"), site().wsgi_app])
def test_an_app_of_another_kind_is_refused_with_a_remedy(app):
    with pytest.raises(OptionError, match=r"^app: .* is not a Flask app; write CookieWarden\(app, policy="):
        CookieWarden(app, policy=POLICY)


def test_a_second_call_for_an_app_is_refused():
    app = site()
    warden = CookieWarden(app, policy=POLICY)
    for again in (warden.init_app, lambda app: CookieWarden(app, policy=POLICY)):
        with pytest.raises(OptionError, match="app: cookiewarden screens it already"):
            again(app)
    assert ask(app)[1] == ["sid"]


def test_an_unknown_argument_is_a_type_error():
    with pytest.raises(TypeError, match="did you mean policy"):
        CookieWarden(site(), polcy=POLICY)


FORWARDED = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "data.example.org"}


def choose_behind_a_proxy(app):
    headers = {"Origin": "https://data.example.org", **FORWARDED}
    return app.test_client().post("/cookies/preferences", data={"choice": "accept"}, headers=headers)


def test_proxy_fix_stands_outside_if_it_comes_later(caplog):
    app = site()
    CookieWarden(app, policy=POLICY)
    app.wsgi_app = ProxyFix(app.wsgi_app, x_proto=1, x_host=1)
    response = choose_behind_a_proxy(app)
    assert response.status_code == 303
    assert "; Secure" in response.headers["Set-Cookie"]
    assert "ProxyFix" not in caplog.text


def test_proxy_fix_that_came_earlier_is_logged_with_the_remedy(caplog):
    app = site()
    app.wsgi_app = ProxyFix(app.wsgi_app, x_proto=1, x_host=1)
    CookieWarden(app, policy=POLICY)
    assert choose_behind_a_proxy(app).status_code == 403
    assert (
        "ProxyFix corrects the scheme and the host too late; put it around app.wsgi_app after init_app" in caplog.text
    )


def test_a_wrapper_around_an_app_with_the_extension_is_logged(caplog):
    app = site()
    CookieWarden(app, policy=POLICY)
    CookieWardenMiddleware(app, policy=POLICY, secret_key=SECRET_KEY)
    assert "wrap the app once" in caplog.text


PRESETS = {"extends": ["preset:flask", "preset:flask-login"], "site": {"name": "Exampletown"}}


class User(UserMixin):
    """A signed-in user."""

    id = "7"


def signed_in(**config):
    """Return the names of the cookies that an app of Flask-Login sets at a sign-in."""
    app = flask.Flask("site")
    app.config |= {"SECRET_KEY": FLASK_KEY, **config}
    LoginManager(app)

    @app.get("/")
    def sign_in():
        login_user(User(), remember=True)
        return "signed in"

    CookieWarden(app, policy=PRESETS)
    return sorted(ask(app)[1])


def test_the_presets_declare_the_cookies_of_flask_and_flask_login():
    assert signed_in() == ["remember_token", "session"]


def test_the_names_that_the_configuration_gives_them_are_declared_in_their_place():
    renamed = signed_in(SESSION_COOKIE_NAME="town_session", REMEMBER_COOKIE_NAME="town_remember")
    assert renamed == ["town_remember", "town_session"]


def test_only_names_that_the_configuration_changes_are_renamed_and_the_option_wins(monkeypatch):
    named = {"SESSION_COOKIE_NAME": "town", "SECRET_KEY": FLASK_KEY}
    assert made_with({"policy": PRESETS}, site(**named), monkeypatch)["rename"] == {"session": "town"}
    options = {"policy": PRESETS, "rename": {"session": "city", "remember_token": "kept"}}
    assert made_with(options, site(**named), monkeypatch)["rename"] == options["rename"]


def test_a_ready_policy_keeps_its_names():
    app = site(SESSION_COOKIE_NAME="town")
    CookieWarden(app, policy=Policy.from_mapping(POLICY))
    assert ask(app)[1] == ["sid"]


TYPED = """
from typing import assert_type
from flask import Flask
from cookiewarden import Choice, consent_of
from cookiewarden.flask import CookieWarden

warden = CookieWarden(policy="cookies.toml", report_only=True)

def create_app() -> Flask:
    app = Flask(__name__)
    warden.init_app(app)
    CookieWarden(app)
    CookieWarden(app, secret_key=[b"old", "new"], trusted_origins=["https://www.example.org"])
    return app

assert_type(warden, CookieWarden)
warden.init_app("shop")
CookieWarden(polcy="cookies.toml")
CookieWarden(pages=5)
"""


@pytest.mark.slow
def test_mypy_finds_the_mistakes_of_an_app_and_no_others(tmp_path):
    (tmp_path / "app.py").write_text(TYPED)
    command = [sys.executable, "-m", "mypy", "--strict", "--output=json", "app.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=SECONDS_TO_WAIT)
    found = [(one["line"], one["code"]) for one in map(json.loads, done.stdout.splitlines())]
    assert found == [(17, "arg-type"), (18, "call-arg"), (19, "arg-type")], done.stderr


@pytest.mark.parametrize(("options", "is_secure"), [({}, True), ({"secure": None}, False)])
def test_the_preferences_cookie_is_secure_if_the_session_cookie_is(options, is_secure):
    app = site()
    app.config["SESSION_COOKIE_SECURE"] = True
    CookieWarden(app, policy=POLICY, **options)
    headers = {"Origin": "http://data.example.org", "Host": "data.example.org"}
    response = app.test_client().post("/cookies/preferences", data={"choice": "accept"}, headers=headers)
    assert ("; Secure" in response.headers["Set-Cookie"]) is is_secure
