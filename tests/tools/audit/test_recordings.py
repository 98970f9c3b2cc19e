"""HAR files, inspections of the website-evidence-collector, and what a middleware learned: in their real shapes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audited_apps import GOOD, POLICY, unknown
from cookiewarden.reporting.learned import Learned, LearnedCookie
from cookiewarden.reporting.learned_hosts import LearnedHost
from cookiewarden.tools.audit import notebook
from cookiewarden.tools.audit.apps import TargetError
from cookiewarden.tools.audit.audit import audit_of
from cookiewarden.tools.audit.evidence import is_evidence, observed_in_evidence
from cookiewarden.tools.audit.har import is_har, observed_in_har
from cookiewarden.tools.audit.observed import SeenHost, State
from cookiewarden.tools.audit.recordings import read_recording

TIME = "2025-06-15T15:06:40.000Z"
NOW = 1_750_000_000.0


def entry(url="https://shop.example/", cookies=(), sent=(), status=200, kind="document", **headers):
    """Return an entry of a HAR file as Chromium writes it: several lines of one name are joined by a line break."""
    fields = [{"name": name.replace("_", "-"), "value": value} for name, value in headers.items()]
    fields += [{"name": "set-cookie", "value": "\n".join(cookies)}] if cookies else []
    return {
        "_initiator": {"type": "other"},
        "_resourceType": kind,
        "startedDateTime": TIME,
        "time": 12.5,
        "request": {
            "method": "GET",
            "url": url,
            "httpVersion": "http/2.0",
            "headers": [{"name": "Cookie", "value": "; ".join(f"{name}=secret" for name in sent)}] if sent else [],
            "queryString": [],
            "cookies": [{"name": name, "value": "secret"} for name in sent],
            "headersSize": -1,
            "bodySize": 0,
        },
        "response": {
            "status": status,
            "statusText": "",
            "headers": fields,
            "cookies": [],
            "content": {"size": 10, "mimeType": "text/html"},
            "redirectURL": "",
        },
    }


def har(*entries, creator="WebInspector"):
    return {
        "log": {"version": "1.2", "creator": {"name": creator, "version": "537.36"}, "pages": [], "entries": [*entries]}
    }


def judged(document, state=State.NO_CHOICE):
    observed = observed_in_har(document, "site.har", state, NOW)
    return audit_of(observed, POLICY, unknown, sought=observed.states)


def inspection(*cookies, **others):
    """Return an inspection as the collector writes it."""
    return {
        "title": "Website Evidence Collection",
        "uri_ins": "https://shop.example/",
        "uri_dest": "https://shop.example/",
        "host": "shop.example",
        "cookies": [*cookies],
        "hosts": {"requests": {"firstParty": ["shop.example"], "thirdParty": ["cdn.example", "shop.example"]}},
        "localStorage": {},
        "browsing_history": ["https://shop.example/"],
        "start_time": TIME,
        **others,
    }


def collected(name, **others):
    """Return a cookie as the collector writes it."""
    return {
        "name": name,
        "value": "secret",
        "domain": "shop.example",
        "path": "/",
        "expires": -1,
        "httpOnly": True,
        "secure": True,
        "session": True,
        "sameSite": "Lax",
        "sourceScheme": "Secure",
        "log": {"type": "Cookie.HTTP", "timestamp": TIME, "stack": [{"fileName": "https://shop.example/"}]},
        **others,
    }


def test_lines_of_a_har_file_that_are_joined_are_read_one_by_one():
    observed = observed_in_har(har(entry(cookies=["a=1; Path=/", "b=2"])), "site.har", State.REFUSED, 0.0)
    assert [(line.line, line.state, line.received) for line in observed.lines] == [
        (b"a=1; Path=/", State.REFUSED, NOW),
        (b"b=2", State.REFUSED, NOW),
    ]


def test_a_har_file_shows_what_is_set_in_the_state_that_is_named():
    document = har(entry(cookies=["_ga=1; Path=/"]))
    codes = {state: judged(document, state).findings[0].finding.rule.code for state in State}
    assert codes == {
        State.NO_CHOICE: "CW202",
        State.REFUSED: "CW206",
        State.ACCEPTED: "CW209",
        State.WITHDRAWN: "CW207",
    }


def test_hosts_of_a_har_file_are_those_that_it_asked():
    document = har(entry(cookies=["sid=1"]), entry("https://pixel.example:8443/x.gif", kind="image"))
    observed = observed_in_har(document, "site.har", State.NO_CHOICE, 0.0)
    assert [one.host for one in observed.hosts] == ["shop.example", "pixel.example:8443"]
    assert [page.url for page in observed.pages] == ["https://shop.example/"]


def test_what_is_sent_after_a_withdrawal_counts_from_the_second_request_on():
    first, second = (entry(url, sent=["_ga"]) for url in ("https://shop.example/", "https://shop.example/cart"))
    observed = observed_in_har(har(first, second), "site.har", State.WITHDRAWN, 0.0)
    assert [one.url for one in observed.sent] == ["https://shop.example/cart"]


@pytest.mark.parametrize(
    "document",
    [
        har(entry()),
        har(entry(cookies=[GOOD], status=403)),
        har(entry(cookies=[GOOD], status=503, cf_mitigated="challenge")),
        har(entry(cookies=[GOOD], status=0)),
        har(),
        har(entry(cookies=[GOOD], kind="image")),
    ],
    ids=["without sensitive data", "forbidden", "challenge", "no response", "empty", "no page"],
)
def test_a_har_file_that_does_not_show_the_site_verifies_nothing(document):
    assert judged(document).verdict.value == "could not verify"


def test_a_recording_of_which_a_bound_leaves_something_out_verifies_nothing(monkeypatch):
    monkeypatch.setattr(notebook, "_MAX_LINES", 1)
    assert judged(har(entry(cookies=[GOOD, "unseen=1"]))).verdict.value == "could not verify"


def test_a_har_file_of_another_browser_without_cookies_is_in_order():
    assert judged(har(entry(), creator="Firefox")).verdict.value == "in order"


def test_an_inspection_shows_cookies_of_responses_and_of_scripts():
    script = {"type": "Cookie.JS", "timestamp": TIME, "stack": [{"fileName": "https://cdn.example/a.js"}]}
    document = inspection(
        collected("sid"),
        collected("_ga", session=False, expires=NOW + 63_072_000, secure=False, httpOnly=False, log=script),
        collected("theme", session=False, expires="2026-06-15T15:06:40.000Z"),
    )
    observed = observed_in_evidence(document, "inspection.json", State.NO_CHOICE, 0.0)
    assert [line.line for line in observed.lines] == [
        b"sid=; Path=/; Secure; HttpOnly; SameSite=Lax",
        b"_ga=; Path=/; Max-Age=63072000; SameSite=Lax",
        b"theme=; Path=/; Max-Age=31536000; Secure; HttpOnly; SameSite=Lax",
    ]
    assert [line.set_by for line in observed.lines] == ["", "https://cdn.example/a.js", ""]
    assert observed.hosts == (SeenHost(State.NO_CHOICE, "cdn.example"),)
    rows = {row.name: row for row in audit_of(observed, POLICY, unknown, sought=observed.states).rows}
    assert rows["_ga"].set_by == ("https://cdn.example/a.js",)
    assert rows["_ga"].lifetime == "2 years"


def test_local_storage_in_an_inspection_is_noted_as_not_judged():
    document = inspection(localStorage={"https://shop.example": {"a": {"value": 1}}})
    assert any("local storage" in note for note in observed_in_evidence(document, "x", State.NO_CHOICE, 0.0).notes)


def test_what_a_middleware_learned_is_judged_as_if_all_was_accepted(observed_in):
    cookies = [
        LearnedCookie("shop.example", "_ga", False, 2, 10.0, NOW, 63_072_000, ("Path=/",), ("/",), False),
        LearnedCookie("shop.example", "odd", False, 2, 10.0, NOW, None, ("Path=/",), ("/",), False),
        LearnedCookie("shop.example", "gone", False, 0, 10.0, NOW, None, (), (), False, ("/",)),
    ]
    host = LearnedHost("shop.example", "cdn.example", ("img-src",), 1, 10.0, 20.0)
    text = Learned.of(cookies, hosts=[host]).to_jsonl()
    observed = observed_in(text)
    audit = audit_of(observed, POLICY, unknown, sought=observed.states)
    found = {(one.finding.rule.code, one.finding.problem.cookie or one.finding.problem.key) for one in audit.findings}
    assert {("CW201", "odd"), ("CW203", "_ga"), ("CW211", "cdn.example")} <= found
    assert "gone" not in {row.name for row in audit.rows}
    assert any("does not say what visitors had chosen" in note for note in observed.notes)


@pytest.fixture
def observed_in(tmp_path):
    """Return a function that says what a file with a text shows."""

    def observed(text, states=()):
        file = tmp_path / "recording"
        file.write_text(text, "utf-8")
        return read_recording(file, states)

    return observed


@pytest.mark.parametrize(
    ("text", "how"),
    [(json.dumps(har(entry(cookies=["a=1"]))), "HAR"), ("\ufeff" + json.dumps(inspection()), "collector")],
)
def test_a_file_is_known_by_its_content(text, how, observed_in):
    assert how in observed_in(text).how


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"log": 5}',
        "[" * 100_000,
        "\xff\xfe",
        '{"log": {"entries": ' + "9" * 5000 + "}}",
        "\0" * 99,
    ],
)
def test_a_file_that_is_none_of_these_is_named(text, observed_in):
    with pytest.raises(TargetError, match="is not a HAR file"):
        observed_in(text)


def test_a_recording_is_of_one_state(observed_in):
    with pytest.raises(TargetError, match="one --state"):
        observed_in(json.dumps(har()), (State.REFUSED, State.ACCEPTED))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.just("https://[::1/"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@st.composite
def broken(draw, document):
    """Draw a document with some of its values replaced by anything."""

    def change(value):
        if draw(st.integers(0, 7)) == 0:
            return draw(VALUES)
        if isinstance(value, dict):
            return {key: change(one) for key, one in value.items()}
        return [change(one) for one in value] if isinstance(value, list) else value

    return change(document)


@given(broken(har(entry(cookies=["_ga=1"], sent=["_ga"]), entry())))
def test_a_broken_har_file_raises_nothing(document):
    if is_har(document):
        judged(document, State.WITHDRAWN)


@given(broken(inspection(collected("_ga", session=False, expires=5.5), collected("\x1b[31m"))))
def test_a_broken_inspection_raises_nothing(document):
    if is_evidence(document):
        observed = observed_in_evidence(document, "inspection.json", State.NO_CHOICE, 0.0)
        audit_of(observed, POLICY, unknown, sought=observed.states)
