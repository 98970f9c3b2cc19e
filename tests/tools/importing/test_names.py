"""Names of cookies in cells: several in one, patterns of placeholders, marks around them, and what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cookiewarden.policy.values import cookie_name
from cookiewarden.tools.importing.blocks import Words
from cookiewarden.tools.importing.names import is_like_a_name, name_of, names_in

CELLS = {
    "_ga": ["_ga"],
    "_ga, _gid": ["_ga", "_gid"],
    "_ga; _gid": ["_ga", "_gid"],
    "_ga\n_gid\n_gat": ["_ga", "_gid", "_gat"],
    "_ga and _gid": ["_ga", "_gid"],
    "_ga et _gid": ["_ga", "_gid"],
    "_ga en _gid": ["_ga", "_gid"],
    "_ga und _gid": ["_ga", "_gid"],
    "_ga & _gid": ["_ga", "_gid"],
    "_ga / _gid": ["_ga", "_gid"],
    "_ga _gid": ["_ga", "_gid"],
    "PHPSESSID": ["PHPSESSID"],
    "NID": ["NID"],
    "fr": ["fr"],
    "language": ["language"],
    "rc::a": ["rc::a"],
    "1P_JAR": ["1P_JAR"],
    "__Host-next-auth.csrf-token": ["__Host-next-auth.csrf-token"],
    "ASP.NET_SessionId": ["ASP.NET_SessionId"],
    "AMCV_###@AdobeOrg": ["AMCV_*@AdobeOrg"],
    "_BEAMER*": ["_BEAMER*"],
    "_ga_*": ["_ga_*"],
    "_ga_#": ["_ga_*"],
    "_ga_<container-id>": ["_ga_*"],
    "_ga_<container id>": ["_ga_*"],
    "_ga_[ID]": ["_ga_*"],
    "_ga_(ID)": ["_ga_*"],
    "_ga_(container-id), _gid": ["_ga_*", "_gid"],
    "_ga_ (ID)": ["_ga_"],
    "_ga_(1)": ["_ga_"],
    "_gat[_*]": ["_gat*"],
    "_ga_{id}": ["_ga_*"],
    "_ga_{{id}}": ["_ga_*"],
    "_ga_XXXXXXXXXX": ["_ga_*"],
    "_ga_xxx": ["_ga_*"],
    "_ga_xx": ["_ga_*"],
    "_gat_UA-XXXXXXX-X": ["_gat_UA-*"],
    "_gat_gtag_UA_XXXXXXXX_X": ["_gat_gtag_UA_*"],
    "_gat_UA-12345-1": ["_gat_UA-12345-1"],
    "_pk_id.#.#": ["_pk_id.*"],
    "_pk_ses...": ["_pk_ses*"],
    "_pk_ses…": ["_pk_ses*"],
    "wp-settings-{time}-[UID]": ["wp-settings-*"],
    "visitor_id<accountid>-hash": ["visitor_id*-hash"],
    "[site]_session": ["*_session"],
    '"_ga"': ["_ga"],
    "«\u202f_ga\u202f»": ["_ga"],
    "`_ga`": ["_ga"],
    "_ga¹": ["_ga"],
    "_ga [1]": ["_ga"],
    "_ga (1)": ["_ga"],
    "_ga (Google Analytics), _gid": ["_ga", "_gid"],
    "_ga.": ["_ga"],
    "_ga cookie": ["_ga"],
}
NONE = ["See list", "Various", "Divers", "Verschiedene", "diverse", "-", "–", "n/a", "Google Analytics",
        "See the policy of Google.",
        "[name]", "*", "###", "xxx", "<id>", "https://example.org/cookies", "a=b", "2 years", "12", "cookies", "None",
        "A cookie is a small piece of data.", "Cookies of third parties", "name@example.org", "[a_b"]  # fmt: skip


@pytest.mark.parametrize(("cell", "names"), CELLS.items())
def test_a_cell_holds_these_names(cell, names):
    found = names_in(Words.of(cell))
    assert (list(found.names), found.unclear) == (names, "")


@pytest.mark.parametrize("cell", NONE)
def test_a_cell_holds_no_name(cell):
    assert names_in(Words.of(cell)).names == ()


def test_a_cell_of_words_says_why_nothing_was_taken():
    assert names_in(Words("See the list")).unclear == "it is not a name"
    assert names_in(Words("_ga, and others that we do not list")) == (("_ga",), "", "some of it is not a name")


@pytest.mark.parametrize(
    "cell", ["_ga and similar", "_ga et similaires", "_ga en soortgelijke", "_ga und ähnliche", "_ga and more"]
)
def test_a_word_for_others_like_it_is_no_name_and_told(cell):
    assert names_in(Words(cell))[::2] == (("_ga",), "some of it is not a name")


def test_a_part_in_brackets_within_code_is_a_placeholder():
    assert names_in(Words("_ga_(ID)", ("_ga_(ID)",))).names == ("_ga_*",)


def test_what_stands_in_brackets_is_kept_beside_the_name():
    assert names_in(Words("cart (Local storage)")) == (("cart",), "Local storage", "")


def test_words_marked_as_code_are_names_even_without_a_separator():
    assert names_in(Words("sid lang", ("sid", "lang"))).names == ("sid", "lang")


def test_invisible_characters_in_a_name_are_left_out():
    assert names_in(Words.of("_g\u00ada\u200b")).names == ("_ga",)


@pytest.mark.parametrize(
    "word",
    [
        "Analytics",
        "Google",
        "YouTube",
        "JavaScript",
        "GDPR",
        "website",
        "Opt-out",
        "2020",
        "and",
        "e.g.",
        "www.example.org",
    ],
)
def test_a_word_of_a_sentence_is_not_like_a_name(word):
    assert not is_like_a_name(word)


@pytest.mark.parametrize(
    "word",
    [
        "_ga",
        "_BEAMER*",
        "sessionid",
        "csrftoken",
        "PHPSESSID",
        "cookies_preferences",
        "wp-settings-*",
        "__Secure-3PSID",
    ],
)
def test_a_word_that_no_sentence_has_is_like_a_name(word):
    assert is_like_a_name(word)


@given(st.text(max_size=40) | st.from_regex(r"[a-z_*#<>\[\]{}xX. ,]{1,30}"))
def test_whatever_is_a_name_can_be_declared_and_its_letters_stand_in_the_cell(cell):
    words = Words.of(cell)
    for name in names_in(words).names:
        assert cookie_name(name) == name
        assert all(part in words.text.replace("…", "*") for part in name.split("*"))


@given(st.text(max_size=40))
def test_a_token_becomes_a_name_that_can_be_declared_or_none(token):
    made = name_of(token)
    assert made == "" or cookie_name(made) == made


@pytest.mark.parametrize(
    "cell",
    ["TBC", "ID", "N/A", "cookie_name", "your-cookie-name", "nom_du_cookie", "naam_van_de_cookie", "Name_des_Cookies",
     "__Secure-", "__Host-", "__Host-*"],
)  # fmt: skip
def test_what_stands_for_a_name_is_none(cell):
    assert names_in(Words(cell)).names == ()
    assert not is_like_a_name(cell)


def test_the_ends_of_names_beside_a_whole_one_are_no_names():
    found = names_in(Words("__utma, b, c, z"))
    assert found.names == ("__utma",)
    assert found.unclear
    assert names_in(Words("a, b")).names == ("a", "b")
