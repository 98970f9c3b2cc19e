"""Requests in many threads or greenlets share state safely, and each visitor gets its own response.

The interpreter switches threads as often as it can here, so that unsafe code fails soon. The tests check every response
and the bounds of every cache.
"""

import asyncio
import logging
import sys
from itertools import product
from unittest import mock

import pytest

from cookiewarden import Outcome, Policy, PolicySet, asgi, consent_of, wsgi
from cookiewarden.choices.preferences_cookie import PreferencesCookie, check_keys, remembering
from cookiewarden.http.headers import HeaderNames
from cookiewarden.http.request import RequestSnapshot
from cookiewarden.middleware.places import SeenPlaces
from cookiewarden.policy import judge as judging
from cookiewarden.policy.consent import Consent
from cookiewarden.policy.judge import Judge, Judges
from cookiewarden.policy.policy_set import HostTable
from cookiewarden.reporting.log_messages import BlockedCookieLog
from cookiewarden.testing import preferences_cookie
from exchanges import DOCUMENT, NOW, POLICY, SECRET_KEY, SentRequest, http_environ, http_scope, wrap
from hostile.crowd import THREADS, by_threads

pytestmark = pytest.mark.slow

CATEGORIES = ("statistical", "first-party", "third-party")
LINES = {
    "sid=1": None,
    "_ga=1": "statistical",
    "theme=1": "first-party",
    "NID=1": "third-party",
    "_fbp=1": "undeclared",
}
CHOICES = [
    tuple(word for word, is_in in zip(CATEGORIES, given, strict=True) if is_in) for given in product((0, 1), repeat=3)
]


@pytest.fixture(autouse=True)
def _switching():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.fixture(autouse=True)
def _quiet(caplog):
    caplog.set_level(logging.CRITICAL, logger="cookiewarden")


def by_greenlets(work):
    """Call ``work`` in greenlets, which take turns whenever the app waits. Return what they raised."""
    gevent = pytest.importorskip("gevent")
    with mock.patch.dict(globals(), take_turns=gevent.sleep):
        spawned = [gevent.spawn(work, number) for number in range(THREADS)]
        gevent.joinall(spawned)
    return [greenlet.exception for greenlet in spawned if greenlet.exception is not None]


def take_turns():
    """Let another greenlet run; threads need no such call."""


def test_a_host_table_finds_what_was_declared():
    table = HostTable([("*", -1), *((f"h{number}.example", number) for number in range(50)), ("*.a.example", 99)])

    def work(number):
        for turn in range(4000):
            assert table.find(f"h{turn % 50}.example") == turn % 50
            assert (table.find(f"x{number}.a.example"), table.find(f"{turn}.b.example")) == (99, -1)

    assert by_threads(work) == []


def test_judges_that_share_their_room_decide_correctly_and_keep_its_bound(monkeypatch):
    policy = Policy.from_mapping(POLICY)
    monkeypatch.setattr(judging, "_REMEMBERED_VERDICTS", 600)
    together = Judges()
    judges = [(together.judge_of(policy.declared, Consent.of(choice)), choice) for choice in CHOICES]

    def work(number):
        for turn in range(300):
            for judge, choice in judges:
                for name, allowed in (
                    (b"_ga%d" % (turn + number), "statistical" in choice),
                    (b"x%d" % (turn * 8 + number), False),
                    (b"sid", True),
                ):
                    verdict = judge.judge(name + b"=1", NOW)
                    reason, names = verdict.reason, verdict.names
                    assert (reason in ("necessary", "consented"), names) == (allowed, (name,))

    assert by_threads(work) == []
    remembered = sum(len(judge.by_name) for judge in together._by_answers.values())
    assert remembered <= 600 + THREADS * len(judges)


def test_each_choice_is_verified_for_itself():
    policy = Policy.from_mapping(POLICY)
    verify = remembering(4)
    reader = PreferencesCookie(policy, check_keys(SECRET_KEY), verify)
    signed = {
        reader.dump(Consent.of(choice), NOW - age * 86_400).encode(): choice for choice in CHOICES for age in range(4)
    }

    def work(number):
        for _ in range(12):
            for value, choice in signed.items():
                assert reader.load([value], NOW).granted == set(choice)
                assert reader.load([value[:-1] + b"-"], NOW) == Consent()
                assert verify.cache_info().currsize <= 4

    assert by_threads(work) == []


def test_places_seen_by_many_threads_are_whole_and_bounded():
    policy = Policy.from_mapping(POLICY)
    places_seen, declarations = SeenPlaces(), policy.declarations[:5]

    def work(number):
        for turn in range(300):
            for at, declaration in enumerate(declarations):
                line = b"a=1; Path=/%d/%d; Domain=d%d.example" % (at, turn % 7, turn % 3)
                places_seen.see(declaration, line)
                places = places_seen.places(b"a", declaration, f"d{turn % 3}.example")
                assert all(place.path.startswith(b"/%d/" % at) for place in places)
                assert len(places) <= 8

    assert by_threads(work) == []
    assert all(len(known) <= 128 for known in places_seen.known.values())


def test_each_blocked_name_is_logged_about_once_up_to_the_bound(caplog):
    caplog.set_level(logging.WARNING, logger="cookiewarden")
    policy = Policy.from_mapping(POLICY)
    log, exchange = BlockedCookieLog(lambda snapshot, carrier: "data.example.org"), RequestSnapshot()
    judge = Judge(policy.declared, Consent())

    def work(number):
        for turn in range(1500):
            line = b"n%d=1" % turn
            log.unwanted(exchange, {}, policy, [(line, judge.judge(line, NOW), Outcome.BLOCKED)])

    assert by_threads(work) == []
    logged = [record for record in caplog.records if "undeclared" in record.getMessage()]
    assert 1024 <= len(logged) <= 1024 + THREADS


@pytest.mark.parametrize("kind", [bytes, str])
def test_header_names_are_distinguished(kind):
    names = HeaderNames(kind)

    def work(number):
        for turn in range(1500):
            plain, other, line = f"set-cookie{' ' * (turn % 3)}", f"x-{turn}-{number}", "a=1"
            if kind is bytes:
                plain, other, line = plain.encode(), other.encode(), line.encode()
            assert names.line_of((plain, line)) == b"a=1"
            assert names.line_of((other, line)) is None

    assert by_threads(work) == []
    assert len(names.plain) == 3
    assert 512 <= len(names.harmless) <= 512 + THREADS


def sites():
    """Return several sites; each declares another cookie necessary."""
    return PolicySet(
        Policy.from_mapping({
            **POLICY,
            "site": {"name": f"Site {at}", "hosts": [f"s{at}.example"]},
            "cookies": [*POLICY["cookies"], {"name": f"own{at}", "category": "necessary", "purpose": "p"}],
        })
        for at in range(4)
    )  # fmt: skip


def expected(choice, at):
    return sorted([line for line, need in LINES.items() if need is None or need in choice] + [f"own{at}=1"])


def ask_asgi(app, request):
    messages = []

    async def send(message):
        messages.append(message)

    asyncio.run(app(http_scope(request), None, send))
    return [value.decode() for name, value in messages[0]["headers"] if name == b"set-cookie"]


def ask_wsgi(app, request):
    answered = []
    app(http_environ(request), lambda status, headers: answered.extend(headers))
    return [value for name, value in answered if name.lower() == "set-cookie"]


async def asgi_app(scope, receive, send):
    headers = [(b"set-cookie", line.encode()) for line in (*LINES, *(f"own{at}=1" for at in range(4)))]
    assert isinstance(consent_of(scope).is_decided, bool)
    await asyncio.sleep(0)
    if scope["path"] == "/withdraw":
        assert consent_of(scope).withdraw()
    await send({"type": "http.response.start", "status": 200, "headers": headers})


def wsgi_app(environ, start_response):
    assert isinstance(consent_of(environ).is_decided, bool)
    take_turns()
    if environ["PATH_INFO"] == "/withdraw":
        assert consent_of(environ).withdraw()
        take_turns()
    start_response("200 OK", [("Set-Cookie", line) for line in (*LINES, *(f"own{at}=1" for at in range(4)))])
    return []


@pytest.mark.parametrize(
    ("module", "ask", "app", "together"),
    [
        pytest.param(asgi, ask_asgi, asgi_app, by_threads, id="asgi-threads"),
        pytest.param(wsgi, ask_wsgi, wsgi_app, by_threads, id="wsgi-threads"),
        pytest.param(wsgi, ask_wsgi, wsgi_app, by_greenlets, id="wsgi-greenlets"),
    ],
)
def test_each_visitor_of_each_site_gets_its_own_decision(module, ask, app, together):
    policies = sites()
    wrapped = wrap(module.CookieWardenMiddleware, app, policy=policies)
    cookies = {
        (at, choice): preferences_cookie(policy, SECRET_KEY, *choice, now=NOW - 5)
        for at, policy in enumerate(policies.policies)
        for choice in CHOICES
    }

    def work(number):
        for turn in range(8):
            for (at, choice), cookie in cookies.items():
                withdraws = (turn + at + number) % 3 == 0
                headers = DOCUMENT if (turn + number) % 2 else ()
                path = "/withdraw" if withdraws else "/"
                sent = (cookie, f"visitor=v{number}-{turn}")
                left = ask(wrapped, SentRequest(host=f"s{at}.example", cookies=sent, path=path, headers=headers))
                stored = sorted(line for line in left if "Max-Age" not in line)
                assert stored == expected(() if withdraws else choice, at)
                assert any(line.startswith("cookies_preferences=") for line in left) == withdraws

    assert together(work) == []
