"""The template tags of ``cookiewarden.django``, and the helpers in the Jinja2 templates of Django."""

import logging
import re

import django.http
import django.test
import django.urls
import httpx
import jinja2
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.template import Context, TemplateSyntaxError, engines

from cookiewarden import banner_of, frame_of
from cookiewarden.django import get_asgi_application, get_wsgi_application
from cookiewarden.workers import log_once
from exchanges import POLICY, SECRET_KEY
from frameworks import django_site, fetch
from scenarios import chosen

PROCESSOR = "django.template.context_processors.request"
BACKEND = {"BACKEND": "django.template.backends.django.DjangoTemplates"}
SCRIPT = '{% cookie_script "statistical" "/count.js" defer=True %}'
FRAME = '{% cookie_frame "third-party" "https://maps.example/7" title="Map" %}'
PARTS = '{% if_consent "statistical" %}<b>yes</b>{% else %}<b>no</b>{% endif_consent %}'


def environment(**options):
    """Make the environment of Django's Jinja2 templates."""
    found = jinja2.Environment(**options)
    found.globals.update(banner_of=banner_of, frame_of=frame_of)
    return found


def site(text="", engine="django", processors=(PROCESSOR,), **settings):
    """Configure a site with one page, of this template, for a block."""

    def view(request):
        return django.http.HttpResponse(compiled(text, engine).render({"map": "https://maps.example/7"}, request))

    class Urls:
        urlpatterns = (django.urls.path("", view),)

    jinja = {"BACKEND": "django.template.backends.jinja2.Jinja2", "OPTIONS": {"environment": f"{__name__}.environment"}}
    own = {
        "COOKIEWARDEN": {"policy": POLICY, "secret_key": SECRET_KEY},
        "INSTALLED_APPS": ["cookiewarden.django"],
        "TEMPLATES": [{**BACKEND, "OPTIONS": {"context_processors": processors}}, jinja],
    }
    return django_site(Urls, **own | settings)


def compiled(text, engine="django"):
    return engines[engine].from_string(("{% load cookiewarden %}" if engine == "django" else "") + text)


def page(text, *categories, is_decided=True, interface="wsgi", headers=(), **settings):
    """Return the page of this template, as a visitor with this choice gets it."""
    headers = {**dict(headers), **({"Cookie": chosen(*categories, now=None)} if is_decided else {})}
    with site(text, **settings):
        if interface == "wsgi":
            return fetch(httpx.WSGITransport(get_wsgi_application()), headers=headers).text
        return fetch(httpx.ASGITransport(get_asgi_application()), headers=headers).text


@pytest.fixture
def logged(caplog):
    caplog.set_level(logging.WARNING, logger="cookiewarden")
    log_once.cache_clear()
    return caplog


@pytest.mark.parametrize("interface", ["wsgi", "asgi"])
def test_the_banner_is_shown_until_the_visitor_has_chosen(interface):
    text = "<p>{% cookie_banner %}</p>"
    assert '<section id="cookie-consent"' in page(text, is_decided=False, interface=interface)
    assert page(text, "statistical", interface=interface) == "<p></p>"


def test_a_banner_that_a_tag_shows_is_counted():
    with site("{% cookie_banner %}"):
        app = get_wsgi_application()
        for headers in ({}, {}, {"Cookie": chosen("statistical", now=None)}):
            fetch(httpx.WSGITransport(app), headers=headers)
        assert app.counts().choices == {("data.example.org", "shown", "banner"): 2}


@pytest.mark.parametrize("interface", ["wsgi", "asgi"])
def test_the_link_to_the_preferences_is_shown_in_the_language_of_the_page(interface):
    tag = "{% cookie_preferences_link %}"
    assert 'href="/cookies/preferences?next=/"' in page(tag, "statistical", interface=interface)
    assert 'href="/cookies/preferences?lang=fr&amp;next=/"' in page(
        tag.replace(" %}", ' language="fr" %}'), is_decided=False, interface=interface
    )


@pytest.mark.parametrize("interface", ["wsgi", "asgi"])
def test_a_script_waits_for_consent(interface):
    assert page(SCRIPT, "statistical", interface=interface) == '<script src="/count.js" defer></script>'
    assert page(SCRIPT, "third-party", interface=interface) == page(SCRIPT, is_decided=False) == ""


def test_a_frame_waits_for_consent_with_a_placeholder():
    assert re.sub(" id=[^>]*", "", page(FRAME, "third-party")) == (
        '<iframe src="https://maps.example/7" title="Map"></iframe>'
    )
    assert re.search(r"<strong>Map</strong>.*<button", page(FRAME, "statistical"), re.DOTALL)


LANGUAGE_NAMES = (("en", "English"), ("fr", "French"), ("nl", "Dutch"), ("de", "German"))
LOCALE = "django.middleware.locale.LocaleMiddleware"
# Each is the page of a visitor whose browser prefers Dutch, and whom the site's own cookie remembers as French.
LANGUAGES = {
    "LocaleMiddleware picked the language": ("", {"MIDDLEWARE": [LOCALE]}, "fr"),
    "a block of the template has another language": ('{% language "de" %}', {"MIDDLEWARE": [LOCALE]}, "de"),
    "nobody picked the language": ("", {"LANGUAGE_CODE": "en-us"}, "nl"),
    "the site is translated into languages that we do not speak": (
        "", {"MIDDLEWARE": [LOCALE], "LANGUAGES": [("is", "Icelandic")], "LANGUAGE_CODE": "is"}, "nl",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("block", "settings", "expected"), LANGUAGES.values(), ids=LANGUAGES)
@pytest.mark.parametrize("tag", ["{% cookie_banner %}", FRAME], ids=["banner", "frame"])
@pytest.mark.parametrize("interface", ["wsgi", "asgi"])
def test_the_banner_and_placeholders_have_the_language_of_the_page(block, settings, expected, tag, interface):
    text = "{% load i18n %}" + block + tag + ("{% endlanguage %}" if block else "")
    headers = {
        "Accept-Language": "nl",
        "Cookie": "town_language=fr" if LOCALE in settings.get("MIDDLEWARE", ()) else "",
    }
    own = {"USE_I18N": True, "LANGUAGE_COOKIE_NAME": "town_language", "LANGUAGES": [*LANGUAGE_NAMES], **settings}
    own["COOKIEWARDEN"] = {"policy": POLICY, "secret_key": SECRET_KEY, "language_cookie": None}
    assert f'lang="{expected}"' in page(text, is_decided=False, interface=interface, headers=headers, **own)


def test_a_tag_may_name_the_language():
    text = '{% cookie_banner language="fr" %}'
    assert 'lang="fr"' in page(text, is_decided=False, headers={"Accept-Language": "nl"}, MIDDLEWARE=[LOCALE])


def test_variables_and_attributes_are_escaped():
    text = """{% cookie_frame kind map title='"Map"' id="map" data_x="<" as frame %}{{ frame }}"""
    shown = page('{% with kind="third-party" %}' + text + "{% endwith %}", "third-party")
    assert shown == '<iframe src="https://maps.example/7" title="&#34;Map&#34;" id="map" data-x="&lt;"></iframe>'


@pytest.mark.parametrize("interface", ["wsgi", "asgi"])
def test_a_part_of_a_page_depends_on_consent(interface):
    assert page(PARTS, "statistical", interface=interface) == "<b>yes</b>"
    assert page(PARTS, "third-party", interface=interface) == page(PARTS, is_decided=False) == "<b>no</b>"


def test_the_part_for_those_who_refused_may_be_left_out_and_the_category_may_be_a_variable():
    text = '{% with one="third-party" %}{% if_consent one %}shown{% endif_consent %}{% endwith %}'
    assert page(text, "third-party") == "shown"
    assert page(text, "statistical") == ""
    assert page('{% if_consent "necessary" %}shown{% endif_consent %}') == "shown"


def test_tags_work_inside_the_parts():
    text = f'{{% if_consent "statistical" %}}{SCRIPT}{{% if_consent "third-party" %}}{FRAME}{{% endif_consent %}}'
    text += "{% else %}nothing{% endif_consent %}"
    assert page(text) == "nothing"
    assert page(text, "statistical") == '<script src="/count.js" defer></script>'
    assert page(text, "statistical", "third-party").endswith("</iframe>")


@pytest.mark.parametrize(
    "text",
    [
        '{% cookie_script "statistics" "/count.js" %}',
        "{% cookie_script 'statistics' '/count.js' %}",
        '{% cookie_script category="statistics" src="/count.js" %}',
        '{% cookie_frame "statistics" "/map" title="Map" %}',
        '{% if_consent "statistics" %}{% endif_consent %}',
    ],
)
def test_a_misspelt_category_fails_when_the_template_is_compiled(text):
    with site(), pytest.raises(TemplateSyntaxError, match='"statistics" is not a category; did you mean stat'):
        compiled(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{% if_consent %}{% endif_consent %}", "if_consent takes one category"),
        ('{% if_consent "statistical" "third-party" %}{% endif_consent %}', "if_consent takes one category"),
        ('{% if_consent "statistical" %}', "Unclosed tag"),
        ('{% if_consent "statistical" %}{% else %}', "Unclosed tag"),
        ('{% cookie_frame "third-party" "/map" %}', "did not receive value.*title"),
        ("{% cookie_script %}", "did not receive value"),
    ],
)
def test_a_tag_written_wrongly_fails_when_the_template_is_compiled(text, message):
    with site(), pytest.raises(TemplateSyntaxError, match=message):
        compiled(text)


def test_a_variable_that_is_not_a_category_fails_when_it_is_shown(caplog):
    page('{% with one="stats" %}{% if_consent one %}{% endif_consent %}{% endwith %}')
    (record,) = [record for record in caplog.records if record.name == "django.request"]
    assert '"stats" is not a category' in str(record.exc_info[1])


EACH_TAG = pytest.mark.parametrize(
    ("tag", "text"),
    {
        "cookie_banner": "{% cookie_banner %}",
        "cookie_script": SCRIPT,
        "cookie_frame": FRAME,
        "if_consent": PARTS,
    }.items(),
)


@EACH_TAG
def test_a_template_that_is_rendered_for_a_request_needs_no_context_processor(tag, text):
    assert page(text, "statistical", processors=()) == page(text, "statistical")


@EACH_TAG
def test_without_a_request_a_tag_fails_while_debugging_and_names_the_context_processor(tag, text):
    with site(DEBUG=True), pytest.raises(ImproperlyConfigured, match=f'^{tag} needs the request: .*"{PROCESSOR}"'):
        compiled(text).render({})


@EACH_TAG
def test_without_a_request_a_tag_of_a_served_site_shows_what_needs_no_consent_and_logs_it_once(tag, text, logged):
    with site():
        assert [compiled(text).render({}) for _ in range(2)] == ["<b>no</b>" if tag == "if_consent" else ""] * 2
        assert compiled(text).template.render(Context({})) in ("<b>no</b>", "")
    (message,) = [record.getMessage() for record in logged.records]
    assert message.startswith(f"{tag} needs the request")


def test_a_variable_named_request_does_not_take_the_place_of_the_request():
    assert page("{% with request=map %}" + PARTS + "{% endwith %}", "statistical") == "<b>yes</b>"


def test_behind_the_test_client_of_django_a_part_is_the_one_without_consent():
    with site(PARTS):
        assert django.test.Client().get("/").content == b"<b>no</b>"


@pytest.mark.parametrize("text", ["{% cookie_banner %}", SCRIPT, FRAME])
def test_behind_the_test_client_of_django_a_tag_shows_nothing(text):
    with site(text):
        assert django.test.Client().get("/").content == b""


def test_the_helpers_work_in_the_jinja2_templates_of_django():
    text = '{{ banner_of(request) }}{{ frame_of(request, "third-party", map, title="Map") }}'
    assert page(text, "third-party", engine="jinja2").startswith('<iframe src="https://maps.example/7"')
    assert '<section id="cookie-consent"' in page(text, is_decided=False, engine="jinja2")
