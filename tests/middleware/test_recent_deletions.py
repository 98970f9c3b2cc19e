"""Deletions by a date less than a day past, as Trac's logout sends: what leaves, and what is counted and logged."""

import pytest

from cookiewarden import asgi, wsgi
from exchanges import POLICY, SentRequest, Wrapped, screened_by
from scenarios import chosen, sends

MODULES = pytest.mark.parametrize("module", [asgi, wsgi])
RECENT = "Expires=Sun, 15 Jun 2025 12:20:00 GMT"


@pytest.mark.parametrize(
    ("value", "left"),
    [
        (f"_ga=; {RECENT}", f"_ga=; {RECENT}; Max-Age=0"),
        (f"_ga=; {RECENT}".encode(), f"_ga=; {RECENT}; Max-Age=0".encode()),
        (bytearray(f"_ga=; {RECENT}".encode()), f"_ga=; {RECENT}; Max-Age=0".encode()),
        (memoryview(f"_ga=; {RECENT}".encode()), f"_ga=; {RECENT}; Max-Age=0".encode()),
    ],
)
@pytest.mark.parametrize("name", [b"Set-Cookie", "Set-Cookie ", bytearray(b"set-cookie")])
def test_the_header_keeps_its_name_and_a_string_stays_a_string(name, value, left):
    headers = [(b"a", b"1"), (name, value), (b"b", b"2")]
    (first, ended, last), has_changed = screened_by(POLICY, headers)
    assert has_changed
    assert (first is headers[0], last is headers[2]) == (True, True)
    assert type(ended) is tuple
    assert ended[0] is name
    assert (type(ended[1]), ended[1]) == (type(left), left)


def test_a_recent_deletion_in_trailers_gets_max_age_too():
    left, _ = screened_by(POLICY, [(b"set-cookie", f"_ga=; {RECENT}".encode())], is_start=False)
    assert left == [(b"set-cookie", f"_ga=; {RECENT}; Max-Age=0".encode())]


def test_a_line_that_continues_a_recent_deletion_is_dropped():
    headers = [(b"set-cookie", f"_ga=; {RECENT}".encode()), (b" x", b"; Max-Age=9")]
    assert screened_by(POLICY, headers)[0] == [(b"set-cookie", f"_ga=; {RECENT}; Max-Age=0".encode())]


@MODULES
@pytest.mark.parametrize("report_only", [False, True])
def test_a_recent_deletion_counts_as_allowed_and_is_not_logged(module, report_only, caplog):
    records = []
    app = Wrapped(module, report_only=report_only, on_decision=records.append)
    app.ask(SentRequest(), sends(f"_ga=; {RECENT}", f"_fbp=; {RECENT}"))
    counts = app.counts()
    assert counts.by("outcome") == {"allowed": 2}
    assert counts.by("reason") == {"deletion": 2}
    assert [(one.outcome.value, one.decision.allowed, one.decision.reason.value) for one in records] == [
        ("allowed", True, "deletion")
    ] * 2
    assert caplog.text == ""


@MODULES
def test_only_a_recent_deletion_without_consent_gets_max_age(module):
    """A cookie that the visitor granted is left to its own date."""
    app = Wrapped(module)
    line = f"_ga=; {RECENT}"
    granted, refused = (SentRequest(cookies=(chosen(*words),)) for words in (("statistical",), ()))
    assert app.ask(granted, sends(line)) == [(b"set-cookie", line.encode()), (b"cache-control", b"private")]
    assert app.ask(refused, sends(line)) == [(b"set-cookie", line.encode() + b"; Max-Age=0")]


LATE = "Sun, 15 Jun 2025 15:06:%02d GMT"


@MODULES
@pytest.mark.parametrize(
    ("attributes", "is_learned"),
    [
        (RECENT, False),
        ("Expires=Thu, 01 Jan 1970 00:00:00 GMT", False),
        ("Expires=" + LATE % 40, False),
        ("Expires=" + LATE % 41, True),
        ("Expires=Sun Jun 15 12:20:00 2025", False),
        ("Max-Age=0", False),
        ("Max-Age=00", False),
        ("Max-Age=-99999999999999999999", False),
        ("Max-Age=0; Expires=Fri, 31 Dec 2027 23:59:59 GMT", False),
        ("Max-Age=0; x=\xe9", False),
        ("Max-Age=1", True),
        (RECENT + "; Max-Age=9", True),
        ("Max-Age=x", True),
        ("Expires=soon", True),
    ],
)
@pytest.mark.parametrize("name", ["sid", "_ga", "unknown"])
def test_what_has_expired_is_not_learned(module, tmp_path, attributes, is_learned, name):
    app = Wrapped(module, learn=tmp_path / "learned.jsonl")
    app.ask(SentRequest(), sends(f"{name}=1; {attributes}"))
    learned = app._app._screener.reporter.learner.take(is_last=True)
    assert (learned is not None) is is_learned
