"""What a site's folder of templates holds in vain is warned of at start, with the nearest known name."""

import pytest

from cookiewarden import wsgi
from exchanges import POLICY

HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'


def catalog(*messages):
    return HEAD + "".join(f'msgid "{message}"\nmsgstr "x"\n\n' for message in messages)


@pytest.fixture
def warnings(tmp_path, caplog):
    """A function that writes files into a site's folder, starts the site, and returns what it warned of."""

    def warned(files):
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, "utf-8")
        wsgi.CookieWardenMiddleware(None, policy=POLICY, secret_key="a key of 16 bytes", templates=tmp_path)
        return [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]

    return warned


NOT_USED = "templates: these files are not used: "


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"them.css": ""}, "them.css (did you mean theme.css?)"),
        ({"Banner.html": ""}, "Banner.html (did you mean banner.html?)"),
        ({"preference.html": ""}, "preference.html (did you mean preferences.html?)"),
        ({"README": "", ".DS_Store": ""}, ".DS_Store, README"),
        ({"base.html": ""}, "base.html"),
        ({"policy.typ": "", "script.js": ""}, "policy.typ (did you mean policy.html?), script.js"),
        ({"templates/banner.html": ""}, "templates/banner.html"),
        ({"fr/messages.po": "", "fr.mo": ""}, "fr.mo (a catalog is a file such as fr.po, in the folder itself), fr/"),
    ],
)
def test_files_that_are_not_used_are_named(warnings, files, said):
    [message] = warnings(files)
    assert message.startswith(NOT_USED)
    assert said in message


def test_of_many_files_those_that_look_like_ours_come_first(warnings):
    [message] = warnings({f"{number:02}.txt": "" for number in range(12)} | {"them.css": ""})
    assert message.startswith(f"{NOT_USED}them.css (did you mean theme.css?), 00.txt, ")
    assert message.endswith(", 08.txt, and 3 more")


PLURAL = HEAD.replace("utf-8", "utf-8\\nPlural-Forms: nplurals=2; plural=(n > 1);")
OWN = "{% extends 'cookiewarden/layout.html' %}"


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"theme.css": "a {}", "style.css": "a {}", "fr.po": catalog("Accept all")},
        {"layout.html": OWN + "{% block head %}{% include 'parts/a.html' %}{% endblock %}", "parts/a.html": ""},
        {"layout.html": OWN + "{% block head %}{% include 'a' ~ '.html' %}{% endblock %}", "a.html": ""},
        {"layout.html": OWN + '{% block head %}{{ _("Our own") }}{% endblock %}', "fr.po": catalog("Our own")},
        {"fr.po": PLURAL + 'msgid "%(num)s cookie"\nmsgid_plural "%(num)s cookies"\nmsgstr[0] "a"\nmsgstr[1] "b"\n'},
    ],
)
def test_nothing_is_said_of_what_is_used(warnings, files):
    assert warnings(files) == []


def test_messages_that_no_page_shows_are_named_with_the_nearest_one(warnings):
    messages = warnings({"fr.po": catalog("Acept all", "Accept all", "Sign out"), "nl.po": catalog("Version")})
    assert messages == ['templates: fr.po: no page shows "Acept all" (did you mean "Accept all"?), "Sign out"']
