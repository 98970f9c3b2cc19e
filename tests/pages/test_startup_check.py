"""A page that asks, but has no way to answer, stops the start: the message names the file and what to write."""

import pytest

from cookiewarden import OptionError, wsgi
from exchanges import POLICY

FORM = '<form method="post" action="{{ links.choose }}">'
VERSIONS = '<input type="hidden" name="versions" value="{{ versions }}">'
ACCEPT, REFUSE = '<button name="choice" value="accept">', '<button name="choice" value="refuse">'
WITHOUT_BUTTONS = "{% extends 'cookiewarden/NAME' %}{% block buttons %}{% endblock %}"


def start(folder, name, content):
    (folder / name).write_text(content)
    wsgi.CookieWardenMiddleware(None, policy=POLICY, secret_key="a key of 16 bytes", templates=folder)


@pytest.mark.parametrize(
    ("name", "content", "missing"),
    [
        ("banner.html", "", ["no form that posts", "'accept'", "'refuse'", "'versions'"]),
        ("banner.html", WITHOUT_BUTTONS, ["'accept'", "'refuse'"]),
        ("banner.html", FORM + VERSIONS + ACCEPT, ["'refuse'"]),
        ("banner.html", FORM + ACCEPT + REFUSE, ["'versions'"]),
        ("banner.html", FORM.replace("post", "get") + VERSIONS + ACCEPT + REFUSE, ["no form that posts"]),
        ("banner.html", FORM + VERSIONS + ACCEPT + REFUSE.replace(">", " disabled>"), ["'refuse'"]),
        ("banner.html", f"{FORM}{VERSIONS}<template>{ACCEPT}</template>{REFUSE}", ["'accept'"]),
        ("placeholder.html", WITHOUT_BUTTONS, ["'grant'"]),
        ("placeholder.html", FORM + VERSIONS + '<button name="choice" value="grant">', ["'category'"]),
        (
            "preferences.html",
            "{% extends 'layout.html' %}",
            ["no form", "'save'", "'accept'", "'refuse'", "'category'", "'versions'"],
        ),
    ],
)
def test_a_template_without_its_buttons_or_fields_stops_the_start(tmp_path, name, content, missing):
    with pytest.raises(OptionError) as raised:
        start(tmp_path, name, content.replace("NAME", name))
    assert [fault.startswith(f"templates: {name}: ") for fault in raised.value.args] == [True] * len(missing)
    assert all(word in fault for word, fault in zip(missing, raised.value.args, strict=True))
    assert all("; write <" in fault for fault in raised.value.args)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("banner.html", FORM + VERSIONS + ACCEPT + REFUSE),
        ("banner.html", FORM + VERSIONS + ACCEPT.replace("button", "INPUT type=submit") + REFUSE),
        ("banner.html", "{% extends 'cookiewarden/banner.html' %}{% block text %}{% endblock %}"),
        ("placeholder.html", "<b>{% extends 'cookiewarden/placeholder.html' %}"),
        ("preferences_link.html", "<a href='{{ links.preferences }}'>Choose</a>"),
        ("saved.html", ""),
    ],
)
def test_a_template_with_its_buttons_and_fields_starts(tmp_path, name, content):
    start(tmp_path, name, content)


def test_a_template_that_fails_only_for_a_title_of_the_sites_own_stops_the_start(tmp_path):
    content = "{% for one in document.sections if one.published %}{{ one.published.nothing() }}{% endfor %}"
    with pytest.raises(OptionError, match=r"^templates: policy\.html, line 1: UndefinedError"):
        start(tmp_path, "policy.html", content)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"theme.css": "a {"}, ["theme.css, line 1: this { is not closed"]),
        (
            {"theme.css": "a }", "style.css": '"', "pages.css": "/*", "fr.po": "hello", "error.html": "{% if %}"},
            [
                "fr.po: line 1: ",
                "error.html, line 1: ",
                "pages.css, line 1: ",
                "style.css, line 1: ",
                "theme.css, line 1: ",
            ],
        ),
        ({"preferences_link.html": "{{ next.a.b }}"}, ["preferences_link.html, line 1: UndefinedError"]),
        ({"saved.html": "{{ links.a.b }}"}, ["saved.html, line 1: UndefinedError"]),
        ({"banner.html": "{% include 'part.html' %}"}, ["part.html: there is no such file, which banner.html names"]),
    ],
)
def test_the_faults_of_all_kinds_of_files_are_raised_at_once(tmp_path, files, expected):
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    with pytest.raises(OptionError) as raised:
        wsgi.CookieWardenMiddleware(None, policy=POLICY, secret_key="a key of 16 bytes", templates=tmp_path)
    pairs = zip(raised.value.args, expected, strict=True)
    assert [line for line, start in pairs if not line.startswith(f"templates: {start}")] == []
