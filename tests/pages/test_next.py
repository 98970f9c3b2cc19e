"""Where a choice redirects to: the address in the form or the page before, but only within the site."""

import pytest

from choices import value_of
from exchanges import POLICY, SECRET_KEY
from paged import FORM, MAX_BODY, OWN, Site

SITE = Site()
PATH = "/cookies/preferences"
SAVED = f"{PATH}?saved"
HOST = "https://data.example.org"


def _quoted(text):
    """Percent-encode every byte of a text, as a form does."""
    return "".join(f"%{byte:02X}" for byte in text.encode())


OWN_ADDRESSES = [
    "/",
    "/a",
    "/a?b=1&c=%20",
    "/a#b",
    "/%C3%A9t%C3%A9",
    "/a//b",
    "/a/http://x.example",
    "/a?next=//evil.example",
    "/%0d%0aX:1",
    "/%2F%2Fevil",
    "/:80",
    "/@evil.example",
]


@pytest.mark.parametrize("address", OWN_ADDRESSES)
def test_a_choice_redirects_to_the_path_in_the_form(address):
    answer = SITE.post(f"choice=refuse&next={_quoted(address)}")
    assert (answer.status, answer.header("location")) == (303, address)


FOREIGN_ADDRESSES = [
    "//evil.example",
    "//evil.example/a",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "\\\\evil.example",
    "/a\\..\\b",
    "https:evil.example",
    "https:/evil.example",
    "https://evil.example/",
    "HTTPS://evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    "a",
    "?a=1",
    "#a",
    ".",
    "../a",
    " /a",
    " //evil.example",
    "\t//evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/a\r\nSet-Cookie: a=1",
    "/a\nb",
    "/\0",
    "/a b",
    "/\x7f",
    "/\x85/evil.example",
    "/\xa0",
    "/é",
    "/\uff0fevil.example",
    "\uff0f\uff0fevil.example",
    "/\u202e",
    "/" + "a" * 2048,
    "/" + "a" * 7000,
]


@pytest.mark.parametrize("address", FOREIGN_ADDRESSES, ids=ascii)
@pytest.mark.parametrize("choice", ["accept", "refuse"])
def test_an_address_off_the_site_is_refused_and_nothing_changes(address, choice):
    body = f"choice={choice}&next={_quoted(address)}"
    answer = SITE.post(body)
    assert answer.status == (413 if len(body) > MAX_BODY else 422)
    assert (answer.header("location"), answer.set_cookies) == (None, [])


@pytest.mark.parametrize("address", ["//evil.example", "/\\evil.example", "https://evil.example/", "/a b", "/é", "a"])
@pytest.mark.parametrize("name", ["next", "%6Eext"])
def test_an_address_that_is_not_percent_encoded_is_refused_too(address, name):
    answer = SITE.post(f"choice=accept&{name}={address}")
    assert (answer.status, answer.header("location"), answer.set_cookies) == (422, None, [])


@pytest.mark.parametrize(
    ("referer", "location"),
    [
        (None, SAVED),
        ("", SAVED),
        (f"{HOST}/maps?x=1&y=%20", "/maps?x=1&y=%20"),
        (f"{HOST}/", "/"),
        (f"{HOST}/maps#there", "/maps"),
        ("http://data.example.org/maps", "/maps"),
        ("https://DATA.example.org/maps", "/maps"),
        (f"{HOST}{PATH}", SAVED),
        (f"{HOST}{SAVED}", SAVED),
        (HOST, SAVED),
        ("https://evil.example/maps", SAVED),
        ("https://data.example.org.evil.example/maps", SAVED),
        ("https://evil.example/data.example.org", SAVED),
        ("https://sub.data.example.org/maps", SAVED),
        ("https://data.example.org:8443/maps", SAVED),
        ("https://user@data.example.org/maps", SAVED),
        ("https://data.example.org@evil.example/maps", SAVED),
        (f"{HOST}//evil.example/maps", SAVED),
        (f"{HOST}/\\evil.example", SAVED),
        (f"{HOST}/{'a' * 3000}", SAVED),
        (f"{HOST}/é", SAVED),
        ("/maps", SAVED),
        ("//data.example.org//evil.example", SAVED),
        ("about:blank", SAVED),
        ("https://[", SAVED),
        ("https://data.example.org:port/maps", SAVED),
        (f"{HOST}/a, https://evil.example/b", SAVED),
    ],
)
def test_without_an_address_a_choice_redirects_to_the_referring_page_of_the_same_host(referer, location):
    headers = [FORM, OWN] if referer is None else [FORM, OWN, ("referer", referer)]
    assert SITE.post("choice=refuse", headers).header("location") == location
    assert SITE.post("choice=refuse&next=", headers).header("location") == location
    assert SITE.post("choice=refuse&next=/x", headers).header("location") == "/x"


def test_the_host_of_the_referer_is_compared_with_its_port():
    headers = [FORM, OWN, ("referer", "http://data.example.org:8000/maps")]
    assert SITE.post("choice=refuse", headers, host="data.example.org:8000").header("location") == "/maps"
    assert SITE.post("choice=refuse", headers, host="data.example.org:8001").header("location") == SAVED


def test_under_a_mount_point_a_choice_redirects_to_the_preferences_page_there():
    answer = SITE.post("choice=refuse", target="/a%20b/cookies/preferences", mount="/a%20b")
    assert answer.header("location") == "/a%20b/cookies/preferences?saved"


def test_the_language_in_the_query_is_kept():
    visitor = ("cookie", f"cookies_preferences={value_of(POLICY, SECRET_KEY).decode()}")
    answer = SITE.post("choice=refuse", target=f"{PATH}?lang=fr")
    assert answer.header("location") == f"{SAVED}&lang=fr"
    assert SITE.ask(answer.header("location"), headers=[visitor]).header("content-language") == "fr"
