"""What a browser prefers and gets: formats by Accept; languages by address, cookie and Accept-Language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import Client

from cookiewarden import wsgi
from cookiewarden.http.negotiation import best_format, best_language, matching_language, wishes
from exchanges import POLICY, wrap

FORMATS = ["text/html", "text/markdown", "application/json", "application/pdf"]
LANGUAGES = ["en", "de", "fr", "nl"]

qualities = st.sampled_from(["", ";q=1", ";q=0", ";q=0.5", ";Q=0.25", "; q = 1", ";q=2", ";q=", ";level=1;q=0.9"])
ranges = st.sampled_from([*FORMATS, "*/*", "text/*", "*", *LANGUAGES, "fr-BE", "NL-nl", "-", "pt_BR", ""])
members = st.one_of(st.builds(str.__add__, ranges, qualities), st.text(max_size=8))
header_values = st.one_of(st.lists(members, max_size=40).map(",".join), st.text())
tags = st.one_of(
    ranges, st.text(max_size=12), st.from_regex(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}", fullmatch=True)
)


@pytest.mark.parametrize(
    ("header_value", "expected"),
    [
        ("", []),
        (" , ,", []),
        ("fr", [("fr", 1.0)]),
        ("fr;q=0.5, nl", [("nl", 1.0), ("fr", 0.5)]),
        ("de, fr, nl", [("de", 1.0), ("fr", 1.0), ("nl", 1.0)]),
        ("FR-be ; Q=0.8", [("fr-be", 0.8)]),
        ("*;q=0.", [("*", 0.0)]),
        ("text/html;level=1;q=0.3", [("text/html", 0.3)]),
        ("fr;q=1.5", [("fr", 0.0)]),
        ("fr;q=-1", [("fr", 0.0)]),
        ("fr;q=nan", [("fr", 0.0)]),
        ("fr;q=0.12345", [("fr", 0.0)]),
        ("fr;q=\u0660", [("fr", 0.0)]),
        (";q=1", []),
    ],
)
def test_wishes_are_sorted_by_quality_and_an_invalid_quality_is_zero(header_value, expected):
    assert wishes(header_value) == expected


def test_only_the_first_of_very_many_wishes_are_read():
    assert len(wishes(",".join(["fr"] * 10_000))) == 32


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", "text/html"),
        ("*/*", "text/html"),
        ("text/*", "text/html"),
        ("image/png", "text/html"),
        ("text/html;q=0", "text/html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("application/json", "application/json"),
        ("application/*", "application/json"),
        ("Application/PDF", "application/pdf"),
        ("text/markdown, text/html;q=0.9", "text/markdown"),
        ("text/html;q=0.1, */*;q=0.5", "text/markdown"),
        ("application/json;q=0, application/*", "application/pdf"),
        ("application/pdf;q=high, text/markdown;q=0.1", "text/markdown"),
    ],
)
def test_the_format_is_the_one_that_accept_prefers(accept, expected):
    assert best_format(accept, FORMATS) == expected


@pytest.mark.parametrize(
    ("accept_language", "expected"),
    [
        ("", None),
        ("*", None),
        ("pt", None),
        ("fr;q=0", None),
        ("fr", "fr"),
        ("FR", "fr"),
        ("fr-BE", "fr"),
        ("pt-BR, fr-BE;q=0.8", "fr"),
        ("nl;q=0.5, de;q=0.7", "de"),
        ("fr;q=0, nl;q=0.1", "nl"),
        ("*, nl;q=0.1", "nl"),
        ("frr", None),
        ("-fr", None),
    ],
)
def test_the_language_is_the_one_that_accept_language_prefers(accept_language, expected):
    assert best_language(accept_language, LANGUAGES) == expected


@pytest.mark.parametrize(
    ("tag", "offered", "expected"),
    [
        ("fr-be", ["fr", "fr-be"], "fr-be"),
        ("fr-BE", ["fr"], "fr"),
        ("fr", ["en", "fr-be"], "fr-be"),
        ("fr_BE", ["fr"], "fr"),
        ("pt-PT", ["pt-br"], "pt-br"),
        ("zh-Hant-TW", ["zh-hans", "zh-hant"], "zh-hant"),
        ("fr", ["frr"], None),
        ("", LANGUAGES, None),
        ("-", LANGUAGES, None),
    ],
)
def test_a_wider_language_serves_and_so_does_one_of_another_region(tag, offered, expected):
    assert matching_language(tag, offered) == expected


@given(header_values)
def test_any_text_can_be_read_as_wishes(header_value):
    found = wishes(header_value)
    assert len(found) <= 32
    assert all(value and 0 <= quality <= 1 for value, quality in found)
    assert [quality for _, quality in found] == sorted((quality for _, quality in found), reverse=True)


@given(header_values, st.lists(st.sampled_from(FORMATS), min_size=1, unique=True))
def test_the_format_is_always_one_of_those_offered(accept, offered):
    assert best_format(accept, offered) in offered


@given(header_values, st.lists(st.sampled_from([*LANGUAGES, "fr-be", "pt-br"]), unique=True))
def test_the_language_is_always_one_of_those_offered_or_none(accept_language, offered):
    assert best_language(accept_language, offered) in [*offered, None]


@given(tags, st.lists(st.sampled_from([*LANGUAGES, "fr-be", "zh-hant", "zh-hans"]), unique=True))
def test_a_matching_language_is_offered_and_is_the_same_language(tag, offered):
    found = matching_language(tag, offered)
    assert found in [*offered, None]
    assert found is None or found.partition("-")[0] == tag.lower().replace("_", "-").partition("-")[0]


@given(st.sampled_from(LANGUAGES), st.lists(st.sampled_from(LANGUAGES), min_size=1, unique=True))
def test_a_client_gets_the_language_it_asks_for_if_that_is_offered(tag, offered):
    assert best_language(f"{tag}, *;q=0.5", offered) == (tag if tag in offered else None)


def client(policy=POLICY):
    app = wrap(wsgi.CookieWardenMiddleware, None, policy=policy, language_cookie="tongue")
    return Client(app, use_cookies=False)


NOTHING = ("", "", "")


@pytest.mark.parametrize(
    ("query", "cookie", "accept_language", "default", "expected"),
    [
        (*NOTHING, "en", "en"),
        (*NOTHING, "nl", "nl"),
        (*NOTHING, "fr-BE", "fr"),
        (*NOTHING, "sv", "en"),
        ("?lang=fr", "tongue=nl", "de", "en", "fr"),
        ("", "tongue=nl", "de", "en", "nl"),
        ("", "", "de", "en", "de"),
        ("?lang=FR-be", "", "", "en", "fr"),
        ("?lang=fr_BE", "", "", "en", "fr"),
        ("?lang=nl&lang=fr", "", "", "en", "fr"),
        ("?lang=", "tongue=nl", "de", "en", "nl"),
        ("?lang=sv", "", "de", "en", "de"),
        ("?lang=sv", "tongue=nl", "de", "en", "nl"),
        ("?lang=%FF%00", "", "de", "en", "de"),
        ("?lang=fr-" + "x" * 60, "", "", "nl", "nl"),
        ("?LANG=fr", "", "", "nl", "nl"),
        ("", "tongue=fr-BE", "", "en", "fr"),
        ("", "tongue=fr_BE", "", "en", "fr"),
        ("", "tongue=sv", "de", "en", "de"),
        ("", "tongue=", "de", "en", "de"),
        ("", "tongue=\xff", "de", "en", "de"),
        ("", "other=fr", "", "en", "en"),
        ("", "tongue=sv; tongue=fr", "", "nl", "nl"),
        ("", "", "fr-BE,fr;q=0.9,en;q=0.8", "en", "fr"),
        ("", "", "sv, *", "nl", "nl"),
        ("", "", "*", "nl", "nl"),
        ("", "", "fr;q=0, de;q=0.3", "nl", "de"),
        ("", "", "fr;q=0", "nl", "nl"),
        ("", "", "\xff;q=,;,", "nl", "nl"),
    ],
)
def test_the_language_comes_from_the_address_then_the_cookie_then_the_browser_then_the_policy(
    query, cookie, accept_language, default, expected
):
    policy = {**POLICY, "site": {**POLICY["site"], "language": default}}
    headers = {"Cookie": cookie, "Accept-Language": accept_language}
    response = client(policy).get(f"/cookies{query}", headers=headers)
    assert response.status_code == 200
    assert response.headers["Content-Language"] == expected
    assert f'<html lang="{expected}" dir="ltr">' in response.text
    assert "Accept-Language" in response.headers["Vary"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(("GET", path) for path in ("", ".md", ".json", "/preferences", "/preferences.json", "/banner")),
        ("POST", "/preferences"),
    ],
)
@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_response_is_in_the_language_that_it_names(tag, method, path):
    response = client().open(f"/cookies{path}", method=method, headers={"Accept-Language": tag})
    assert response.headers.get("Content-Language") == tag
    marks = {"text/html": f'lang="{tag}" dir="ltr"', "application/json": f'"language": "{tag}"'}
    assert marks.get(response.mimetype, "# ") in response.text


@pytest.mark.parametrize(
    ("texts", "tag", "expected"),
    [
        ({"en": "Counts", "fr": "Compte"}, "fr", "<span>Compte</span>"),
        ({"en": "Counts", "fr": "Compte"}, "fr-BE", "<span>Compte</span>"),
        ({"en": "Counts", "fr-be": "Compte"}, "fr", "<span>Compte</span>"),
        ({"en": "Counts", "fr": "Compte"}, "nl", '<span lang="en">Counts</span>'),
        ({"pt-br": "Conta"}, "nl", '<span lang="pt-br">Conta</span>'),
    ],
)
@pytest.mark.parametrize("path", ["", "/preferences", "/banner"])
def test_a_text_in_another_language_than_its_page_is_marked(path, texts, tag, expected):
    policy = {**POLICY, "cookies": [{"name": "_ga", "category": "statistical", "purpose": texts}]}
    response = client(policy).get(f"/cookies{path}", headers={"Accept-Language": tag})
    assert expected in response.text
