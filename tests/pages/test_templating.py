"""A site's own catalogs and templates replace ours, message by message and file by file; faults show at start."""

import pytest

import cldr
from cookiewarden import OptionError
from language_site import BANNER, CHARSET, client


def po(*pairs):
    return "".join(f'msgid "{words}"\nmsgstr "{text}"\n\n' for words, text in [("", CHARSET), *pairs]).encode()


@pytest.fixture
def site(tmp_path):
    """A function that writes files into a site's folder and returns a page in a language."""

    def answers(files, path="/cookies/banner", tag="en"):
        for name, content in files.items():
            (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return client(templates=tmp_path).get(path, headers={"Accept-Language": tag}).text

    return answers


def test_a_site_rewords_one_message_and_keeps_the_others(site):
    page = site({"fr.po": po(("Accept all", "Oui à tout"), ("Reject all", ""))}, tag="fr")
    assert ">Oui à tout</button>" in page
    assert ">Tout refuser</button>" in page


def test_a_region_has_its_own_messages_and_the_others_of_its_language(site):
    files = {"fr-BE.po": po(("Accept all", "Oui")), "fr.po": po(("Reject all", "Non")), "en.po": po(("Purpose", "Why"))}
    page = site(files, tag="fr-BE")
    assert [word for word in (">Oui<", ">Non<", "Politique", 'lang="fr-be"') if word not in page] == []
    assert ">Tout accepter</button>" in site({}, tag="fr")
    assert ">Why</th>" in site({}, "/cookies", "en")


@pytest.mark.parametrize(("name", "tag"), [("pt_BR", "pt-br"), ("pl", "pl")])
def test_a_site_adds_a_language(site, name, tag):
    page = site({f"{name}.po": po(("What is a cookie?", "Cookie!"))}, "/cookies", tag)
    assert f'<html lang="{tag}" dir="ltr">' in page
    assert '<h2 id="about">Cookie!</h2>' in page
    assert f'hreflang="{tag}" aria-current="true">{cldr.own_name(tag)}</a>' in page


def test_an_added_language_has_its_own_plural_rule(site):
    counts = 'msgid "%(num)s cookie"\nmsgid_plural "%(num)s cookies"\n'
    counts += "".join(f'msgstr[{form}] "%(num)s {word}"\n' for form, word in enumerate(["jeden", "kilka", "wiele"]))
    assert "2 kilka" in site({"pl.po": po() + counts.encode()}, "/cookies/preferences", "pl")


def test_arabic_is_written_from_right_to_left(site):
    assert '<html lang="ar" dir="rtl">' in site({"ar.po": po()}, "/cookies", "ar")
    assert f'{BANNER} class="cookies-banner cookies-part" lang="ar" dir="rtl"' in site({}, tag="ar")


# The rest of a message may be worded by Babel or Python, so only the file, the line and our own words are checked.
WRONG = {
    "fr.po": (b"hello", "line 1: "),
    "nl.po": (po(("Version", "%(x)s")), '"Version": the translation has a wrong placeholder; allowed here: none'),
    "de.po": (po(("You chose on %(day)s.", "%s, 5 %")), '"You chose on %(day)s.": the translation has a wrong'),
    "it.po": (po(("Accept all", "Sì")).decode().encode("latin-1"), ""),
    "es.po": (po(("Version", "v")).replace(b"utf-8", b"no-such"), ""),
    "sv.po": (b'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=(n>\\n"\n', ""),
    "da.po": (b'msgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\n', '"a": a plural form is missing'),
    "xx.po": (b"", ""),
    "messages.po": (b"", '"messages" is not a language'),
    "ca@valencia.po": (b"", '"ca@valencia" is not a language'),
}


@pytest.mark.parametrize("names", [*([name] for name in WRONG), list(WRONG)], ids=" ".join)
def test_all_faults_of_catalogs_are_raised_at_start_with_file_and_message(site, names):
    with pytest.raises(OptionError) as raised:
        site({name: WRONG[name][0] for name in names})
    lines = str(raised.value).split("\n")
    assert len(lines) == len(names)
    for name in names:
        [said] = [line.partition(f"{name}: ")[2] for line in lines if line.startswith(f"templates: {name}: ")]
        assert said
        assert said.startswith(WRONG[name][1])


FORM = """<form method="post" action="{{ links.choose }}"><input name="versions" value="{{ versions }}">
<button name="choice" value="accept">{{ _("Accept all") }}</button><button name="choice" value="refuse">No</button>
</form>"""


@pytest.mark.parametrize(
    ("name", "content", "path", "expected"),
    [
        ("banner.html", FORM, "/banner", 'value="accept">Tout accepter</button>'),
        ("banner.html", "<hr>{% extends 'cookiewarden/banner.html' %}", "/banner", f"<hr>{BANNER}"),
        ("banner.html", "<hr>{% include 'cookiewarden/banner.html' %}", "/banner", f"<hr>{BANNER}"),
        ("layout.html", "{% extends 'cookiewarden/layout.html' %}{% block head %}<meta>{% endblock %}",
         "/preferences", "<meta>"),
        ("policy.html", "{% extends 'cookiewarden/policy.html' %}{% block title %}T{% endblock %}", "", "<title>T -"),
        ("theme.css", "é {}", "/style.css", "}é{}"),
        ("style.css", "a {}", "/style.css", "a{}"),
        ("pages.css", "a {}", "/pages.css", "a{}"),
    ],
)  # fmt: skip
def test_a_site_changes_or_replaces_templates_and_style_sheets(site, name, content, path, expected):
    answer = site({name: content}, f"/cookies{path}", "fr")
    assert expected in answer
    assert not name.endswith(".css") or answer.endswith(expected)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ('{% trans town="<b>" %}Of {{ town }}: 5 %{% endtrans %}', "Of &lt;b&gt;: 5 %"),
        ('{{ gettext("%(n)d of %(all)s, 5 %%", n=2, all="<b>"|safe) }}', "2 of <b>, 5 %"),
        ('{{ _("<i>5 %%</i>") }}', "<i>5 %</i>"),
        ('{{ ngettext("%(num)s <i>", "%(num)s <u>", 2) }}', "2 <u>"),
        ("{% for section in sections %}{{ section.rows[0].names|join }};{% endfor %}", "_ga*;NID;"),
    ],
)
def test_a_banner_of_a_site_has_messages_with_values_and_the_cookies_of_each_kind(site, words, expected):
    block = "{% block text %}[" + words + "]{% endblock %}"
    assert f"[{expected}]" in site({"banner.html": "{% extends 'cookiewarden/banner.html' %}" + block})


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"banner.html": "<p>\n{% if %}"}, ["banner.html, line 2: "]),
        ({"policy.md": "{{ x|y }}", "error.html": "\n{% end"}, ["error.html, line 2: ", "policy.md, line 1: "]),
        ({"banner.html": "{% include 'part.html' %}", "part.html": "{% if %}"}, ["part.html, line 1: "]),
        ({"banner.html": b"\xff"}, ["banner.html"]),
        ({"theme.css": b"\xff"}, ["theme.css"]),
    ],
)
def test_all_faults_of_templates_are_raised_at_start_with_file_and_line(site, files, expected):
    with pytest.raises(OptionError) as raised:
        site(files)
    pairs = zip(str(raised.value).split("\n"), expected, strict=True)
    assert all(line.startswith(f"templates: {start}") for line, start in pairs)
