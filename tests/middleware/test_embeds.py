"""What an app puts into its pages: the banner, and scripts and frames that wait for consent."""

import html
import re

import pytest
from babel import Locale
from markupsafe import Markup

from cookiewarden import (
    PolicySet,
    asgi,
    banner_of,
    consent_of,
    frame_of,
    preferences_link_of,
    script_of,
    workers,
    wsgi,
)
from cookiewarden.middleware.embeds import is_granted
from cookiewarden.policy.policy import Policy
from cookiewarden.workers import log_once
from exchanges import PLAIN, POLICY, SentRequest, Wrapped, http_environ, http_scope
from scenarios import VERSIONED, chosen

MODULES = pytest.mark.parametrize("module", [asgi, wsgi])
ALL = ("statistical", "first-party", "third-party")
BANNER = 'id="cookie-consent"'
NECESSARY = {**POLICY, "cookies": [cookie for cookie in POLICY["cookies"] if cookie["category"] == "necessary"]}
ANONYMIZED = {**POLICY, "cookies": [cookie for cookie in POLICY["cookies"] if cookie.get("anonymized")]}


def shown(call, module=wsgi, request=PLAIN, **options):
    """Return what a call in a view returns, and the values of the response's Vary headers."""
    given = []

    def view(carrier):
        given.append(call(carrier))
        return ()

    headers = Wrapped(module, **options).ask(request, view)
    (markup,) = given
    assert isinstance(markup, Markup)
    return str(markup), {value.decode() for name, value in headers if name == b"vary"}


def granted(*categories, path="/"):
    return SentRequest(cookies=(chosen(*categories),), path=path)


def map_of(carrier, **attributes):
    return frame_of(carrier, "third-party", "https://maps.example/7", title="Map of the town", **attributes)


def counter_of(carrier, **attributes):
    return script_of(carrier, "statistical", "/count.js", **attributes)


BANNERS = {
    "to a visitor who has not chosen": (SentRequest(), {}, True),
    "to a visitor who refused all": (granted(), {}, False),
    "to a visitor who granted all": (granted(*ALL), {}, False),
    "to a visitor who chose under an older version": (granted(*ALL), {"policy": VERSIONED}, True),
    "to a visitor with a forged choice": (SentRequest(cookies=(chosen(*ALL, key="y" * 16),)), {}, True),
    "of a site with necessary cookies only": (SentRequest(), {"policy": NECESSARY}, False),
    "of a site with anonymized ones besides": (SentRequest(), {"policy": ANONYMIZED}, False),
    "of a site without cookies": (SentRequest(), {"policy": {"site": {"name": "Town"}}}, False),
    "on a host without a policy": (
        SentRequest(host="x.example"), {"policy": PolicySet([Policy.from_mapping(POLICY)])}, False,
    ),
}  # fmt: skip


@MODULES
@pytest.mark.parametrize(("request_", "options", "is_shown"), BANNERS.values(), ids=BANNERS)
def test_the_banner_shows_while_an_answer_is_missing(module, request_, options, is_shown):
    markup, vary = shown(banner_of, module, request_, **options)
    assert (BANNER in markup, bool(markup)) == (is_shown, is_shown)
    assert vary == {"Cookie", "Accept-Language"} | ({"Sec-GPC"} if is_shown else set())


@MODULES
def test_the_banner_is_empty_once_the_view_has_recorded_a_choice(module):
    def choosing(carrier):
        consent_of(carrier).withdraw()
        return banner_of(carrier)

    assert shown(choosing, module)[0] == ""


@MODULES
def test_the_banner_stays_after_a_partial_answer(module):
    def choosing(carrier):
        consent_of(carrier).grant("third-party")
        return banner_of(carrier)

    assert BANNER in shown(choosing, module)[0]


@MODULES
def test_the_banner_says_that_cookies_have_changed_since_an_older_choice(module):
    assert "have changed since you chose" in shown(banner_of, module, granted(*ALL), policy=VERSIONED)[0]
    assert "have changed since you chose" not in shown(banner_of, module, policy=VERSIONED)[0]


@MODULES
def test_a_response_that_varies_already_gets_no_second_vary(module):
    def view(carrier):
        banner_of(carrier)
        return [("Vary", "accept-language, COOKIE"), ("Vary", "SEC-gpc")]

    headers = Wrapped(module).ask(view=view)
    assert [value for name, value in headers if name == b"vary"] == [b"accept-language, COOKIE", b"SEC-gpc"]


ADDRESSES = [
    "/",
    "/a/b?c=1&d=%20",
    "/caf%C3%A9?q=%C3%A9",
    "/a?b=\"<script>'",
    "/a%22%3E%3Cb",
    "/a;b?next=//evil.example",
]


@MODULES
@pytest.mark.parametrize("call", [banner_of, map_of])
@pytest.mark.parametrize("path", ADDRESSES)
def test_the_forms_lead_back_to_the_page_and_its_query(module, call, path):
    markup, _ = shown(call, module, SentRequest(path=path))
    value, *of_the_undo = re.findall(r'name="next" value="([^"]*)"', markup)
    assert of_the_undo == [value]
    assert html.unescape(value).replace("%3B", ";") == path
    assert not set(value) & set("<>'")


@MODULES
@pytest.mark.parametrize("call", [banner_of, map_of])
def test_under_a_mount_point_the_addresses_begin_with_it(module, call):
    request = SentRequest(path="/caf%C3%A9/a?b=1")
    carrier = http_scope(request, root_path="/caf\xe9")
    if module is wsgi:
        carrier = http_environ(request, SCRIPT_NAME="/caf\xc3\xa9", PATH_INFO="/a")
    given = []
    Wrapped(module).ask_with(carrier, lambda carrier: given.append(str(call(carrier))) or ())
    assert set(re.findall(r'name="next" value="([^"]*)"', given[0])) == {"/caf%C3%A9/a?b=1"}
    assert "/cookies/preferences?next=/caf%25C3%25A9/a%3Fb%3D1" in given[0]
    links = re.findall(r'(?:action|href)="([^"?]*)', given[0])
    assert "/caf%C3%A9/cookies/preferences" in links
    assert all(link.startswith("/caf%C3%A9/cookies") for link in links)


@pytest.mark.parametrize("path", ["//evil.example/a", "/a?" + "b" * 3000])
def test_an_address_that_is_not_safe_to_come_back_to_is_left_out(path):
    assert 'name="next"' not in shown(banner_of, wsgi, SentRequest(path=path))[0]


@MODULES
def test_a_script_is_written_with_consent_only(module):
    assert shown(counter_of, module) == ("", {"Cookie"})
    assert shown(counter_of, module, granted("third-party"))[0] == ""
    element = '<script src="/count.js"></script>'
    assert shown(counter_of, module, granted("statistical"))[0] == element
    assert shown(counter_of, module, granted("statistical", "third-party")) == (element, {"Cookie"})


@MODULES
def test_a_frame_is_written_with_consent_and_a_placeholder_without_it(module):
    expected = '<iframe src="https://maps.example/7" title="Map of the town" id="cookies-a42df7cd"></iframe>'
    assert shown(map_of, module, granted("third-party")) == (expected, {"Cookie"})
    for request in (SentRequest(), granted("statistical")):
        markup, vary = shown(map_of, module, request)
        assert "<iframe" not in markup
        assert "https://maps.example/7" not in re.sub('<script type="application/json".*</script>', "", markup)
        assert "Map of the town" in markup
        assert "maps.example" in markup
        assert 'name="category" value="third-party"' in markup
        assert 'name="choice" value="grant"' in markup
        assert vary == {"Cookie", "Accept-Language"}


def test_a_grant_under_an_older_version_writes_no_frame():
    assert "<iframe" not in shown(map_of, wsgi, granted(*ALL), policy=VERSIONED)[0]


def test_a_script_with_a_title_asks_in_its_place():
    markup, _ = shown(lambda carrier: counter_of(carrier, title="Opinions"))
    assert "Opinions" in markup
    assert 'value="statistical"' in markup
    assert "/count.js" not in re.sub('<script type="application/json".*</script>', "", markup)


def test_a_necessary_script_waits_for_nothing():
    assert shown(lambda carrier: script_of(carrier, "necessary", "/a.js"))[0] == '<script src="/a.js"></script>'


def test_a_frame_of_a_category_that_the_site_does_not_use_waits_too():
    assert "Map of the town" in shown(map_of, policy=NECESSARY)[0]


def test_nothing_is_written_on_a_host_without_a_policy():
    policies = PolicySet([Policy.from_mapping(POLICY)])
    assert shown(map_of, request=SentRequest(host="x.example"), policy=policies)[0] == ""


def test_the_placeholder_escapes_address_and_title():
    def call(carrier):
        return frame_of(carrier, "third-party", 'https://"><b>.example/', title='<i>"Map"</i>')

    markup, _ = shown(call)
    assert "<b>" not in markup
    assert "<i>" not in markup


ATTRIBUTES = {
    "a string": ({"width": "100%"}, ' width="100%"'),
    "a number": ({"height": 5}, ' height="5"'),
    "only its name": ({"allowfullscreen": True}, " allowfullscreen"),
    "nothing": ({"allowfullscreen": False}, ""),
    "an underscore": ({"data_site_id": "7"}, ' data-site-id="7"'),
    "a word of Python": ({"class_": "map"}, ' class="map"'),
    "quotation marks": ({"allow": "\"'<>&"}, ' allow="&#34;&#39;&lt;&gt;&amp;"'),
    "safe markup": ({"allow": Markup('a"b&amp;c')}, ' allow="a&#34;b&amp;c"'),
}


@pytest.mark.parametrize(("attributes", "expected"), ATTRIBUTES.values(), ids=ATTRIBUTES)
def test_attributes_are_written_escaped(attributes, expected):
    markup, _ = shown(lambda carrier: map_of(carrier, id="map", **attributes), wsgi, granted("third-party"))
    assert markup == f'<iframe src="https://maps.example/7" title="Map of the town" id="map"{expected}></iframe>'


SOURCES = {
    "/a?b=1&c=2": "/a?b=1&amp;c=2",
    '/a"b': "/a&#34;b",
    "//cdn.example/a.js": "//cdn.example/a.js",
    "HTTPS://maps.example": "HTTPS://maps.example",
    "a/b:c": "a/b:c",
    "?a:b": "?a:b",
    Markup("/a?b=1&amp;c=2"): "/a?b=1&amp;c=2",
    Markup('/a"><b>'): "/a&#34;&gt;&lt;b&gt;",
}


@pytest.mark.parametrize(("src", "written"), SOURCES.items(), ids=map(repr, SOURCES))
def test_an_address_of_the_web_is_written_escaped(src, written):
    markup, _ = shown(lambda carrier: script_of(carrier, "necessary", src))
    assert markup == f'<script src="{written}"></script>'


HOSTILE = [
    "javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)",
    "java\nscript:alert(1)", "\tjavascript:alert(1)", "javascript\r:alert(1)", "\x01javascript:alert(1)",
    "\x00javascript:alert(1)", "\x1fjavascript:alert(1)", "\x08\x0ejavascript:alert(1)", "data:text/html,<script>",
    "data\n:,", "vbscript:a", "blob:https://data.example.org/1", "file:///etc/passwd", "ftp://example.org",
    "about:srcdoc", "view-source:x", Markup("java&#115;cript:alert(1)"), Markup("javascript&colon;alert(1)"), "",
]  # fmt: skip


@pytest.mark.parametrize("src", HOSTILE, ids=map(repr, HOSTILE))
@pytest.mark.parametrize("request_", [SentRequest(), granted(*ALL)], ids=["without consent", "with consent"])
def test_an_address_that_is_not_of_the_web_is_refused(request_, src):
    with pytest.raises(ValueError, match=r"^src: "):
        shown(lambda carrier: frame_of(carrier, "third-party", src, title="Map"), wsgi, request_)


NAMES = [
    "onload", "ONLOAD", "on_load", "onerror_", "x y", 'x"', "x=1", "x>", "x/", "", "_", "1x", "x\n", "é",
    "srcdoc", "SrcDoc", "srcdoc_", "src_", "SRC", "src",
]  # fmt: skip


@pytest.mark.parametrize("name", [name for name in NAMES if name != "src"])
@pytest.mark.parametrize("request_", [SentRequest(), granted(*ALL)], ids=["without consent", "with consent"])
def test_a_name_that_is_not_a_harmless_attribute_is_refused(request_, name):
    with pytest.raises(ValueError, match="attribute"):
        shown(lambda carrier: map_of(carrier, **{name: "alert(1)"}), wsgi, request_)


@pytest.mark.parametrize("category", ["statistics", "", "Statistical", 5, None, "necessary,statistical"])
@pytest.mark.parametrize("request_", [SentRequest(), granted(*ALL)], ids=["without consent", "with consent"])
def test_a_word_that_is_not_a_category_is_refused(request_, category):
    with pytest.raises(ValueError, match="is not a category"):
        shown(lambda carrier: script_of(carrier, category, "/a.js"), wsgi, request_)


CALLS = {
    "banner_of": banner_of,
    "preferences_link_of": preferences_link_of,
    "script_of": counter_of,
    "frame_of": map_of,
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@MODULES
def test_without_pages_each_call_gives_nothing_and_the_log_says_so_once(module, call, caplog):
    log_once.cache_clear()
    for request in (SentRequest(), granted(*ALL)):
        assert shown(call, module, request, pages=None)[0] == ""
    [record] = caplog.records
    assert "leave out pages=None" in record.getMessage()


def test_of_the_workers_of_one_server_only_the_first_says_so(caplog, monkeypatch):
    monkeypatch.setattr(workers, "is_first", lambda *thing: False)
    log_once.cache_clear()
    assert banner_of(http_environ()) == ""
    assert caplog.records == []


@MODULES
def test_without_pages_a_granted_category_is_still_granted(module):
    given = []
    request = granted("statistical")
    Wrapped(module, pages=None).ask(request, lambda carrier: given.append(is_granted(carrier, "statistical")) or ())
    assert given == [True]


LOCALIZED = pytest.mark.parametrize("call", [banner_of, preferences_link_of, map_of], ids=lambda call: call.__name__)


@MODULES
@LOCALIZED
@pytest.mark.parametrize("language", ["fr", "fr-BE", "fr_CA", Locale("fr", "BE")], ids=str)
def test_a_page_may_say_its_own_language(module, call, language):
    request = SentRequest(headers=(("accept-language", "nl"),))
    markup, vary = shown(lambda carrier: call(carrier, language=language), module, request)
    assert 'lang="fr"' in markup
    links = re.findall(r'(?:href|action)="(/cookies/preferences[^"]*)"', markup)
    assert {link.partition("&")[0] for link in links} == {"/cookies/preferences?lang=fr"}
    assert "Accept-Language" not in vary


@MODULES
@LOCALIZED
@pytest.mark.parametrize("language", ["sv", "", None, "no language at all, and much too long to be one"], ids=str)
def test_a_language_that_we_do_not_speak_leaves_it_to_the_request(module, call, language):
    request = SentRequest(headers=(("accept-language", "nl"),))
    markup, vary = shown(lambda carrier: call(carrier, language=language), module, request)
    assert 'lang="nl"' in markup
    assert "Accept-Language" in vary


@MODULES
def test_two_parts_of_one_page_may_differ_in_what_decides_their_language(module):
    def view(carrier):
        return banner_of(carrier) + map_of(carrier, language="fr")

    assert "Accept-Language" in shown(view, module)[1]


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_request_of_an_unwrapped_app_gets_nothing_and_the_log_says_so_once(call, caplog):
    log_once.cache_clear()
    for carrier in (http_scope(), http_environ(), http_environ()):
        assert (call(carrier), type(call(carrier))) == ("", Markup)
    [record] = caplog.records
    assert "no CookieWardenMiddleware wraps the app" in record.getMessage()
    with pytest.raises(TypeError):
        call("a request")


@pytest.mark.parametrize("call", [script_of, is_granted])
def test_a_misspelt_category_raises_in_an_unwrapped_app_too(call):
    with pytest.raises(ValueError, match="did you mean statistical"):
        call(http_environ(), "statistics", *(["/a.js"] if call is script_of else []))


@MODULES
def test_a_category_is_granted_as_the_visitor_chose(module):
    given = []

    def view(carrier):
        given.append((is_granted(carrier, "statistical"), is_granted(carrier, "third-party")))
        return ()

    Wrapped(module).ask(granted("statistical"), view)
    assert given == [(True, False)]
    assert not is_granted(http_environ(), "statistical")


@pytest.mark.parametrize(
    "title", ['A "<map>" & more', Markup('A "<map>" & more'), Markup("A &#34;&lt;map&gt;&#34; &amp; more")]
)
@pytest.mark.parametrize("categories", [(), ("third-party",)])
def test_a_title_is_escaped_whatever_a_template_made_of_it(title, categories):
    # Django passes text that stands in a tag as safe markup, though nobody has escaped it.
    markup, _ = shown(
        lambda carrier: frame_of(carrier, "third-party", "/map", title=title), request=granted(*categories)
    )
    assert "A &#34;&lt;map&gt;&#34; &amp; more" in markup
    assert "<map>" not in markup
