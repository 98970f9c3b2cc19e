"""Names that an app makes up: their families, of which one pattern is enough."""

import re
import secrets
import uuid

import pytest

from application_cookies import LINES
from cookiewarden.policy.file import read_policy
from cookiewarden.policy.preset_files import preset_names
from cookiewarden.reporting import made_up_names
from cookiewarden.reporting.made_up_names import MAX_BYTES, family_of

TOKENS = [
    "FuKNMNNmfmmL_QCSqFcFlx2_9O04Elw2TDJtybfuCf8",
    "tJya1QEuKMXjKJ84cZw6P1STGBbjVbb5VJ71HtFTffk",
    "a-9kQx2_ZpLm4Rt7Yw1Bv6Nc3Hd8Jf5Gs0Ea9Ti2Uo1",
    "9f86d081884c7d659a2feaa0c55ad015",
    "9F86D081884C7D65",
    "0b5b2e3c-3f0a-4a3e-9d53-6ad1c1fb2b1f",
]


@pytest.mark.parametrize("prefix", ["access-token-", "access-token-unsecure-", "sid_", "__Host-GCP_IAP_AUTH_TOKEN_"])
@pytest.mark.parametrize("token", TOKENS)
def test_one_name_with_a_random_end_is_enough(prefix, token):
    assert family_of(f"{prefix}{token}".encode()) == (prefix.encode(), 1)


@pytest.mark.parametrize("end", ["", "-x", "_cart", "."])
def test_a_uuid_may_stand_inside_a_name(end):
    assert family_of(f"cart-{uuid.uuid4()}{end}".encode()) == (b"cart-", 1)


@pytest.mark.parametrize("name", ["{}", "{}_cart", "__Host-{}", "a-{}-x"])
def test_no_pattern_can_begin_with_a_uuid(name):
    assert family_of(name.format(uuid.uuid4()).encode()) is None


@pytest.mark.parametrize("make", [secrets.token_hex, secrets.token_urlsafe, lambda size: str(uuid.uuid4())])
def test_hardly_any_random_end_looks_like_words(make):
    families = [family_of(f"access-token-{make(32)}".encode()) for _ in range(200)]
    assert families.count((b"access-token-", 1)) > 150


@pytest.mark.parametrize(
    ("name", "prefix", "needed"),
    [
        ("_ga_8KX2P1", "_ga_", 2),
        ("cart-4711", "cart-", 2),
        ("visit1234", "visit", 2),
        ("isso-1", "isso-", 3),
        ("isso-123", "isso-", 3),
        ("1", "", 2),
        ("12345678901234567890", "", 2),
    ],
)
def test_other_names_need_several(name, prefix, needed):
    assert family_of(name.encode()) == (prefix.encode(), needed)


WORDS = [
    *("sessionid", "wordpress_logged_in", "MOIN_SESSION_443_ROOT", "ASP.NET_SessionId", "ARRAffinitySameSite"),
    *("ApplicationGatewayAffinityCORS", "afd_azwaf_jsclearance", "cookielawinfo-checkbox-necessary", "tree-s"),
    *("__Secure-next-auth.session-token", "connect.sid", "TS01a2b3c4", "__Host-1234"),
    *("", "-", "a1", "\xff"),
]


@pytest.mark.parametrize("name", WORDS)
def test_a_name_of_words_has_no_family(name):
    assert family_of(name.encode("latin-1")) is None


def test_no_exact_name_of_a_preset_or_a_known_application_looks_random():
    nobody = {"site": {"name": "-"}, "preferences": {"name": "-"}}
    names = {
        name
        for preset in preset_names()
        for one in read_policy({"extends": preset, **nobody}).declarations
        for name in one.names
        if "*" not in name
    }
    names |= {line.partition("=")[0] for app, lines in LINES.items() if app != "Gradio" for _, line in lines}
    assert [name for name in names if (family := family_of(name.encode())) is not None and family.is_random] == []


@pytest.mark.parametrize("start", ["", "x-"])
@pytest.mark.parametrize("unit", ["-", "a", "0", "a-", "0-", "A0-", "x9_", "Aa", "aaB", "ABCDaa", "0aaaaaaaaaaaaaaaa-"])
@pytest.mark.parametrize("end", ["", "A", "1234", "-"])
def test_an_ugly_name_takes_no_long_look(start, unit, end):
    length = MAX_BYTES - len(start + end)
    name = f"{start}{(unit * length)[:length]}{end}".encode()
    family = family_of(name)
    assert family is None or (name.startswith(family.prefix) and len(family.prefix) < len(name))


@pytest.mark.parametrize(
    "word", ["aaBb", "aB", "ABCDEab", "ABCDab", "BIGipServer", "abABab", "SameSite12", "Ab1234", "ab0c"]
)
def test_words_are_told_from_other_letters(word):
    plain = re.fullmatch(r"(?:[A-Z]+|[A-Z]?[a-z]+|(?:[A-Z]{0,4}[a-z]{2,})+)[0-9]{0,3}", word)
    assert bool(made_up_names._WORDS.fullmatch(word.encode())) == bool(plain)
