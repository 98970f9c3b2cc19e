"""Content-Security-Policy by consent: which lines leave with a document, with which hosts, and what caches are told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cookiewarden import PolicySet, asgi, consent_of, wsgi
from cookiewarden.middleware.content_security import SecurityLines
from cookiewarden.policy.consent import Consent
from cookiewarden.policy.declaration import CONSENT_CATEGORIES
from cookiewarden.policy.judge import Judge
from cookiewarden.policy.policy import Policy
from exchanges import DOCUMENT, PLAIN, POLICY, SentRequest, Wrapped, http_environ, http_scope
from scenarios import chosen

MODULES = pytest.mark.parametrize("module", [asgi, wsgi])
OWN = "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob: filesystem: mediastream:"
HTML = ("Content-Type", "text/html; charset=utf-8")
FRAME, SCRIPT = ("sec-fetch-dest", "iframe"), ("sec-fetch-dest", "script")
ENFORCED, REPORTED = b"content-security-policy", b"content-security-policy-report-only"


def cookie(name, category, host, **keys):
    return {"name": name, "category": category, "purpose": "A test", "hosts": [host], **keys}


HOSTS = {
    "site": POLICY["site"],
    "cookies": [
        cookie("sid", "necessary", "login.example"),
        cookie("_ga", "statistical", "*.count.example"),
        cookie("_pk", "statistical", "anonymous.example:8443", anonymized=True),
        cookie("font", "first-party", "fonts.example"),
        cookie("NID", "third-party", "maps.example"),
        {"name": "theme", "category": "first-party", "purpose": "Contacts nobody"},
    ],
}
NECESSARY, ANONYMOUS = "login.example", "anonymous.example:8443"


def admitting(*hosts):
    """Return the line that admits hosts by every scheme. The tests in a browser show that all of it is needed."""
    schemes = {host: ("https://", "ws://", "wss://") if ":" in host else ("ws://",) for host in hosts}
    return " ".join([OWN, *(f"{scheme}{host}" for host in hosts for scheme in ("", *schemes[host]))])


EVERY = admitting("*.count.example", ANONYMOUS, "fonts.example", NECESSARY, "maps.example")
REPORT_TO = "; report-uri /cookies/reports"
BOUND = {**HOSTS, "cookies": HOSTS["cookies"][:1]}  # which hosts it admits does not depend on the visitor


def answers(*headers):
    """Return a view that answers with these headers."""
    return lambda carrier: list(headers)


HTML_PAGE = answers(HTML)


def asked(module, request=PLAIN, view=HTML_PAGE, csp=True, policy=HOSTS, **options):
    """Return the headers of one response."""
    return Wrapped(module, policy=policy, csp=csp, **options).ask(request, view)


#: A request for a document, which alone may ask for reports.
PAGE = SentRequest(headers=DOCUMENT)
VALIDATORS = (("if-none-match", '"1"'), ("if-modified-since", "Thu, 01 Jan 2026 00:00:00 GMT"))


def values(headers, name):
    return [value.decode() for known, value in headers if known == name]


def from_visitor(*granted, headers=()):
    return SentRequest(cookies=(chosen(*granted, policy=HOSTS),), headers=headers)


GPC, IN_A_FRAME = ("sec-gpc", "1"), (("sec-fetch-site", "cross-site"), FRAME)
EXEMPT = {"consent_needed": lambda carrier: False}


@MODULES
@pytest.mark.parametrize(
    ("request_", "hosts"),
    [
        (SentRequest(), [ANONYMOUS, NECESSARY]),
        (from_visitor(), [NECESSARY]),
        (from_visitor("statistical"), ["*.count.example", ANONYMOUS, NECESSARY]),
        (from_visitor("third-party"), [NECESSARY, "maps.example"]),
        (from_visitor("third-party", headers=(GPC,)), [NECESSARY, "maps.example"]),
        (from_visitor("statistical", headers=IN_A_FRAME), [NECESSARY]),
        (SentRequest(headers=IN_A_FRAME), [NECESSARY]),
    ],
)
def test_a_document_may_contact_the_hosts_of_what_may_be_used_now(module, request_, hosts):
    assert values(asked(module, request_), ENFORCED) == [admitting(*hosts)]


@MODULES
@pytest.mark.parametrize(
    ("request_", "hosts"),
    [
        (SentRequest(), ["*.count.example", ANONYMOUS, "fonts.example", NECESSARY, "maps.example"]),
        (SentRequest(headers=(GPC,)), ["*.count.example", ANONYMOUS, "fonts.example", NECESSARY]),
        (SentRequest(headers=(GPC, *IN_A_FRAME)), [NECESSARY]),
        (from_visitor(), [NECESSARY]),
        (from_visitor("third-party"), [NECESSARY, "maps.example"]),
    ],
)
def test_a_visitor_who_needs_no_consent_may_refuse_all_the_same(module, request_, hosts):
    headers = asked(module, request_, **EXEMPT)
    assert values(headers, ENFORCED) == [admitting(*hosts)]
    assert values(headers, b"cache-control") == ["private"]


@MODULES
def test_the_choice_that_a_view_makes_holds_for_its_own_response(module):
    def view(carrier):
        consent_of(carrier).grant("third-party")
        return [HTML]

    assert "maps.example" in values(asked(module, view=view), ENFORCED)[0]


@MODULES
@pytest.mark.parametrize(
    "kind", ["text/html", "TEXT/HTML;charset=x", "application/xhtml+xml", " image/svg+xml", "text/plain, text/html"]
)
def test_what_browsers_show_as_a_document_has_a_policy(module, kind):
    assert values(asked(module, view=answers(("content-TYPE", kind))), ENFORCED)


@MODULES
@pytest.mark.parametrize("headers", [[("Content-Type", "text/css")], [("Content-Type", "application/json")], []])
def test_other_responses_stay_as_they_are(module, headers):
    assert asked(module, view=answers(*headers)) == [(name.lower().encode(), value.encode()) for name, value in headers]


@MODULES
@pytest.mark.parametrize("given", [[], [("ETag", '"1"')]])
@pytest.mark.parametrize(
    ("headers", "is_document"),
    [(DOCUMENT, True), ((FRAME,), True), (DOCUMENT[:1], True), ((("sec-fetch-dest", "image"), DOCUMENT[0]), False)],
)
def test_without_a_media_type_the_request_says_whether_it_is_a_document(module, headers, is_document, given):
    assert bool(values(asked(module, SentRequest(headers=headers), answers(*given)), ENFORCED)) is is_document


@MODULES
@pytest.mark.parametrize(
    ("kind", "is_document"),
    [
        *((kind, True) for kind in ("text/xml", "Application/XML; charset=x", "text/xsl", "application/rss+xml")),
        *((kind, True) for kind in ("*/*", "unknown/unknown", "application/unknown;a", "html", "/", "a/", " ", "")),
        ("text/plain, */*", True),
        *((kind, False) for kind in ("text/plain", "application/json; a=b+xml", "text/css ; a=*/*", "image/png")),
    ],
)
def test_with_a_type_that_does_not_tell_the_request_says_whether_it_is_a_document(module, kind, is_document):
    view = answers(("Content-Type", kind))
    assert bool(values(asked(module, PAGE, view), ENFORCED)) is is_document
    assert not values(asked(module, SentRequest(headers=(SCRIPT,)), view), ENFORCED)


@MODULES
def test_a_document_that_answers_a_form_without_any_header_has_a_policy(module):
    assert values(asked(module, SentRequest(method="POST", headers=DOCUMENT), answers()), ENFORCED)


@MODULES
def test_the_lines_of_the_app_stay_as_they_are_and_come_first(module):
    own = [("Content-Security-Policy", "img-src *"), HTML, ("Content-Security-Policy-Report-Only", "img-src *")]
    headers = asked(module, view=answers(*own), policy=BOUND)
    assert headers[:3] == [(name.lower().encode(), value.encode()) for name, value in own]
    assert values(headers, ENFORCED) == ["img-src *", admitting(NECESSARY)]


@MODULES
def test_an_image_has_the_same_line_for_all_visitors_so_that_caches_may_keep_it(module):
    headers = asked(module, from_visitor("third-party"), answers(("Content-Type", "image/svg+xml")))
    assert headers[1:] == [(ENFORCED, admitting(NECESSARY).encode())]


# Reports


@MODULES
@pytest.mark.parametrize("csp", [True, "report-only"])
def test_every_sixteenth_document_reports_what_no_declaration_names(module, csp):
    app = Wrapped(module, policy=HOSTS, csp=csp)
    others = [SentRequest(headers=(SCRIPT,)), SentRequest(method="POST", headers=DOCUMENT)]
    lines = []
    for _ in range(33):
        assert not any(values(app.ask(one, HTML_PAGE), REPORTED) for one in others)
        lines.append(values(app.ask(PAGE, HTML_PAGE), REPORTED))
    assert [number for number, one in enumerate(lines) if one] == [0, 16, 32]
    assert lines[0] == [EVERY + REPORT_TO]


@MODULES
def test_while_the_app_learns_every_document_reports(module, tmp_path):
    app = Wrapped(module, policy=HOSTS, csp="report-only", learn=tmp_path / "learned.jsonl")
    assert all(values(app.ask(PAGE, HTML_PAGE), REPORTED) for _ in range(3))


@MODULES
def test_the_reports_go_below_the_mount_point_and_nothing_in_it_ends_the_directive(module):
    keys = {asgi: {"root_path": "/a,b;c", "path": "/a,b;c/"}, wsgi: {"SCRIPT_NAME": "/a,b;c"}}[module]
    app = Wrapped(module, policy=HOSTS, csp="report-only", pages="/privacy")
    carrier = http_scope(PAGE, **keys) if module is asgi else http_environ(PAGE, **keys)
    assert values(app.ask_with(carrier, answers(HTML)), REPORTED) == [f"{EVERY}; report-uri /a%2Cb%3Bc/privacy/reports"]


@MODULES
@pytest.mark.parametrize(
    "options",
    [
        {"csp": "report-only"},
        {"report_only": True},
        {"report_only": lambda carrier: True},
        {"policy": {**HOSTS, "report_only": ["undeclared"]}},
    ],
    ids=["option", "report_only", "predicate", "undeclared"],
)
def test_nothing_is_enforced_on_what_is_only_reported(module, options):
    """Nor is anything hidden from the app, unless the document asks for reports."""
    app = Wrapped(module, **{"policy": HOSTS, "csp": True, **options})
    request = SentRequest(headers=(*DOCUMENT, *VALIDATORS))
    for expected in (True, False):
        seen = []
        headers = app.ask(request, sees(seen, HTML))
        assert values(headers, ENFORCED) == []
        assert values(headers, REPORTED) == ([EVERY + REPORT_TO] if expected else [])
        assert VALIDATING.isdisjoint(seen) is expected


@MODULES
def test_a_category_that_is_only_reported_is_admitted(module):
    headers = asked(module, from_visitor(), policy={**HOSTS, "report_only": ["third-party"]})
    assert values(headers, ENFORCED) == [admitting(NECESSARY, "maps.example")]


@MODULES
def test_without_pages_nothing_reports(module):
    assert values(asked(module, PAGE, pages=None), REPORTED) == []


@MODULES
def test_a_host_without_a_policy_admits_no_other_host(module):
    headers = asked(
        module, SentRequest(host="other.example", headers=DOCUMENT), policy=PolicySet([Policy.from_mapping(HOSTS)])
    )
    assert (values(headers, ENFORCED), values(headers, REPORTED)) == ([OWN], [])


# Caches


@MODULES
@pytest.mark.parametrize(
    ("request_", "given", "left"),
    [
        (SentRequest(), None, "private"),
        (SentRequest(), "public, max-age=60", "private, max-age=60"),  # anonymized statistics pass until an objection
        (from_visitor(), None, "private"),
        (from_visitor(), "max-age=60", "private, max-age=60"),
        (from_visitor(), "public, max-age=60", "public, max-age=60"),  # it admits no more than every visitor gets
        (from_visitor(), "no-store", "no-store"),
        (from_visitor("third-party"), "public", "private"),
    ],
)
def test_what_depends_on_the_visitor_is_private_and_varies_by_cookie(module, request_, given, left):
    headers = asked(module, request_, answers(HTML, *([("Cache-Control", given)] if given else [])))
    assert values(headers, b"cache-control") == [left]
    assert values(headers, b"vary")[0] == "Cookie"


CONTEXT = {"Sec-Fetch-Site", "Sec-Fetch-Dest", "Sec-Fetch-Storage-Access"}
UNHEEDED, ALL_HEEDED = {**HOSTS, "signals": {"gpc": []}}, {**HOSTS, "signals": {"gpc": ["statistical", "third-party"]}}
PLAIN_HOSTS = {**HOSTS, "cookies": [one for one in HOSTS["cookies"] if "anonymized" not in one]}


@MODULES
@pytest.mark.parametrize("headers", [(), (GPC,), IN_A_FRAME, (GPC, *IN_A_FRAME)])
@pytest.mark.parametrize(
    ("granted", "options", "names"),
    [
        (None, {"policy": PLAIN_HOSTS}, set()),
        (None, {"policy": BOUND}, set()),
        (None, {}, CONTEXT),  # anonymized statistics pass, but not on the page of another site
        (None, {"policy": ALL_HEEDED}, {"Sec-GPC", *CONTEXT}),
        (None, {"policy": ALL_HEEDED, "report_only": True}, set()),
        ((), {"policy": ALL_HEEDED}, set()),
        (("statistical",), {}, CONTEXT),
        (("statistical", "third-party"), {"policy": ALL_HEEDED}, set()),
        (None, EXEMPT, {"Sec-GPC", *CONTEXT}),
        (None, {**EXEMPT, "policy": UNHEEDED}, set()),
        ((), {**EXEMPT, "policy": ALL_HEEDED}, set()),
        (("statistical",), {**EXEMPT, "policy": ALL_HEEDED}, CONTEXT),
    ],
)
def test_what_depends_on_a_signal_varies_by_it_whatever_the_signal_was(module, granted, options, names, headers):
    policy = {"policy": HOSTS, **options}["policy"]
    cookies = () if granted is None else (chosen(*granted, policy=policy),)
    left = asked(module, SentRequest(headers=headers, cookies=cookies), **options)
    assert set(values(left, b"vary")) - {"Cookie"} == names


@MODULES
def test_what_does_not_depend_on_the_visitor_may_be_kept_by_all(module):
    headers = asked(module, SentRequest(cookies=(chosen("third-party", policy=HOSTS),), headers=DOCUMENT), policy=BOUND)
    assert headers[1:] == [
        (ENFORCED, admitting(NECESSARY).encode()),
        (REPORTED, f"{admitting(NECESSARY)}{REPORT_TO}".encode()),
    ]


@MODULES
def test_a_page_without_a_line_for_one_visitor_is_private(module):
    headers = asked(module, view=answers(HTML, ("Cache-Control", "public")), report_only=lambda carrier: True)
    assert values(headers, b"cache-control") == ["private"]


@MODULES
def test_what_is_reported_by_all_changes_nothing_for_caches(module):
    headers = asked(module, view=answers(HTML, ("Cache-Control", "public")), report_only=True)
    assert values(headers, b"cache-control") == ["public"]


VALIDATING = {name for name, _ in VALIDATORS}


def sees(seen, *headers):
    """Return a view that answers with these headers, and lists the names of those in the request."""

    def view(carrier):
        if "headers" in carrier:
            seen.extend(name.decode() for name, _ in carrier["headers"])
        else:
            seen.extend(key.removeprefix("HTTP_").replace("_", "-").lower() for key in carrier)
        return headers

    return view


@MODULES
@pytest.mark.parametrize(
    ("headers", "method", "csp", "is_hidden"),
    [
        (DOCUMENT, "GET", True, True),
        (DOCUMENT, "HEAD", True, True),
        (DOCUMENT, "PUT", True, False),  # there, they guard against lost changes
        (DOCUMENT, "POST", True, False),
        ((FRAME,), "GET", True, True),
        ((SCRIPT,), "GET", True, False),
        (DOCUMENT, "GET", False, False),
    ],
)
def test_the_app_answers_a_document_in_full(module, headers, method, csp, is_hidden):
    seen = []
    asked(
        module, SentRequest(headers=(*headers, *VALIDATORS), cookies=("_ga=1",), method=method), sees(seen, HTML), csp
    )
    assert VALIDATING.isdisjoint(seen) is is_hidden
    assert "sec-fetch-dest" in seen


@MODULES
@pytest.mark.parametrize(("path", "options"), [("/cookies/", {}), ("/cookies", {"pages": None, "learn": True})])
def test_the_app_answers_in_full_on_a_path_of_ours_that_it_may_have(module, path, options, tmp_path):
    seen = []
    options = {name: tmp_path / "learned.jsonl" if name == "learn" else value for name, value in options.items()}
    request = SentRequest(path=path, headers=(*DOCUMENT, *VALIDATORS))
    assert values(asked(module, request, sees(seen, HTML), **options), ENFORCED)
    assert seen
    assert VALIDATING.isdisjoint(seen)


@MODULES
@pytest.mark.parametrize("csp", [True, "report-only"])
def test_no_line_leaves_with_a_page_that_the_browser_keeps(module, csp):
    """A line in a 304 would take the place of the app's own."""

    def view(carrier):
        seen = []
        sees(seen)(carrier)
        answered.append(not VALIDATING.isdisjoint(seen))
        return [HTML, ("ETag", '"1"')]

    app, answered = Wrapped(module, policy=HOSTS, csp=csp), []
    for _ in range(17):
        headers = app.ask(SentRequest(headers=(*DOCUMENT, *VALIDATORS)), view)
        has_line = bool(values(headers, ENFORCED) or values(headers, REPORTED))
        assert has_line is not answered[-1]
    assert answered == [csp is not True and number % 16 != 0 for number in range(17)]


# Our own pages, and other wrappers


@MODULES
def test_our_own_pages_keep_their_own_policy(module):
    headers = asked(module, SentRequest(path="/cookies"))
    assert len(values(headers, ENFORCED)) == 1
    assert values(headers, ENFORCED)[0].startswith("default-src 'none'")
    assert values(headers, REPORTED) == []


@MODULES
def test_screening_twice_is_screening_once(module):
    once = asked(module, from_visitor("third-party"))
    again = answers(*[(name.decode(), value.decode()) for name, value in once])
    assert asked(module, from_visitor("third-party"), again) == once


@MODULES
def test_without_the_option_nothing_changes(module):
    assert asked(module, csp=False) == [(b"content-type", HTML[1].encode())]


@MODULES
def test_another_policy_takes_over_when_it_is_loaded(module):
    app = Wrapped(module, policy=HOSTS, csp=True)
    app.ask(view=answers(HTML))
    assert app.reload({**HOSTS, "cookies": [cookie("sid", "necessary", "other.example")]})
    assert values(app.ask(view=answers(HTML)), ENFORCED) == [admitting("other.example")]


@MODULES
def test_a_choice_loads_the_page_anew_because_the_browser_keeps_its_policy(module):
    status_of = {True: False, "report-only": True, False: True}
    for csp, has_script in status_of.items():
        pages = Wrapped(module, policy=HOSTS, csp=csp)._app._screener.pages
        assert ("/cookies/script.js" in pages._handlers) is has_script


# Laws

ANSWERS = st.sets(st.sampled_from(CONSENT_CATEGORIES)).map(frozenset)
TOWN = Policy.from_mapping(HOSTS)


@given(granted=ANSWERS, refused=ANSWERS, more=ANSWERS)
def test_granting_more_never_admits_less_and_no_line_admits_an_undeclared_host(granted, refused, more):
    lines = SecurityLines()

    def hosts(consent):
        line = lines.enforced(TOWN, Judge(TOWN.declared, consent)).line.decode()
        assert line.startswith(OWN)
        return {source.rpartition("/")[2] for source in line.removeprefix(OWN).split()}

    before = hosts(Consent(granted - refused, refused - granted))
    after = hosts(Consent(granted - refused | more, refused - granted - more))
    assert {NECESSARY} <= before <= after <= set(TOWN.contacted_hosts)
