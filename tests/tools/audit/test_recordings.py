"""HAR files, inspections of the website-evidence-collector, and what a middleware learned: in their real shapes."""

import base64
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
from cookiewarden.tools.audit.findings import findings_of
from cookiewarden.tools.audit.har import is_har, observed_in_har
from cookiewarden.tools.audit.observed import CHOICES, SeenHost, SeenKey, State
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


def webkit(*entries):
    return har(*entries, creator="WebKit Web Inspector")


def listed(*cookies, **others):
    """Return an entry whose response lists cookies, and has no Set-Cookie line."""
    one = entry(**others)
    one["response"]["cookies"] = [*cookies]
    return one


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
    codes = {state: judged(document, state).findings[0].finding.rule.code for state in CHOICES}
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


#: What the collector keeps of local storage: by origin, then by key.
STORED = {"https://shop.example": {"uid": {"value": "secret", "firstPartyStorage": True}, "theme": {"value": 1}}}


@pytest.mark.parametrize("key", ["localStorage", "local_storage"])
def test_local_storage_in_an_inspection_is_judged_by_its_keys(key):
    """Versions before 0.4 write it under another name."""
    observed = observed_in_evidence(inspection(**{"localStorage": {}, key: STORED}), "x", State.NO_CHOICE, 0.0)
    assert observed.storage == tuple(
        SeenKey(State.NO_CHOICE, "https://shop.example", "local-storage", name) for name in ("uid", "theme")
    )
    messages = [
        one.finding.problem.message for one in audit_of(observed, POLICY, unknown, sought=observed.states).findings
    ]
    assert 'holds "uid", and the policy does not declare it' in messages
    assert "secret" not in repr(observed)


def test_hosts_of_an_inspection_are_read_from_versions_before_0_4():
    """They do not tell first from third parties."""
    hosts = {"requests": {"count": 2, "entries": ["shop.example", "cdn.example"]}}
    observed = observed_in_evidence(inspection(hosts=hosts), "x", State.NO_CHOICE, 0.0)
    assert observed.hosts == (SeenHost(State.NO_CHOICE, "cdn.example"),)


@pytest.mark.parametrize("key", ["websockets", "websocketLog"])
def test_a_host_that_only_a_websocket_of_an_inspection_contacts_is_seen(key):
    """The collector does not count them as requests; version 2 writes them under another name."""
    log = {
        "12.3": {"url": "wss://chat.example/a", "messages": []},
        "12.4": {"url": "wss://shop.example:8443/", "messages": []},
    }
    observed = observed_in_evidence(inspection(**{key: log}), "x", State.NO_CHOICE, 0.0)
    assert {seen.host for seen in observed.hosts} == {"cdn.example", "chat.example"}


def test_a_cookie_of_an_inspection_that_only_its_log_has_is_read():
    """The collector adds a cookie that the browser did not keep, without its flags. Old versions leave out the path."""
    logged = {"name": "_ga", "domain": "shop.example", "value": "1", "expires": -1, "session": True}
    observed = observed_in_evidence(inspection(logged), "x", State.NO_CHOICE, 0.0)
    assert [(line.url, line.line) for line in observed.lines] == [("https://shop.example/", b"_ga=")]
    assert any("neither Max-Age nor Secure" in note for note in observed.notes)
    assert not observed_in_evidence(inspection(collected("sid")), "x", State.NO_CHOICE, 0.0).notes


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


LISTED = {"name": "a", "path": "/", "domain": "shop.example", "expires": TIME, "secure": True, "sameSite": "Lax"}


@given(broken(har(entry(cookies=["_ga=1"], sent=["_ga"]), entry())) | broken(webkit(listed(LISTED, status=403))))
def test_a_broken_har_file_raises_nothing(document):
    if is_har(document):
        judged(document, State.WITHDRAWN)


@given(broken(inspection(collected("_ga", session=False, expires=5.5), collected("\x1b[31m"), localStorage=STORED)))
def test_a_broken_inspection_raises_nothing(document):
    if is_evidence(document):
        observed = observed_in_evidence(document, "inspection.json", State.NO_CHOICE, 0.0)
        audit_of(observed, POLICY, unknown, sought=observed.states)


JOINED = (
    "sid=1; Expires=Wed, 02 Dec 2026 12:00:00 GMT; Path=/; Secure; HttpOnly; SameSite=Lax, 2fa=1; Max-Age=60, "
    "odd=a, b; Path=/"
)


def test_lines_that_safari_joins_with_commas_are_read_one_by_one():
    lines = observed_in_har(webkit(entry(cookies=[JOINED])), "site.har", State.NO_CHOICE, 0.0).lines
    assert [line.line for line in lines] == [
        b"sid=1; Expires=Wed, 02 Dec 2026 12:00:00 GMT; Path=/; Secure; HttpOnly; SameSite=Lax",
        b"2fa=1; Max-Age=60",
        b"odd=a, b; Path=/",
    ]


def test_a_comma_in_a_line_of_another_browser_stays():
    observed = observed_in_har(har(entry(cookies=["sid=a, b=2; Path=/"])), "site.har", State.NO_CHOICE, 0.0)
    assert [line.line for line in observed.lines] == [b"sid=a, b=2; Path=/"]


def test_cookies_that_a_har_file_only_lists_are_read_and_noted():
    kept = {"name": "sid", "value": "secret", "path": "/", "httpOnly": True, "secure": True, "sameSite": "Lax"}
    ends = {"name": "_ga", "value": "secret", "domain": ".shop.example", "expires": "2025-06-16T15:06:40.000Z"}
    document = webkit(listed(kept, ends, {"name": "a;b"}, {"name": 5}, "no cookie"))
    observed = observed_in_har(document, "site.har", State.NO_CHOICE, 0.0)
    assert [line.line for line in observed.lines] == [
        b"sid=; Path=/; Secure; HttpOnly; SameSite=Lax",
        b"_ga=; Domain=.shop.example; Max-Age=86400",
    ]
    assert any("no Set-Cookie lines" in note for note in observed.notes)
    assert any("1 cookie was left out" in note for note in observed.notes)
    codes = {one.finding.rule.code for one in judged(document).findings}
    assert codes == {"CW202"}  # nobody knows of attributes that such a list leaves out


def test_a_har_file_with_lines_needs_no_lists():
    one = listed({"name": "b"}, cookies=["a=1"])
    observed = observed_in_har(har(one), "site.har", State.NO_CHOICE, 0.0)
    assert ([line.line for line in observed.lines], observed.notes) == ([b"a=1"], ())


@pytest.mark.parametrize(
    ("state", "name", "code"),
    [
        (State.NO_CHOICE, "_ga", "CW202"),
        (State.REFUSED, "_ga", "CW206"),
        (State.NO_CHOICE, "odd", "CW201"),
        (State.ACCEPTED, "odd", "CW201"),
        (State.ACCEPTED, "_ga", ""),
        (State.NO_CHOICE, "sid", ""),
    ],
)
def test_a_cookie_that_a_browser_sends_counts_though_nothing_was_seen_to_set_it(state, name, code):
    audit = judged(har(entry(cookies=[GOOD]), entry(sent=[name])), state)
    found = {one.finding.rule.code: one for one in audit.findings if one.finding.problem.cookie == name}
    assert {*found} == {code} - {""} | {*found} & {"CW209", "CW210"}
    assert audit.verdict.value == ("violation" if code else "in order")
    if code:
        assert found[code].states == (state,)
        assert "carries" in found[code].finding.problem.message
        assert "private window" in found[code].finding.problem.remedy


def test_a_cookie_of_another_site_that_nothing_declares_may_have_been_there_before():
    pixel = entry("https://pixel.example/a.gif", sent=["NID"], kind="image")
    assert "CW201" not in {one.finding.rule.code for one in judged(har(entry(cookies=[GOOD]), pixel)).findings}


def test_a_cookie_that_was_seen_to_be_set_is_judged_by_its_line():
    audit = judged(har(entry(cookies=["odd=1"]), entry(sent=["odd"])))
    [found] = [one for one in audit.findings if one.finding.rule.code == "CW201"]
    assert found.finding.problem.message.startswith("sets")


def test_a_cookie_that_answers_a_form_is_named_with_its_method():
    form = entry("https://shop.example/in", cookies=["odd=1"], kind="xhr")
    form["request"]["method"] = "POST"
    [found] = [one for one in judged(har(entry(), form)).findings if one.finding.rule.code == "CW201"]
    assert found.finding.problem.key == "POST /in"


def test_a_cookie_of_another_site_is_perhaps_a_third_party():
    pixel = entry("https://cdn.other.example/x.png", cookies=["trk=1; SameSite=None; Secure"], kind="image")
    rows = {row.name: row for row in judged(har(entry(cookies=["own=1"]), pixel)).rows}
    assert rows["trk"].suggestion.startswith("third-party")
    assert not rows["own"].suggestion.startswith("third-party")
    document = inspection(collected("trk", domain=".other.example"), collected("own"))
    observed = observed_in_evidence(document, "inspection.json", State.NO_CHOICE, 0.0)
    rows = {row.name: row for row in audit_of(observed, POLICY, unknown, sought=observed.states).rows}
    assert rows["trk"].suggestion.startswith("third-party")
    assert not rows["own"].suggestion.startswith("third-party")


@pytest.mark.parametrize(
    ("status", "reason"), [(403, "answers with 403 Forbidden"), (0, "has no response"), (404, "answers with 404")]
)
def test_a_page_that_was_not_seen_is_no_question_of_sensitive_data(status, reason):
    [verdict] = judged(har(entry(status=status))).verdicts.values()
    assert (verdict.verdict.value, reason in verdict.reason) == ("could not verify", True)


PAGES = [f"https://shop.example/{number}" for number in range(5)]


def test_a_recording_of_which_pages_were_not_seen_verifies_nothing_and_names_one():
    document = har(entry(cookies=[GOOD]), *(entry(url, status=403) for url in PAGES))
    audit = judged(document)
    assert audit.verdict.value == "could not verify"
    assert any("5 of 6 pages" in note and f"{PAGES[0]} answers with 403" in note for note in audit.observed.notes)


def test_a_page_that_is_missing_beside_pages_that_work_stays_in_order():
    assert judged(har(entry(cookies=[GOOD]), entry(PAGES[0], status=404))).verdict.value == "in order"


def test_a_page_that_was_seen_once_the_browser_had_passed_a_check_was_seen():
    first = entry(cookies=[GOOD], status=403, cf_mitigated="challenge")
    assert judged(har(first, entry("https://shop.example/?__cf_chl_tk=1"))).verdict.value == "in order"


def test_a_frame_of_another_site_that_fails_leaves_nothing_out():
    frame = entry("https://maps.example/", status=403)
    assert "could not verify" not in judged(har(entry(cookies=[GOOD]), frame)).verdict.value


@pytest.mark.parametrize("headers", [{"cf_mitigated": "challenge"}, {"x_amzn_waf_action": "challenge"}])
def test_a_challenge_in_a_har_file_counts_whatever_its_status(headers):
    assert judged(har(entry(cookies=[GOOD], status=200, **headers))).verdict.value == "could not verify"


@pytest.mark.parametrize("is_encoded", [False, True])
def test_a_challenge_in_a_har_file_is_known_by_its_body(is_encoded):
    one = entry(cookies=[GOOD], status=403)
    body = "<script src=https://geo.captcha-delivery.com/c.js></script>"
    text = base64.b64encode(body.encode()).decode() if is_encoded else body
    one["response"]["content"] |= {"text": text, **({"encoding": "base64"} if is_encoded else {})}
    [verdict] = judged(har(one)).verdicts.values()
    assert "DataDome" in verdict.reason


def test_a_cookie_of_a_challenge_is_not_judged_by_the_answer_that_keeps_readers_out():
    audit = judged(har(entry(cookies=["__cf_bm=1; Secure; HttpOnly; SameSite=Lax"], status=403)))
    assert (audit.verdict.value, audit.findings) == ("could not verify", ())
    assert [row.name for row in audit.rows] == ["__cf_bm"]
    assert any("__cf_bm" in note and "not judged" in note for note in audit.observed.notes)


def test_of_more_cookies_set_aside_than_there_are_notes_the_last_note_says_how_many_more():
    cookies = [f"c{number}x=1; Domain=other.example" for number in range(60)]
    notes = [note for note in judged(har(entry(cookies=cookies))).observed.notes if "Browsers ignore" in note]
    assert len(notes) == 50
    assert notes[-1] == "Browsers ignore 11 more cookies, or the audit does not judge them; the table has them."


@pytest.mark.parametrize(("cookie", "status"), [("__cf_bm=1", 200), ("odd=1", 403)])
def test_another_cookie_and_one_of_a_challenge_with_a_page_are_judged(cookie, status):
    assert judged(har(entry(cookies=[cookie], status=status))).verdict.value == "violation"


@pytest.mark.parametrize("coding", ["utf-16", "utf-8-sig", "utf-8"])
def test_a_recording_may_be_written_as_windows_writes_texts(coding, tmp_path):
    (tmp_path / "site.har").write_bytes(json.dumps(har(entry(cookies=["ü=1"]))).encode(coding))
    assert [line.line for line in read_recording(tmp_path / "site.har").lines] == ["ü=1".encode()]


def test_an_empty_file_is_named_as_one(observed_in):
    with pytest.raises(TargetError, match=r"is empty.*nothing was learned yet"):
        observed_in(" \n")


def test_what_was_learned_is_of_no_state_that_a_visitor_chose(observed_in):
    text = Learned.of([LearnedCookie("shop.example", "odd", False, 2, 10.0, NOW, None, (), ("/",), False)]).to_jsonl()
    observed = observed_in(text)
    audit = audit_of(observed, POLICY, unknown, sought=observed.states)
    assert [(state.value, one.verdict.value) for state, one in audit.verdicts.items()] == [("any choice", "violation")]
    assert "CW210" not in {one.finding.rule.code for one in audit.findings}


@pytest.mark.parametrize(
    ("name", "label"), [("a\x01b", "a\\x01b"), ("\udcff", "\\xff"), ("a\tb", "a\\tb"), ("a\x7f", "a\\x7f")]
)
def test_a_learned_cookie_with_any_name_stands_in_the_report(observed_in, name, label):
    text = Learned.of([LearnedCookie("shop.example", name, False, 2, 10.0, NOW, None, (), ("/",), False)]).to_jsonl()
    observed = observed_in(text)
    audit = audit_of(observed, POLICY, unknown, sought=observed.states)
    assert [row.name for row in audit.rows] == [label]
    assert ("CW201", label) in {(one.finding.rule.code, one.finding.problem.cookie) for one in audit.findings}


def test_a_cookie_whose_name_no_line_can_hold_is_not_left_out_unsaid():
    observed = observed_in_evidence(inspection(collected("a=b"), collected("sid")), "x", State.NO_CHOICE, 0.0)
    assert any("1 cookie was left out" in note for note in observed.notes)
    audit = audit_of(observed, POLICY, unknown, sought=observed.states)
    assert audit.verdict.value == "could not verify"


def test_attributes_that_the_collector_does_not_keep_are_not_judged():
    document = inspection({"name": "sid", "domain": "shop.example", "path": "/", "session": True})
    observed = observed_in_evidence(document, "inspection.json", State.NO_CHOICE, 0.0)
    assert {"CW205", "CW209"}.isdisjoint(one.finding.rule.code for one in findings_of(observed, POLICY))
