"""Reading what browsers report under a Content-Security-Policy: hosts and directives, and nothing else."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cookiewarden.http.csp_report import CSP_REPORT, REPORTS, ReportedHost, reported_hosts
from cookiewarden.http.hosts import contacted_host
from cookiewarden.policy.storage import contacted_hosts


def by_report_uri(blocked, directive="img-src", **more):
    """Return a body as Chromium, Firefox and Safari send it for ``report-uri``."""
    report = {"document-uri": "https://data.example.org/?q=secret", "blocked-uri": blocked, **more}
    return json.dumps({"csp-report": {**report, "effective-directive": directive, "status-code": 200}}).encode()


def by_reporting_api(*blocked, kind="csp-violation"):
    """Return a body as browsers send it for ``report-to``."""
    bodies = [
        {"documentURL": "https://a.example", "blockedURL": one, "effectiveDirective": "img-src"} for one in blocked
    ]
    return json.dumps([{"type": kind, "age": 1, "url": "https://a.example", "body": body} for body in bodies]).encode()


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://cdn.example.net", "cdn.example.net"),
        ("https://CDN.Example.net./path?q=1#f", "cdn.example.net"),
        ("http://cdn.example.net:80/", "cdn.example.net"),
        ("https://cdn.example.net:443/", "cdn.example.net"),
        ("http://cdn.example.net:443/", "cdn.example.net:443"),
        ("wss://push.example.net:8443", "push.example.net:8443"),
        ("https://user:word@bücher.example", "xn--bcher-kva.example"),
        ("http://127.0.0.1:8000/", "127.0.0.1:8000"),
        *((other, "") for other in ("inline", "eval", "wasm-eval", "data", "blob", "self", "about", "", "https://")),
        *(
            (other, "")
            for other in ("data:image/png;base64,AA", "blob:https://a.example/1", "chrome-extension://abc/x.js")
        ),
        *(
            (other, "")
            for other in ("safari-extension://abc", "moz-extension://a", "file:///etc/passwd", "about:srcdoc")
        ),
        *(
            (other, "")
            for other in ("https://*", "https://*.example.net", "https://a b.example", "https://a.example;b")
        ),
        *(
            (other, "")
            for other in ("https://a.example:0", "https://a.example:99999", "https://[::1]:8000", "https://[")
        ),
        *(
            (other, "")
            for other in (
                "https://[2001:db8::1]/x.png",
                "https://[fe80::1]:8000/",
                "https://[::ffff:1.2.3.4]/",
                "https://[v1.a]",
            )
        ),
        ("https://a_b.example", ""),  # no policy could name it
        ("https://" + "a" * 300, ""),
    ],
)
def test_only_the_host_of_an_address_is_kept_with_a_port_that_is_not_the_default_one(address, host):
    assert contacted_host(address) == host


@given(st.text(max_size=30) | st.text("abc.:/*-;, @[]", max_size=30).map("https://".__add__))
def test_whatever_is_kept_can_be_declared_as_it_is(address):
    host = contacted_host(address)
    assert not host or contacted_hosts([host]) == (host,)


def test_both_forms_of_a_report_are_read():
    expected = [ReportedHost("cdn.example.net", "img-src")]
    assert reported_hosts(CSP_REPORT, by_report_uri("https://cdn.example.net/a.png")) == expected
    assert reported_hosts(REPORTS, by_reporting_api("https://cdn.example.net", "https://cdn.example.net/b")) == expected
    (one,) = json.loads(by_reporting_api("https://cdn.example.net"))
    assert reported_hosts(REPORTS, json.dumps(one).encode()) == expected


def test_reports_of_another_kind_are_left_out():
    assert reported_hosts(REPORTS, by_reporting_api("https://cdn.example.net", kind="deprecation")) == []
    assert reported_hosts(REPORTS, b"[]") == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [("script-src-elem", "script-src-elem"), ("img-src 'self' https://a.example", "img-src"), ("x", "default-src"),
     ("", "default-src"), (5, "default-src"), ("IMG-SRC", "default-src")],
)  # fmt: skip
def test_a_directive_is_one_that_is_known(given, kept):
    assert reported_hosts(CSP_REPORT, by_report_uri("https://a.example", given)) == [ReportedHost("a.example", kept)]


def test_an_older_browser_names_only_the_violated_directive():
    body = {"csp-report": {"blocked-uri": "https://a.example", "violated-directive": "font-src 'self'"}}
    assert reported_hosts(CSP_REPORT, json.dumps(body).encode()) == [ReportedHost("a.example", "font-src")]


WRONG = [
    b"",
    b"\xff",
    b"{",
    b"5",
    b"[]",
    b"null",
    b'{"csp-report": 5}',
    b'{"csp-report": []}',
    b"[" * 8000,
    b"1" * 8000,
]


@pytest.mark.parametrize("body", WRONG)
def test_what_is_not_a_report_is_an_error(body):
    with pytest.raises(ValueError, match=r"."):
        reported_hosts(CSP_REPORT, body)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["csp-report", "type", "body", "blocked-uri", "blockedURL"]) | st.text(), inner
        )
    ),
    max_leaves=8,
).map(lambda value: json.dumps(value).encode())


@given(
    st.sampled_from([CSP_REPORT, REPORTS]),
    st.binary(max_size=50) | JSON_VALUES,
)
def test_a_body_is_read_or_raises_nothing_but_a_value_error(media_type, body):
    try:
        found = reported_hosts(media_type, body)
    except ValueError:
        return
    assert all(contacted_hosts([one.host]) == (one.host,) for one in found)
