"""The form of the preferences page through both adapters: which post makes a choice, and which is refused."""

import json
from itertools import product

import pytest

from choices import ALL, value_of
from exchanges import POLICY, SECRET_KEY
from paged import FORM, MAX_BODY, OWN, BodyWasReadError, ClientRequest, Site, through_asgi, through_wsgi

SITE = Site()
PATH = "/cookies/preferences"
SAVED = f"{PATH}?saved"


def visitor(*categories):
    return ("cookie", f"cookies_preferences={value_of(POLICY, SECRET_KEY, *categories).decode()}")


def assert_refused(answer, *statuses):
    """Check that the response is a page with the error, and that nothing changed."""
    assert answer.status in statuses
    assert answer.set_cookies == []
    assert answer.header("content-type") == "text/html; charset=utf-8"
    assert answer.list_of("cache-control") == {"no-store"}
    assert answer.header("location") is None
    assert str(answer.status) in answer.text


@pytest.mark.parametrize(
    ("body", "cookies", "granted"),
    [
        ("choice=accept", [], ALL),
        ("choice=accept&category=statistical", [], ALL),
        ("choice=accept", [visitor()], ALL),
        ("choice=refuse", [], ()),
        ("choice=refuse", [visitor(*ALL)], ()),
        ("choice=refuse&category=statistical", [], ()),
        ("choice=save", [], ()),
        ("choice=save", [visitor(*ALL)], ()),
        ("choice=save&category=statistical", [], ["statistical"]),
        ("choice=save&category=statistical", [visitor("third-party")], ["statistical"]),
        ("category=third-party&category=first-party&choice=save", [], ["first-party", "third-party"]),
        ("choice=save&category=necessary", [], ()),
        ("choice=save&category=statistical&category=statistical", [], ["statistical"]),
        ("choice=grant&category=third-party", [visitor("statistical")], ["statistical", "third-party"]),
        ("choice=%61ccept", [], ALL),
        ("choice=save&category=first%2Dparty", [], ["first-party"]),
    ],
)
def test_post_makes_the_choice_and_the_cookie_loads_to_it(body, cookies, granted):
    answer = SITE.post(body, [FORM, OWN, *cookies])
    assert (answer.status, answer.header("location"), answer.body) == (303, SAVED, b"")
    assert answer.list_of("cache-control") == {"no-store"}
    choice = answer.choice()
    assert choice.granted == set(granted)
    assert choice.refused == set(ALL) - set(granted)
    state = json.loads(SITE.ask("/cookies/preferences.json", headers=[("cookie", answer.cookie)]).body)
    answers = {row["category"]: row["granted"] for row in state["categories"]}
    assert answers == {"necessary": True, **{name: name in granted for name in ALL}}


def test_a_grant_leaves_other_categories_undecided():
    choice = SITE.post("choice=grant&category=third-party").choice()
    assert (choice.granted, choice.refused) == ({"third-party"}, frozenset())


@pytest.mark.parametrize(
    "body",
    [
        "",
        "choice=",
        "choice=yes",
        "choice=Accept",
        "choice=accept%20",
        "choice=grant",
        "choice=grant&category=necessary",
        "category=statistical",
        "choice=save&category=",
        "choice=save&category=everything",
        "choice=save&category=Statistical",
        "choice=save&category=statistical,third-party",
        "choice=save&category=statistical&category=x",
        "choice=accept&category=x",
        "choice=accept&choice=refuse",
        "choice=accept&choice=accept",
        "choice=refuse&next=/a&next=/b",
        "choice=refuse&next=&next=/b",
        "choice=accept&csrf=1",
        "choice=accept&=",
        "choice=accept&Category=statistical",
        "choice=accept&categ\u00f6ry=statistical",
        "choice=accept&<script>alert(1)</script>=1",
        "choice=save&category=<script>alert(1)</script>",
        "choice=accept&" + "x" * 5000 + "=1",
        "choice[]=accept",
        "choice",
        "&",
        "choice=accept&&",
        "choice=accept;category=statistical",
        '{"granted": []}',
        "choice=accept&" + "&".join(["category=statistical"] * 40),
        "choice=%61%",
        "choice=%zz",
    ],
    ids=lambda body: ascii(body[:40]),
)
def test_a_form_that_is_not_a_choice_is_refused(body):
    answer = SITE.post(body)
    assert_refused(answer, 400, 422)
    assert "<script" not in answer.text


@pytest.mark.parametrize(
    "body",
    [b"choice=accept\xff", b"\xff\xfec\0h\0", b"choice=%FF", b"choice=save&category=%C3", b"choice=accept&%ED%A0%80=1"],
)
def test_a_form_that_is_not_utf_8_is_refused(body):
    assert_refused(SITE.post(body), 400)


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("content-type", "")],
        [("content-type", "application/json")],
        [("content-type", "text/plain")],
        [("content-type", "multipart/form-data; boundary=x")],
        [("content-type", "application/x-www-form-urlencoded2")],
        [("content-type", "application/x-www-form-urlencoded, text/plain")],
        [FORM, FORM],
        [("content-type", "*/*")],
        [("content-type", f"{FORM[1]}; charset=iso-8859-1")],
        [("content-type", f"{FORM[1]}; charset=utf-16")],
        [("content-type", f'{FORM[1]}; a=b; CHARSET="utf-7"')],
        [("content-type", f"{FORM[1]}; charset=utf-8; charset=utf-16")],
        [FORM, ("content-encoding", "gzip")],
        [FORM, ("content-encoding", "br")],
        [FORM, ("content-encoding", "identity, gzip")],
        [FORM, ("content-encoding", "x")],
    ],
)
def test_another_media_type_charset_or_coding_is_refused(headers):
    assert_refused(SITE.post("choice=accept", [*headers, OWN]), 415)


@pytest.mark.parametrize(
    "headers",
    [
        [("content-type", "Application/X-WWW-Form-URLencoded")],
        [("content-type", f"{FORM[1]};charset=utf-8")],
        [("content-type", f'{FORM[1]} ; Charset="UTF-8"')],
        [FORM, ("content-encoding", "identity")],
    ],
)
def test_the_media_type_may_be_written_in_another_way(headers):
    assert SITE.post("choice=accept", [*headers, OWN]).status == 303


@pytest.mark.parametrize("is_chunked", [False, True])
def test_a_body_of_8_kib_is_read_and_one_byte_more_is_not(is_chunked):
    """Both bodies are refused, but the first for its content: it was read to its end."""
    start = "choice=accept&category="
    body = start + "x" * (MAX_BODY - len(start))
    assert_refused(SITE.post(body, is_chunked=is_chunked), 422)
    assert_refused(SITE.post(body + "x", is_chunked=is_chunked), 413)
    assert_refused(SITE.post(body + "x" * 100_000, is_chunked=is_chunked), 413)


@pytest.mark.parametrize("length", ["8193", "10000", "99999999999999999999", "0" * 20 + "9999"])
@pytest.mark.parametrize("through", [through_asgi, through_wsgi])
def test_a_body_declared_too_long_is_not_read(length, through):
    app = SITE.asgi if through is through_asgi else SITE.wsgi
    request = ClientRequest(PATH, "POST", (FORM, OWN, ("content-length", length)), body=None)
    assert_refused(through(app, request), 413)
    with pytest.raises(BodyWasReadError):
        through(app, ClientRequest(PATH, "POST", (FORM, OWN, ("content-length", "8192")), body=None))


@pytest.mark.parametrize(("method", "path"), list(product(["POST", "PUT"], [PATH, "/cookies/preferences.json"])))
@pytest.mark.parametrize("is_chunked", [False, True])
@pytest.mark.parametrize("arriving", [0, 13, 40])
def test_a_body_that_breaks_off_changes_nothing(method, path, is_chunked, arriving):
    body = b"choice=accept&next=/&category=statistical"
    request = ClientRequest(path, method, (FORM, OWN), body=body, is_chunked=is_chunked, arriving=arriving)
    assert through_asgi(SITE.asgi, request) is None
    assert through_wsgi(SITE.wsgi, request).set_cookies == []


def test_a_post_to_the_path_with_a_slash_redirects_and_changes_nothing():
    answer = SITE.post("choice=accept", target=f"{PATH}/")
    assert (answer.status, answer.header("location"), answer.set_cookies) == (308, PATH, [])
