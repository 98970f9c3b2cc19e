"""The API through both adapters: which PUT makes a choice, which is refused, and the OpenAPI document."""

import json

import pytest
import schemathesis
from hypothesis import settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from choices import ALL, value_of
from exchanges import NOW, POLICY, SECRET_KEY
from hypothesis_profiles import examples
from paged import FORM, JSON, MAX_BODY, OWN, BodyWasReadError, ClientRequest, Site, through_asgi, through_wsgi

SITE = Site()
PATH = "/cookies/preferences.json"


def visitor(*categories, policy=POLICY):
    return ("cookie", f"cookies_preferences={value_of(policy, SECRET_KEY, *categories).decode()}")


def assert_problem(answer, *statuses):
    """Check that the response is an error as in RFC 9457, and that nothing changed."""
    assert answer.status in statuses
    assert answer.header("content-type") == "application/problem+json"
    assert answer.list_of("cache-control") == {"no-store"}
    assert answer.set_cookies == []
    problem = json.loads(answer.body)
    assert problem["status"] == answer.status
    assert problem["title"]
    assert problem["detail"]


@pytest.mark.parametrize(
    ("granted", "cookies"),
    [
        ([], []),
        ([], [visitor(*ALL)]),
        (["statistical"], []),
        (["statistical"], [visitor("third-party")]),
        (["third-party", "statistical"], []),
        (list(ALL), []),
        (list(ALL), [visitor()]),
        (["necessary"], []),
        (["statistical", "statistical", "necessary"], []),
    ],
)
def test_put_makes_the_choice_and_the_cookie_loads_to_it(granted, cookies):
    answer = SITE.put(json.dumps({"granted": granted}), [JSON, OWN, *cookies])
    assert answer.status == 200
    assert answer.list_of("cache-control") == {"no-store"}
    choice = answer.choice()
    assert choice.granted == set(granted) - {"necessary"}
    assert choice.refused == set(ALL) - choice.granted
    # The response to PUT says the same as a GET with the new cookie.
    assert json.loads(answer.body) == json.loads(SITE.ask(PATH, headers=[("cookie", answer.cookie)]).body)


@pytest.mark.parametrize(
    ("headers", "flags", "granted"),
    [
        ([], (False, False, True), [None, None, None]),
        ([visitor("statistical")], (True, False, False), [True, False, False]),
        ([visitor()], (True, False, False), [False, False, False]),
        (
            [visitor("statistical", policy={**POLICY, "site": {**POLICY["site"], "version": "0"}})],
            (True, True, True),
            [None, False, False],
        ),
        ([("cookie", "cookies_preferences=yes")], (False, False, True), [None, None, None]),
    ],
)
def test_get_returns_the_present_choice(headers, flags, granted):
    state = json.loads(SITE.ask(PATH, headers=headers).body)
    assert (state["is_decided"], state["is_stale"], state["is_asked"]) == flags
    rows = state["categories"]
    assert [row["category"] for row in rows] == ["necessary", *ALL]
    assert [row["needs_consent"] for row in rows] == [False, True, True, True]
    assert [row["granted"] for row in rows] == [True, *granted]
    assert state["chosen_at"] == (None if flags == (False, False, True) else "2025-06-15")
    assert rows[1]["cookies"] == ["_ga*", "_pk_*"]
    assert "cookies_preferences" in rows[0]["cookies"]
    assert NOW == 1_750_000_000


@pytest.mark.parametrize(
    "body",
    [
        "",
        " ",
        "x",
        "{",
        "[",
        '{"granted": ["statistical"]',
        '{"granted": ["statistical"],}',
        '{"granted": ["statistical"]} {}',
        '{"granted": ["statistical"]}\0',
        "{'granted': []}",
        "{granted: []}",
        '\ufeff{"granted": []}',
        '{"granted": [], "granted": ["statistical"]}',
        '{"granted": [], "gr\\u0061nted": []}',
        '{"granted": [{"a": 1, "a": 2}]}',
        '{"granted": NaN}',
        '{"granted": [Infinity]}',
        '{"granted": [], "x": -Infinity}',
        '{"granted": ' + "9" * 5000 + "}",
        "[" * 8000,
        '{"granted":' * 700,
        '{"granted": ' + "[" * 4000 + "]" * 4000 + "}",
        '{"a":' * 1600 + "1",
        "null",
        "true",
        "1",
        '"accept"',
        "[]",
        '["statistical"]',
        "{}",
        '{"granted": null}',
        '{"granted": true}',
        '{"granted": 1}',
        '{"granted": 1e999}',
        '{"granted": "statistical"}',
        '{"granted": {}}',
        '{"granted": {"statistical": true}}',
        '{"granted": [null]}',
        '{"granted": [1]}',
        '{"granted": [["statistical"]]}',
        '{"granted": [true, "statistical"]}',
        '{"granted": [""]}',
        '{"granted": ["Statistical"]}',
        '{"granted": ["statistical "]}',
        '{"granted": ["statistical", "everything"]}',
        '{"granted": ["\\ud800"]}',
        '{"granted": ["\\u0000"]}',
        '{"granted": ["' + "é" * 3000 + '"]}',
        '{"granted": [], "refused": []}',
        '{"Granted": []}',
        '{"granted": [], "": 1}',
        '{"granted": [], "\\udfff\\u0000<script>": 1}',
        "choice=accept",
    ],
    ids=lambda body: ascii(body[:40]),
)
def test_a_document_that_is_not_a_choice_is_refused(body):
    assert_problem(SITE.put(body), 400, 422)


@pytest.mark.parametrize(
    "body",
    [
        b"\xff",
        b'{"granted": ["\xe9"]}',
        '{"granted": []}'.encode("utf-16"),
        b'{"granted": ["\xed\xa0\x80"]}',
        b"\x80" * 99,
    ],
)
def test_a_document_that_is_not_utf_8_is_refused(body):
    assert_problem(SITE.put(body), 400)


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("content-type", "")],
        [FORM],
        [("content-type", "text/plain")],
        [("content-type", "text/json")],
        [("content-type", "application/problem+json")],
        [("content-type", "application/jsonp")],
        [("content-type", "application/json, text/plain")],
        [JSON, JSON],
        [("content-type", "application/json; charset=utf-16")],
        [("content-type", 'application/json; charset="latin-1"')],
        [JSON, ("content-encoding", "gzip")],
        [JSON, ("content-encoding", "deflate, identity")],
    ],
)
def test_another_media_type_charset_or_coding_is_refused(headers):
    assert_problem(SITE.put('{"granted": ["statistical"]}', [*headers, OWN]), 415)


@pytest.mark.parametrize(
    "headers",
    [
        [("content-type", "APPLICATION/json")],
        [("content-type", 'application/json;charset="utf-8"')],
        [JSON, ("content-encoding", "Identity")],
    ],
)
def test_the_media_type_may_be_written_in_another_way(headers):
    assert SITE.put('{"granted": ["statistical"]}', [*headers, OWN]).status == 200


@pytest.mark.parametrize("is_chunked", [False, True])
def test_a_body_of_8_kib_is_read_and_one_byte_more_is_refused(is_chunked):
    body = '{"granted": ["statistical"]}'.ljust(MAX_BODY)
    answer = SITE.put(body, is_chunked=is_chunked)
    assert (answer.status, answer.choice().granted) == (200, {"statistical"})
    assert_problem(SITE.put(body + " ", is_chunked=is_chunked), 413)
    assert_problem(SITE.put(body * 20, is_chunked=is_chunked), 413)


@pytest.mark.parametrize("through", [through_asgi, through_wsgi])
def test_a_body_declared_too_long_is_not_read(through):
    app = SITE.asgi if through is through_asgi else SITE.wsgi
    assert_problem(through(app, ClientRequest(PATH, "PUT", (JSON, OWN, ("content-length", "8193")), body=None)), 413)
    with pytest.raises(BodyWasReadError):
        through(app, ClientRequest(PATH, "PUT", (JSON, OWN, ("content-length", "8192")), body=None))


@pytest.mark.parametrize(("path", "body"), [(PATH, "[]"), ("/cookies/preferences", "choice=x")])
def test_a_refused_request_leaves_the_earlier_choice(path, body):
    method, kind = ("PUT", JSON) if path == PATH else ("POST", FORM)
    answer = SITE.ask(path, method, [kind, OWN, visitor("statistical")], body=body.encode())
    assert (answer.status, answer.set_cookies) == (422, [])


def test_each_choice_is_recorded_once_with_its_source():
    records = []
    site = Site(on_choice=records.append)
    site.put('{"granted": ["statistical"]}')
    site.post("choice=refuse")
    site.put('{"granted": ["x"]}')
    site.ask("/cookies/preferences?choice=accept")
    # Twice, for each request goes through both adapters.
    assert [(record.how.value, record.granted) for record in records] == [
        *[("api", ("statistical",))] * 2,
        *[("page", ())] * 2,
    ]


# Schemathesis calls each operation of the API as the document says, and with wrong requests. The form is not part of
# it: its path also has a page, and its fields depend on each other.
FORM_PATH = "/cookies/preferences"
BY_ASGI = schemathesis.openapi.from_asgi("/cookies/openapi.json", SITE.asgi).exclude(path=FORM_PATH)
BY_WSGI = schemathesis.openapi.from_wsgi("/cookies/openapi.json", SITE.wsgi).exclude(path=FORM_PATH)
# Listed, so that neither a check of a new release of Schemathesis nor one of the time can fail the test.
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.positive_data_acceptance,
    checks.missing_required_header,
    checks.unsupported_method,
    checks.allow_header_conformance,
]
BOUNDED = settings(examples(50), database=None)


@BY_ASGI.parametrize()
@BOUNDED
def test_the_asgi_app_does_what_the_openapi_document_says(case):
    case.call_and_validate(checks=CHECKS)


@BY_WSGI.parametrize()
@BOUNDED
def test_the_wsgi_app_does_what_the_openapi_document_says(case):
    case.call_and_validate(checks=CHECKS)


@pytest.mark.parametrize("schema", [BY_ASGI, BY_WSGI])
def test_the_openapi_document_is_valid_and_has_all_operations(schema):
    schema.validate()
    found = {(one.ok().method.upper(), one.ok().path) for one in schema.get_all_operations()}
    assert found == {("GET", PATH), ("PUT", PATH), ("GET", "/cookies.json")}
    assert schema.raw_schema["openapi"].startswith("3.1.")
    assert set(schema.raw_schema["paths"][PATH]["put"]["responses"]) == {"200", "400", "403", "413", "415", "422"}


AS_JSON = [FORM, OWN, ("accept", "application/json")]
FORMS = {
    "200": ("choice=grant&category=statistical&next=/a&place=b", AS_JSON),
    "303": ("choice=accept", [FORM, OWN]),
    "400": (b"\xff", AS_JSON),
    "403": ("choice=accept", [FORM, ("sec-fetch-site", "cross-site"), ("accept", "application/json")]),
    "413": ("choice=accept&category=" + "x" * MAX_BODY, AS_JSON),
    "415": ("{}", [JSON, OWN, ("accept", "application/json")]),
    "422": ("choice=maybe", AS_JSON),
}


def test_a_form_is_answered_as_the_openapi_document_says():
    document = json.loads(SITE.ask("/cookies/openapi.json").body)
    responses = document["paths"][FORM_PATH]["post"]["responses"]
    assert responses.keys() == FORMS.keys()
    for status, (body, headers) in FORMS.items():
        answer = SITE.post(body, headers)
        assert answer.status == int(status)
        assert [*responses[status].get("content", {})] == [kind for kind in [answer.header("content-type")] if kind]
    schema = document["components"]["schemas"]["ChoiceForm"]
    assert set(schema["properties"]) == {"choice", "category", "versions", "next", "place"}
    for choice in schema["properties"]["choice"]["enum"]:
        assert SITE.post(f"choice={choice}&category=statistical", AS_JSON).status == 200
