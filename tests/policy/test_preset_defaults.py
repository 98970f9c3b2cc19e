"""The presets of frameworks, compared with the frameworks: each declares exactly what its framework really sets."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest

import framework_cookies as cookies
from cookiewarden import Policy, Reason
from preset_policies import FRAMEWORKS, declarations_of, extending

LINES = {
    "django": cookies.of_django,
    "django-allauth": cookies.of_django_allauth,
    "flask": cookies.of_flask,
    "flask-login": cookies.of_flask_login,
    "litestar": cookies.of_litestar,
    "pyramid": cookies.of_pyramid,
    "quart": cookies.of_quart,
    "starlette": cookies.of_starlette,
}
# The presets that a policy extends together with this one, because their libraries are used together.
BESIDE = {"flask-login": ["flask"]}

each_framework = pytest.mark.parametrize("preset", LINES)


def facts_of(line):
    """Return the name of a cookie, its lifetime in seconds or ``None``, and its path."""
    pair, *rest = line.split(";")
    attributes = {key.strip().lower(): value for key, _, value in (item.partition("=") for item in rest)}
    seconds = attributes.get("max-age")
    if seconds is None and "expires" in attributes:
        left = parsedate_to_datetime(attributes["expires"]).replace(tzinfo=UTC) - datetime.now(UTC)
        seconds = round(left / timedelta(days=1)) * 86_400
    return pair.partition("=")[0], seconds and int(seconds), attributes.get("path")


def test_every_preset_of_a_framework_is_checked_here():
    assert list(LINES) == list(FRAMEWORKS)


@each_framework
def test_the_cookies_of_a_framework_pass_and_have_the_declared_lifetime_and_path(preset):
    policy = extending(*BESIDE.get(preset, []), preset)
    for line in LINES[preset]():
        decision = policy.decide(line)
        name, seconds, path = facts_of(line)
        assert decision.reason is Reason.NECESSARY
        assert decision.declaration.lifetime.seconds == seconds, name
        # The preset declares no path if it depends on where the site mounts the app.
        assert decision.declaration.path in (path, None), name


@each_framework
def test_a_preset_declares_only_cookies_that_its_framework_sets(preset):
    set_by_it = {facts_of(line)[0] for line in LINES[preset]()}
    assert {name for declaration in declarations_of(preset) for name in declaration.names} <= set_by_it


@each_framework
def test_without_its_preset_no_cookie_of_a_framework_passes(preset):
    policy = Policy.from_mapping({"site": {"name": "X"}})
    assert {policy.decide(line).reason for line in LINES[preset]()} == {Reason.UNDECLARED}


@pytest.mark.parametrize("lines", [cookies.of_flask_wtf, cookies.of_authlib])
def test_a_library_that_stores_its_state_in_the_session_needs_no_preset(lines):
    assert [facts_of(line)[0] for line in lines()] == ["session"]


@pytest.mark.parametrize("framework", ["flask", "quart"])
def test_a_permanent_session_lasts_as_long_as_the_comment_in_the_preset_says(framework):
    app = getattr(pytest.importorskip(framework), framework.capitalize())(__name__)
    assert app.config["PERMANENT_SESSION_LIFETIME"] == timedelta(days=31)
