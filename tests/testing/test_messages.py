"""The words of findings: a developer reads the line, the request and what to do, and never a value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cookiewarden.policy.consent import UNDECIDED, Consent
from cookiewarden.policy.policy import Policy
from cookiewarden.testing.checks import findings_of
from cookiewarden.testing.messages import message_of, shown_line, visitor_of
from cookiewarden.testing.watched_lines import WatchedLine

POLICY = Policy.from_mapping(
    {
        "site": {"name": "Exampletown"},
        "cookies": [{"name": "_ga", "category": "statistical", "purpose": "Counts visits", "lifetime": "1 day"}],
    }
)
SECRET = b"s3cr3t"


def message(*lines, path="/shop", consent=UNDECIDED):
    watched = [WatchedLine(line, "GET", "localhost", path, consent, 0.0) for line in lines]
    return message_of(findings_of(watched, POLICY))


def test_a_message_in_full():
    assert message(b"theme=dark; Max-Age=86400", b"_ga=1; Path=/; Max-Age=172800", b"theme=light; Path=/") == (
        """CW201 theme, CW202 _ga, CW203 _ga: 3 findings in the cookies that were set

CW201 undeclared: GET /shop sets "theme", which the policy does not declare
    Set-Cookie: theme=<4 bytes>; Max-Age=86400
    to a visitor who has not chosen; the first of 2 such lines
    If it belongs to this site, declare it:
    [[cookies]]
    name = "theme"
    category = "first-party"
    purpose = "..."
    lifetime = "1 day"

CW202 before-consent: GET /shop sets "_ga", which waits for consent to statistical cookies
    Set-Cookie: _ga=<1 byte>; Path=/; Max-Age=172800
    to a visitor who has not chosen
    Have the test ask the app that CookieWardenMiddleware wraps, or set the cookie only if
    consent_of(request).allows("statistical"). Django's own test client bypasses the middleware;
    werkzeug.test.Client(application) does not.

CW203 too-long: GET /shop keeps "_ga" for 2 days, but the policy declares 1 day
    Set-Cookie: _ga=<1 byte>; Path=/; Max-Age=172800
    to a visitor who has not chosen
    Set that lifetime in the app, or declare lifetime = "2 days"."""
    )


def test_a_random_end_of_a_name_is_shown_nowhere():
    token = "8f3a91c2d4e5f60718293a4b5c6d7e8f"
    text = message(f"session_{token}=1; Path=/".encode())
    assert token not in text
    assert "Set-Cookie: session_*=<1 byte>; Path=/" in text


def test_without_findings_there_is_no_message():
    assert message_of(()) == ""


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (b"a=s3cr3t", "a=<6 bytes>"),
        (b" a = s3cr3t ;Path=/; secure", "a=<6 bytes>; Path=/; secure"),
        (b"a=s3cr3t=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "a=<8 bytes>; Expires=Thu, 01 Jan 1970 00:00:00 GMT"),
        (b"a=1; session=s3cr3t; SameSite=Lax", "a=<1 byte>; session=<6 bytes>; SameSite=Lax"),
        (b"s3cr3t", "<6 bytes>"),
        (b"=s3cr3t", "=<6 bytes>"),
        (b"", "<0 bytes>"),
        (b"a=s3cr3t\r\nSet-Cookie: b=s3cr3t", "a... (a line of 30 bytes, with a line break or NUL)"),
        (b"s3cr3t\0", "... (a line of 7 bytes, with a line break or NUL)"),
        (b"\x1b[31m=1", "\\x1b[31m=<1 byte>"),
        (b"\xff=1", "\\xff=<1 byte>"),
        (b"n" * 200 + b"=1", "n" * 100 + "...=<1 byte>"),
        (b'prefs="name:Ann;ann@x.example;t@k=1"; Secure', "prefs=<9 bytes>; <13 bytes>; <6 bytes>; Secure"),
        (b"a=1; HttpOnly; foo; Partitioned;", "a=<1 byte>; HttpOnly; <3 bytes>; Partitioned; "),
        (b"a=1" + b"; b=1" * 20, "a=<1 byte>" + "; b=<1 byte>" * 12 + "; ..."),
    ],
)
def test_a_line_is_shown_without_its_value(line, shown):
    assert shown_line(line) == shown


@given(st.binary(max_size=20), st.binary(max_size=20), st.sampled_from([b"", b"sid", b"_ga", b"\x1b"]))
def test_no_message_shows_a_value_or_affects_a_terminal(before, after, name):
    # All of a line without "=" may be a value, and so may what follows a line break.
    line = name + b"=" + before.replace(b";", b"") + SECRET + after
    text = message(line, line.replace(b"=", b"") if not name else line)
    assert SECRET.decode() not in text
    assert all(one.isprintable() for one in text.split("\n"))


@pytest.mark.parametrize("path", ["/\x1b[31m", "/\n\u202e"])
def test_a_path_does_not_affect_a_terminal(path):
    assert all(one.isprintable() for one in message(b"theme=1", path=path).split("\n"))


@pytest.mark.parametrize(
    ("consent", "words"),
    [
        (UNDECIDED, "a visitor who has not chosen"),
        (Consent.of({"statistical", "third-party"}), "a visitor who accepted statistical and third-party"),
        (Consent.of(()), "a visitor who refused statistical, first-party and third-party"),
        (
            Consent(frozenset({"statistical"}), stale=frozenset({"statistical"})),
            "a visitor whose choice is out of date",
        ),
    ],
)
def test_the_visitor_in_words(consent, words):
    assert visitor_of(consent) == words
