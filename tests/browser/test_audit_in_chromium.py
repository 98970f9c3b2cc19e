"""An audit with a real Chromium: every planted violation is found, none where there is none, and hostile pages end."""

import contextlib
import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from browser.audited_sites import HOST, HTML, OTHER, SCRIPT, answers, served, visited
from browser.browsers import CHROMIUM
from cookiewarden import Policy, banner_of, script_of, wsgi
from cookiewarden.tools.audit import tab
from cookiewarden.tools.audit.audit import audit_of
from cookiewarden.tools.audit.bounds import Bounds
from cookiewarden.tools.audit.observed import CHOICES, State

SECRET_KEY = "a signing key for tests"
STATISTICS = "_ga=1; Path=/; Max-Age=86400; SameSite=Lax"

pytestmark = pytest.mark.skipif(CHROMIUM.program is None, reason="no Chromium is installed")


@pytest.fixture(autouse=True)
def _no_last_wait(monkeypatch):
    """Spare the wait for late scripts: those of these sites wait for nothing."""
    monkeypatch.setattr(tab, "_LAST_SECONDS", 0.0)


def policy_for(port):
    """Return a policy of a shop that names the host of its tag."""
    tag = {"kind": "host", "category": "statistical", "purpose": "Counts visits", "hosts": [f"{OTHER}:{port}"]}
    return {
        "site": {"name": "Shop", "hosts": [HOST]},
        "cookies": [
            {"name": "sid", "category": "necessary", "purpose": "Keeps you signed in"},
            {"name": "_ga", "category": "statistical", "purpose": "Counts visits", "lifetime": "1 day"},
            {"name": "tagged", "category": "statistical", "purpose": "Counts visits", "lifetime": "1 hour"},
            {"name": "Tag", **tag},
            {"name": "seen", "category": "statistical", "purpose": "Counts visits", "kind": "session-storage"},
        ],
    }


def shop(port, *, is_wrapped):
    """Return a shop. Not wrapped, it sets a cookie at once, and fetches a tag that sets another one and keeps a key.

    Wrapped, all of that waits for consent.
    """
    tag = f"http://{OTHER}:{port}/tag.js"

    def page(environ):
        element = script_of(environ, "statistical", tag) if is_wrapped else f"<script src={tag}></script>"
        banner = banner_of(environ) if is_wrapped else ""
        return f"<!doctype html><title>Shop</title><a href=/cart>Cart</a>{element}{banner}"

    app = answers(page, "sid=1; Path=/; HttpOnly; SameSite=Lax", STATISTICS)
    return wsgi.CookieWardenMiddleware(app, policy=policy_for(port), secret_key=SECRET_KEY) if is_wrapped else app


TAG = answers(
    'document.cookie = "tagged=1; path=/; max-age=3600; samesite=lax"; sessionStorage.setItem("seen", "secret")',
    kind=SCRIPT,
)


@contextlib.contextmanager
def served_shop(*, is_wrapped):
    apps = {}

    def app(environ, start_response):
        host, _, port = environ["HTTP_HOST"].partition(":")
        if not apps:
            apps.update({HOST: shop(port, is_wrapped=is_wrapped), OTHER: TAG})
        return apps[host](environ, start_response)

    with served(app) as port:
        yield port


def found(observed, port, states=CHOICES):
    """Return the codes of errors with what they are about and their states."""
    audit = audit_of(observed, Policy.from_mapping(policy_for(port)), lambda name: None, sought=states)
    return audit, {
        (one.finding.rule.code, one.finding.problem.cookie or one.finding.problem.key): {*one.states}
        for one in audit.findings
        if one.finding.rule.level.value == "error"
    }


def test_a_shop_that_waits_for_consent_is_in_order_in_all_four_states():
    with served_shop(is_wrapped=True) as port:
        observed = visited(port)
    audit, errors = found(observed, port)
    assert errors == {}
    assert {state: one.verdict.value for state, one in audit.verdicts.items()} == dict.fromkeys(CHOICES, "in order")
    # Once accepted, all of it is there; so the visits would have seen it.
    accepted = {line.line.partition(b"=")[0] for line in observed.lines if line.state is State.ACCEPTED}
    assert {b"_ga", b"tagged"} <= accepted
    assert {(one.state, one.key) for one in observed.storage} >= {(State.ACCEPTED, "seen")}


def test_a_site_may_take_its_time_to_answer_a_choice():
    page = answers(lambda environ: f"<!doctype html><title>Shop</title>{banner_of(environ)}", STATISTICS)
    wrapped = wsgi.CookieWardenMiddleware(page, policy=policy_for(1), secret_key=SECRET_KEY)

    def slow(environ, start_response):
        if environ["REQUEST_METHOD"] == "POST":
            time.sleep(1.0)
        return wrapped(environ, start_response)

    with served(slow) as port:
        observed = visited(port, states=[State.REFUSED])
    assert State.REFUSED in observed.states


def test_every_planted_violation_is_found_and_who_did_it():
    with served_shop(is_wrapped=False) as port:
        observed = visited(port, states=[State.REFUSED])
    audit, errors = found(observed, port, (State.NO_CHOICE,))
    assert errors.keys() == {
        ("CW202", "_ga"),
        ("CW202", "tagged"),
        ("CW213", f"{OTHER}:{port}"),
        ("CW214", "session-storage: seen"),
    }
    rows = {row.name: row.set_by for row in audit.rows}
    assert rows["_ga"] == (HOST,)
    assert rows["tagged"] == (f"http://{OTHER}:{port}/tag.js",)
    assert observed.states == {State.NO_CHOICE}
    assert "found no open banner that it knows" in observed.reasons[State.REFUSED]
    assert "secret" not in repr(observed)


def test_a_script_that_counts_a_visitor_who_refused_is_found():
    """A cookie by script, set on a page itself, is none that the middleware can hold back."""

    def page(environ):
        counting = "document.cookie = 'tagged=1; path=/; samesite=lax'"
        return f"<!doctype html><title>Shop</title>{banner_of(environ)}<script>{counting}</script>"

    app = wsgi.CookieWardenMiddleware(answers(page), policy=policy_for(1), secret_key=SECRET_KEY)
    with served(app) as port:
        observed = visited(port)
    _, errors = found(observed, 1)
    assert errors[("CW202", "tagged")] == {State.NO_CHOICE}
    assert errors[("CW206", "tagged")] == {State.REFUSED}
    assert State.WITHDRAWN in errors[("CW207", "tagged")]


#: The buttons of a manager that autoconsent knows, which keeps a choice in a cookie.
MANAGED = """<!doctype html><title>Shop</title><div id=adroll_consent_container>
<button id=adroll_consent_accept>Accept</button><button id=adroll_consent_reject>Reject</button></div><script>
const put = (name, value) => {{ document.cookie = `${{name}}=${{value}}; path=/; samesite=lax`; }};
const box = document.getElementById("adroll_consent_container"), kept = document.cookie.match(/choice=(\\w+)/)?.[1];
const apply = choice => {{ box.remove(); {then}; }};
const choose = choice => {{ {keep}; apply(choice); }};
document.getElementById("adroll_consent_accept").onclick = () => choose("yes");
document.getElementById("adroll_consent_reject").onclick = () => choose("no");
if (kept) apply(kept);
</script>"""
KEEP = 'put("choice", choice)'


def managed(then, keep=KEEP, states=(State.REFUSED, State.ACCEPTED)):
    """Return what was seen of a shop with the banner of another manager, its audit and its errors."""
    policy = policy_for(1)
    policy["cookies"].append({"name": "choice", "category": "necessary", "purpose": "Keeps your choice"})
    with served(answers(MANAGED.format(then=then, keep=keep))) as port:
        observed = visited(port, states=states)
    audit = audit_of(observed, Policy.from_mapping(policy), lambda name: None, sought=states)
    errors = {
        (one.finding.rule.code, one.finding.problem.cookie): {*one.states}
        for one in audit.findings
        if one.finding.rule.level.value == "error"
    }
    return observed, audit, errors


def test_the_banner_of_another_manager_is_refused_and_accepted_and_who_counts_after_a_refusal_is_found():
    observed, audit, errors = managed('put("_ga", "1"); if (choice == "yes") put("tagged", "1")')
    assert errors == {("CW206", "_ga"): {State.REFUSED}}
    assert {state: one.verdict.value for state, one in audit.verdicts.items()} == {
        State.REFUSED: "violation",
        State.ACCEPTED: "in order",
    }
    assert {line.state for line in observed.lines if line.line.startswith(b"tagged=")} == {State.ACCEPTED}


def test_a_refusal_that_fails_the_test_of_autoconsent_could_not_be_verified():
    """The refusal of this manager must leave a certain cookie away."""
    observed, audit, errors = managed('put("_ga", "1")', 'put("__adroll_fpc", "1")', (State.REFUSED,))
    assert errors == {}
    assert audit.verdicts[State.REFUSED].verdict.value == "could not verify"
    assert any("its test of the choice failed" in reason for reason in observed.reasons.values())


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("while (true) alert('Again')", "opened a dialog"),
        ("setTimeout(() => { location.href = '/?' + Math.random() }, 1)", "goes from page to page by itself"),
        ("onload = () => { while (true); }", "did not"),
        ("for (let at = 0; at < 2000; at++) localStorage.setItem('k' + at, 'x'.repeat(2000))", "over 500 keys"),
        ("const one = Object.assign(document.createElement('a'), { href: '/x', download: 'x' });"
         "document.documentElement.append(one); one.click()", "download"),
    ],
    ids=["dialogs", "redirects", "busy", "storage", "download"],
)  # fmt: skip
def test_a_hostile_page_is_survived_and_named(script, words):
    bounds = Bounds(pages=1, request_seconds=1.0, seconds=30.0, delay=0.0)
    with served(answers(f"<!doctype html><title>Trap</title><script>{script}</script>", "sid=1")) as port:
        observed = visited(port, bounds=bounds, states=[State.NO_CHOICE])
    said = " ".join([*observed.notes, *observed.reasons.values(), *(page.problem for page in observed.pages)])
    assert words in said
    assert b"sid=1" in {line.line for line in observed.lines}


def test_a_phone_is_what_the_site_sees_if_that_is_wanted():
    seen = "[innerWidth < 500, navigator.maxTouchPoints > 0, /Mobile/.test(navigator.userAgent)]"
    page = "<!doctype html><meta name=viewport content=width=device-width><title>Shop</title><script>{}</script>"
    with served(answers(page.format(f"sessionStorage.setItem({seen}, 1)"))) as port:
        observed = visited(port, states=[State.NO_CHOICE], is_mobile=True)
    assert [one.key for one in observed.storage] == ["true,true,true"]
    assert observed.how.endswith(" as a phone")


def test_windows_that_a_page_opens_stay_closed():
    script = "for (let at = 0; at < 50; at++) window.open('/window?' + at)"
    asked = []
    page = answers(f"<!doctype html><title>Trap</title><script>{script}</script>")

    def app(environ, start_response):
        asked.append(environ["PATH_INFO"])
        return page(environ, start_response)

    with served(app) as port:
        observed = visited(port, states=[State.NO_CHOICE])
    assert observed.states == {State.NO_CHOICE}
    assert "/window" not in asked


def asked_paths(site, states=(State.NO_CHOICE,), **options):
    """Return the paths that were asked of a site, and what was seen of it. ``site``: the body for each path."""
    asked = []

    def app(environ, start_response):
        path = environ["PATH_INFO"]
        asked.append(path)
        status = "200 OK" if path in site else "404 Not Found"
        start_response(status, [("Content-Type", HTML), ("Set-Cookie", f"at{path.replace('/', '_')}=1")])
        return [site.get(path, "").encode()]

    with served(app) as port:
        bounds = Bounds(pages=4, request_seconds=5.0, seconds=60.0, delay=0.0)
        return asked, visited(port, states=states, bounds=bounds, **options)


LINKS = "<!doctype html><title>Shop</title><a href=/open>Open</a><a href=/closed/x>Closed</a>"


def test_links_that_robots_txt_forbids_are_not_followed_and_its_cookies_are_no_business_of_the_audit():
    robots = "User-agent: *\nDisallow: /closed"
    asked, observed = asked_paths({"/": LINKS, "/open": LINKS, "/robots.txt": robots})
    assert {"/", "/open"} <= {*asked}
    assert "/closed/x" not in asked
    assert any("robots.txt forbids 1 of the linked addresses" in note for note in observed.notes)
    assert not any(b"robots" in line.line for line in observed.lines)


def test_a_link_that_plainly_does_something_is_not_opened_and_the_notes_say_so():
    asked, observed = asked_paths({"/": LINKS + "<a href=/logout>Log out</a>"})
    assert "/logout" not in asked
    assert any("does something: it met 1, such as" in note and "/logout" in note for note in observed.notes)


def test_a_site_of_which_robots_txt_forbids_as_much_as_was_seen_was_not_seen_whole():
    _, observed = asked_paths({"/": LINKS, "/robots.txt": "User-agent: *\nDisallow: /closed\nDisallow: /open"})
    assert observed.cut == {State.NO_CHOICE}


@pytest.mark.parametrize(("body", "states"), [(LINKS, [State.NO_CHOICE]), ("<title>Shop</title>", CHOICES)])
def test_a_delay_that_does_not_fit_into_the_visit_ends_it_before_the_next_page_of_any_state(body, states):
    asked, observed = asked_paths({"/": body, "/robots.txt": "User-agent: *\nCrawl-delay: 100"}, states)
    assert asked.count("/") == 1
    assert any(note.startswith("robots.txt asks for 100 seconds between two requests") for note in observed.notes)
    assert observed.cut == {*states}


def test_a_start_page_that_robots_txt_forbids_is_not_opened_and_the_remedy_is_named():
    asked, observed = asked_paths({"/": LINKS, "/robots.txt": "User-agent: *\nDisallow: /"})
    assert asked == ["/robots.txt"]
    assert observed.states == set()
    (page,) = observed.pages
    assert 'robots.txt forbids it; "User-agent: cookiewarden" and "Allow: /"' in page.problem


WORKER_HOST = "worker.other.localhost"


def test_what_workers_do_is_recorded_or_the_notes_say_that_it_is_not():
    def app(environ, start_response):
        port, path = environ["SERVER_PORT"], environ["PATH_INFO"]
        bodies = {
            "/worker.js": f"fetch('http://{WORKER_HOST}:{port}/asked', {{ mode: 'no-cors' }}); fetch('/asked')",
            "/shared.js": "fetch('/asked-by-all')",
            "/": "<!doctype html><title>Shop</title><script>new Worker('/worker.js');"
            "new SharedWorker('/shared.js')</script>",
        }
        lines = ["by_worker=1; Path=/"] if path == "/asked" else []
        return answers(bodies.get(path, ""), *lines, kind=HTML if path == "/" else SCRIPT)(environ, start_response)

    with served(app) as port:
        observed = visited(port, states=[State.NO_CHOICE])
    assert f"{WORKER_HOST}:{port}" in {one.host for one in observed.hosts}
    (line,) = [one for one in observed.lines if one.line.startswith(b"by_worker") and HOST in one.url]
    assert (line.line, line.set_by) == (b"by_worker=1; Path=/", "")
    notes = " ".join(observed.notes)
    assert "/shared.js is a shared worker; the hosts that it contacts were not recorded" in notes
    assert "A page started a worker" in notes


def test_neither_a_redirect_nor_a_page_leads_into_a_private_network():
    """Only the private address of the site that was named is let through."""
    reached = []

    def app(environ, start_response):
        reached.append(environ["HTTP_HOST"])
        start_response("200 OK", [("Content-Type", HTML)])
        return [b"<!doctype html><title>Shop</title><img src=http://127.0.0.2:%s/x>" % environ["SERVER_PORT"].encode()]

    with served(app) as port:
        observed = visited(port, states=[State.NO_CHOICE])
    assert any("127.0.0.2 leads to the private address" in note for note in observed.notes)
    assert reached
    assert not any("127.0.0.2" in host for host in reached)


def command(port, *options):
    """Run ``cookiewarden audit --browser``, and return its exit code and output."""
    arguments = [sys.executable, "-m", "cookiewarden", "audit", f"http://{HOST}:{port}/", "--browser", *options]
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=100, env={**os.environ, "NO_COLOR": "1"})
    return done.returncode, done.stdout, done.stderr


def test_the_command_keeps_a_picture_as_evidence(tmp_path):
    with served(answers("<!doctype html><title>Shop</title>Here")) as port:
        code, output, errors = command(port, "--state", "no-choice", "--evidence", str(tmp_path / "e"), "--json")
    assert (code, errors) == (0, "")
    (picture,) = json.loads(output)["screenshots"]
    file = tmp_path / "e" / picture["file"]
    assert picture["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    code, _, errors = command(1, "--evidence", str(tmp_path / "e"))
    assert (code, "no-choice.png" in errors) == (3, True)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--browser-path", sys.executable], "the browser did not start"),
        (["--path", "/x"], "--path is for an app"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_message(options, words):
    code, _, errors = command(1, *options)
    assert code == 3
    assert words in errors
    assert "Traceback" not in errors


def test_a_missing_browser_is_named_with_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    code, _, errors = command(1)
    assert code == 3
    assert "install Chromium" in errors


def test_no_process_stays_behind():
    def chromes():
        return {one.name for one in Path("/proc").glob("[0-9]*") if _parent(one) == os.getpid()}

    before = chromes()
    with served(answers("<!doctype html><title>Shop</title>")) as port:
        visited(port, states=[State.NO_CHOICE])
    assert chromes() <= before


def _parent(process):
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0
