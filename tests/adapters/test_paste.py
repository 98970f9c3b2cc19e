"""``cookiewarden.paste``: PasteDeploy puts the middleware around an app, with the options of an ini file."""

import json
import tomllib
from pathlib import Path
from unittest import mock

import pytest
from paste.deploy import loadapp

from caching_scenarios import CACHING
from cookiewarden import OptionError, PolicyError, PolicySet
from cookiewarden.middleware.options import MiddlewareOptions
from cookiewarden.paste import filter_app
from cookiewarden.wsgi import CookieWardenMiddleware
from exchanges import POLICY, SECRET_KEY, http_environ, still_clock
from scenarios import SCENARIOS

PROJECT = Path(__file__).parents[2]
(FACTORY,) = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"][
    "paste.filter_app_factory"
].values()
#: As ``use = egg:cookiewarden`` does it, which reads the package that is installed.
USE = f"paste.filter_app_factory = {FACTORY}"

INI = """
[pipeline:main]
pipeline = cookiewarden town

[filter:cookiewarden]
{use}
{options}

[app:town]
paste.app_factory = {module}:town
"""


def town(global_conf):
    """Return an app that sets three cookies, or what the scenario of the test says."""

    def app(environ, start_response):
        SERVED["act"](environ)
        start_response("200 OK", SERVED["sent"])
        return [b"body"]

    return app


COOKIES = [("Set-Cookie", f"{name}=1; Path=/") for name in ("sid", "_ga", "pixel")]
SERVED = {"sent": COOKIES, "act": lambda environ: None}


def made(folder, options):
    """Return the app of an ini file in a folder, whose filter has these options."""
    section = "\n".join(f"{name} = {text}" for name, text in options.items())
    (folder / "town.ini").write_text(INI.format(use=USE, options=section, module=__name__), "utf-8")
    return loadapp(f"config:{folder / 'town.ini'}")


def names(app, **keys):
    """Return the names of the cookies that leave an app."""
    answered = []
    assert list(app(http_environ(**keys), lambda status, headers: answered.append(headers))) == [b"body"]
    return [value.partition("=")[0] for name, value in answered[-1] if name == "Set-Cookie"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return a folder with a policy file; another one is the working folder."""
    (tmp_path / "cookies.toml").write_text(
        '[site]\nname = "Town"\nprofile = "eu"\n'
        '[[cookies]]\nname = "sid"\ncategory = "necessary"\npurpose = "Sign-in"\n'
    )
    monkeypatch.chdir(Path(__file__).parent)
    return tmp_path


def is_consent_needed(environ):
    return "HTTP_X_FROM_HERE" not in environ


def as_text(name, value, folder):
    """Return an option as an ini file has it."""
    if name == "policy" and isinstance(value, PolicySet):
        sites = {one.site.hosts[0]: list(one.site.hosts) for one in value.policies}
        for number, (host, hosts) in enumerate(sites.items()):
            is_town = host == "data.example.org"
            named = {**POLICY["site"], "hosts": hosts} if is_town else {"name": "Park", "hosts": hosts}
            site = {**POLICY, "site": named} if is_town else {"site": named}
            (folder / f"{number}.json").write_text(json.dumps(site))
        return "%(here)s"
    if name == "policy":
        (folder / "policy.json").write_text(json.dumps(value))
        return "policy.json"
    return str(value).lower()


@pytest.mark.parametrize("scenario", [*SCENARIOS, *CACHING], ids=lambda scenario: scenario.name.replace(" ", "-"))
def test_an_app_behind_the_filter_passes_the_scenarios_of_both_adapters(scenario, tmp_path, monkeypatch):
    options = {"policy": POLICY, "secret_key": SECRET_KEY, **scenario.options}
    functions = {name: value for name, value in options.items() if callable(value)}
    for name, function in functions.items():
        monkeypatch.setattr(f"{__name__}.{name}", function, raising=False)
    texts = {name: as_text(name, value, tmp_path) for name, value in options.items() if name not in functions}
    texts |= {name: f"{__name__}:{name}" for name in functions}
    monkeypatch.setitem(SERVED, "sent", scenario.sent)
    monkeypatch.setitem(SERVED, "act", scenario.act)
    with mock.patch("time.time", still_clock):
        app = made(tmp_path, texts | {"secret_key": SECRET_KEY})
    answered = []
    list(app(http_environ(scenario.request), lambda status, headers: answered.append(headers)))
    assert [(name.lower(), value) for name, value in answered[-1]] == scenario.expected


def test_the_policy_is_the_file_beside_the_ini_file_by_default(folder):
    assert names(made(folder, {"secret_key": SECRET_KEY})) == ["sid"]


READ = {
    "policy": [("cookies.toml", lambda folder: folder / "cookies.toml"),
               ("%(here)s/cookies.toml", lambda folder: folder / "cookies.toml")],
    "secret_key": [("an old key of 16 bytes\n   a new key of 16 bytes",
                    ["an old key of 16 bytes", "a new key of 16 bytes"])],
    "rename": [("\n  sessionid = town_session\n  csrftoken=town_csrf",
                {"sessionid": "town_session", "csrftoken": "town_csrf"})],
    "secure": [("true", True), ("False", False)],
    "report_only": [("yes", True), ("off", False), (f"{__name__}:is_consent_needed", is_consent_needed)],
    "consent_needed": [(f"{__name__}:is_consent_needed", is_consent_needed)],
    "signals": [("\n  builtins:print\n  builtins:repr", [print, repr])],
    "profile": [("builtins:repr", repr)],
    "pages": [("/privacy", "/privacy"), ("none", None)],
    "trusted_origins": [("https://a.example\n  https://b.example", ["https://a.example", "https://b.example"])],
    "templates": [("%(here)s", lambda folder: folder), (".", lambda folder: folder)],
    "language_cookie": [("lang", "lang")],
    "script": [("on", True), ("off", False)],
    "clear_cache": [("true", True), ("no", False)],
    "csp": [("true", True), ("off", False), ("report-only", "report-only")],
    "hide_undeclared": [("on", True), ("false", False)],
    "on_choice": [("builtins:print", print)],
    "on_decision": [("builtins:print", print)],
    "watch": [("on", True), ("0", False)],
    "learn": [("learned.jsonl", lambda folder: folder / "learned.jsonl")],
}  # fmt: skip


@pytest.mark.parametrize(("name", "text", "value"), [(name, *pair) for name, pairs in READ.items() for pair in pairs])
def test_a_text_becomes_the_value_of_its_option(folder, monkeypatch, name, text, value):
    given = {}

    def spy(app, **options):
        given.update(options)
        return CookieWardenMiddleware(app, **options)

    monkeypatch.setattr("cookiewarden.paste.CookieWardenMiddleware", spy)
    made(folder, {"secret_key": SECRET_KEY, name: text})
    assert given[name] == (value(folder) if callable(value) and value.__name__ == "<lambda>" else value)


def test_every_option_of_the_middleware_can_stand_in_an_ini_file():
    assert set(MiddlewareOptions.__annotations__) - READ.keys() == set()


WRONG = {
    "polciy": ("cookies.toml", "polciy: there is no such option; did you mean policy?"),
    "secure": ("maybe", 'secure: "maybe" is neither true nor false'),
    "report_only": ("maybe", 'report_only: "maybe" is neither true nor false'),
    "watch": ("", 'watch: "" is neither true nor false'),
    "script": ("module", 'script: "module" is neither true nor false'),
    "csp": ("report", 'csp: "report" is neither true nor false'),
    "clear_cache": ("cache", 'clear_cache: "cache" is neither true nor false'),
    "hide_undeclared": ("all", 'hide_undeclared: "all" is neither true nor false'),
    "rename": ("sessionid", 'rename: "sessionid" must have a line such as "sessionid = pretix_session"'),
    "consent_needed": ("true", 'consent_needed: "true" is not the name of a function; write it as "package.module:'),
    "profile": ("fr", 'profile: "fr" is not the name of a function'),
    "on_choice": ("no_such_module:keep", 'on_choice: "no_such_module:keep" cannot be imported: '),
    "on_decision": ("builtins:keep", 'on_decision: "builtins:keep" cannot be imported: '),
    "pages": ("cookies", "pages: 'cookies' is not a path"),
    "templates": ("nowhere", "templates: "),
    "secret_key": ("short", "secret_key: a key must have at least 16 bytes"),
    "trusted_origins": ("town.example", "trusted_origins: "),
    "language_cookie": ("a b", "language_cookie: "),
    "learn": ("no/such/folder", "learn: "),
}


@pytest.mark.parametrize("name", WRONG)
def test_an_error_begins_with_the_key_that_is_wrong(folder, name):
    text, start = WRONG[name]
    with pytest.raises(OptionError) as caught:
        made(folder, {"secret_key": SECRET_KEY, name: text})
    assert [fault for fault in caught.value.args if not fault.startswith(start)] == []


def test_one_error_names_every_key_and_what_is_missing(folder):
    with pytest.raises(OptionError) as caught:
        made(folder, {name: text for name, (text, _) in WRONG.items() if name != "secret_key"})
    assert {fault.partition(":")[0] for fault in caught.value.args} == set(WRONG)


@pytest.mark.parametrize("policy", ["no-such.toml", "preset:flask", ""])
def test_a_policy_that_is_not_there_is_an_error(folder, policy):
    with pytest.raises((OptionError, PolicyError)):
        made(folder, {"secret_key": SECRET_KEY, "policy": policy})


def test_an_error_shows_no_secret(folder):
    with pytest.raises(OptionError) as caught:
        made(folder, {"secret_key": "hunter2", "watch": "maybe"})
    assert "hunter2" not in str(caught.value)


def test_the_filter_needs_no_ini_file():
    with pytest.raises(OptionError, match="secret_key: missing"):
        filter_app(town({}), {}, policy=str(PROJECT / "examples" / "policies" / "opendatasoft.com.toml"))
