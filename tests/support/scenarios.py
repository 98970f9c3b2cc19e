"""The scenario table: what goes in and what must come out, whichever adapter is between.

Headers are pairs of latin-1 strings.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cookiewarden import PolicySet, consent_of
from cookiewarden.policy.policy import Policy
from cookiewarden.testing import preferences_cookie
from exchanges import DOCUMENT, NOW, PLAIN, POLICY, SECRET_KEY, SentRequest

_MONTH = 2_629_746
_SITE = POLICY["site"]
VERSIONED = {**POLICY, "site": {**_SITE, "version": "2"}}
SET_OF_POLICIES = PolicySet(
    [
        Policy.from_mapping({**POLICY, "site": {**_SITE, "hosts": ["data.example.org", "*.data.example.org"]}}),
        Policy.from_mapping({"site": {"name": "Park", "hosts": ["park.example"]}}),
    ]
)

PRIVATE = ("cache-control", "private")
VARY = ("vary", "Cookie")


def chosen(*categories: str, policy: Any = POLICY, key: str = SECRET_KEY, now: int = NOW) -> str:
    """Return the preferences cookie of a visitor who granted these categories and refused the others."""
    return preferences_cookie(policy, key, *categories, now=now)


def remembered(*categories: str, secure: bool = True) -> tuple[str, str]:
    """Return the header that gives the browser that choice."""
    attributes = "Max-Age=15778476; Path=/;" + (" Secure;" if secure else "") + " HttpOnly; SameSite=Lax"
    return ("set-cookie", f"{chosen(*categories)}; {attributes}")


def cookies(*lines: str) -> list[tuple[str, str]]:
    return [("set-cookie", line) for line in lines]


def sends(*lines: str) -> Callable[[Any], list[tuple[str, str]]]:
    """Return a view that answers with these cookies."""
    return lambda carrier: cookies(*lines)


@dataclass(frozen=True)
class Scenario:
    """The app answers with ``sent``, after ``act`` on its scope or environ; ``expected`` must reach the server."""

    name: str
    sent: list[tuple[str, str]]
    expected: list[tuple[str, str]]
    request: SentRequest = PLAIN
    options: dict[str, Any] = field(default_factory=dict)
    act: Callable[[Any], Any] = lambda carrier: None


def _visitor(*categories: str) -> SentRequest:
    return SentRequest(cookies=(chosen(*categories),))


def _same(
    name: str, sent: list[tuple[str, str]], request: SentRequest = PLAIN, options: dict[str, Any] | None = None
) -> Scenario:
    expected = [(header_name.lower(), value) for header_name, value in sent]
    return Scenario(name, sent, expected, request, options or {})


def _personal(name: str, sent: list[tuple[str, str]], request: SentRequest = PLAIN) -> Scenario:
    """Return a scenario in which everything passes, but partly because of this visitor: the response is private."""
    return Scenario(name, sent, [*sent, PRIVATE], request)


def _blocked(
    name: str, line: str, request: SentRequest = PLAIN, header_name: str = "set-cookie", **options: Any
) -> Scenario:
    return Scenario(name, [(header_name, line)], [PRIVATE], request, options)


def grant_all(carrier: Any) -> None:
    assert consent_of(carrier).grant("statistical", "first-party", "third-party") is True


def withdraw_all(carrier: Any) -> None:
    assert consent_of(carrier).withdraw() is True


def _read(carrier: Any) -> None:
    assert consent_of(carrier).is_decided is False


_STORING = {
    **POLICY,
    "cookies": [{"name": "key", "kind": "local-storage", "category": "necessary", "purpose": "Keeps the visitor in"}],
}

NAMES = [
    _same("a response without headers stays so", []),
    _same("other headers are not touched", [("X-Set-Cookie", "_fbp=1"), ("Set-Cookie2", "_fbp=1"), ("ETag", '"1"')]),
    _same("a necessary cookie passes", cookies("sid=1; Path=/; HttpOnly")),
    _same("a necessary cookie passes with a leading blank, as Django writes it", cookies(" sid=1; Path=/")),
    _same("a necessary cookie passes with odd attributes", cookies("sid=1;;Foo;Max-Age=x; Domain=.Other.example;=")),
    _same("commas do not separate cookies", cookies("sid=1, _fbp=2")),
    _blocked("the name before a comma decides", "_fbp=1, sid=2"),
    _blocked("an undeclared cookie is blocked, and the response is private", "_fbp=1; Path=/"),
    _blocked("an undeclared cookie is blocked whatever was granted", "_fbp=1", _visitor("third-party", "first-party")),
    _blocked("names are compared case-sensitively", "SID=1"),
    _blocked("a prefix makes it another name", "__Host-sid=1; Path=/; Secure"),
    _blocked("a byte that only Unicode takes for a blank belongs to the name", "\xa0sid=1"),
    _blocked("so does a next-line byte", "sid\x85=1"),
    _blocked("so does a quotation mark", '"sid"=1'),
    _blocked("a nameless line is blocked", "=sid=1"),
    _blocked("a line without = is blocked, even under a necessary name", "sid"),
    _blocked("a line that smuggles another is blocked", "sid=1\r\nSet-Cookie: _fbp=1"),
    _blocked("a line that ends at a NUL is blocked", "sid=1\0"),
    _blocked("an empty line is blocked", ""),
    _blocked("a key of local storage covers no cookie of its name", "key=1", policy=_STORING),
    _blocked("a mixed-case header name is recognized", "_fbp=1", header_name="sET-cOOKIE"),
    _same("a mixed-case header name is kept if its cookie is", [("SET-Cookie", "sid=1")]),
    Scenario(
        "blanks around the header name hide nothing",
        [(" set-cookie", "_fbp=1"), ("Set-Cookie ", "_fbp=2"), ("\tset-cookie\t", "_fbp=3")],
        [PRIVATE],
    ),
    _blocked("a cookie within the header name is blocked", "x", header_name="Set-Cookie: _fbp=1; a"),
    _blocked("a header name that starts a second line is blocked", "_fbp=1", header_name="X-A: 1\r\nSet-Cookie"),
    Scenario(
        "headers that stay keep their order",
        [("a", "1"), *cookies("_fbp=1", "sid=1"), ("b", "2"), *cookies("_ga=1", "__Host-csrf=1"), ("a", "3")],
        [("a", "1"), *cookies("sid=1"), ("b", "2"), *cookies("__Host-csrf=1"), ("a", "3")],
    ),
]

DELETIONS = [
    _same("a deletion passes, declared or not", cookies("_fbp=; Max-Age=0", "_ga=; Max-Age=-1", "theme=;max-age=0")),
    _same("a deletion by a date long past passes", cookies("_fbp=; Expires=Thu, 01 Jan 1970 00:00:00 GMT")),
    _blocked("a deletion that a later Max-Age revokes is blocked", "_fbp=1; Max-Age=0; Max-Age=9"),
    _blocked(
        "a deletion that Max-Age overrules is blocked", "_fbp=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=9"
    ),
    _blocked("a nameless deletion is malformed", "=; Max-Age=0"),
]

_RECENT = "expires=Sun, 15 Jun 2025 12:20:00 GMT"  # as Trac's logout writes it, 10,000 seconds before ``NOW``
_SHORT_OF_A_DAY = "Expires=Sat, 14 Jun 2025 15:06:41 GMT"

RECENT_DELETIONS = [
    Scenario(
        "a deletion less than a day past leaves with Max-Age=0 added, in its place and under its header name",
        [("A", "1"), ("Set-Cookie", f"_fbp=; {_RECENT}; Path=/trac"), *cookies("sid=1", f"_ga=1;{_SHORT_OF_A_DAY};")],
        [
            ("a", "1"),
            *cookies(f"_fbp=; {_RECENT}; Path=/trac; Max-Age=0", "sid=1", f"_ga=1;{_SHORT_OF_A_DAY};; Max-Age=0"),
        ],
    ),
    Scenario(
        "such a deletion stays the same if other lines are stripped",
        cookies("_fbp=1", f"_ga=; {_RECENT}"),
        cookies(f"_ga=; {_RECENT}; Max-Age=0"),
    ),
    Scenario(
        "a recent deletion of a refused cookie gets Max-Age=0, too",
        cookies(f"_ga=; {_RECENT}"),
        cookies(f"_ga=; {_RECENT}; Max-Age=0"),
        _visitor(),
    ),
    Scenario(
        "a recent deletion on a host without a policy gets Max-Age=0, too",
        cookies(f"sid=; {_RECENT}"),
        cookies(f"sid=; {_RECENT}; Max-Age=0"),
        SentRequest(host="x.example"),
        {"policy": SET_OF_POLICIES},
    ),
    Scenario(
        "an Expires after the Max-Age, which libsoup obeys, gets another Max-Age",
        cookies(f"_ga=; Max-Age=0; {_RECENT}"),
        cookies(f"_ga=; Max-Age=0; {_RECENT}; Max-Age=0"),
    ),
    _same("a deletion a day past passes unchanged", cookies("_ga=; Expires=Sat, 14 Jun 2025 15:06:40 GMT")),
    _same("a recent deletion of a necessary cookie passes unchanged", cookies(f"sid=; {_RECENT}")),
    *(
        Scenario(f"so does one of {title}, but shared caches may not keep it, because some clocks may be late",
                 cookies(f"{name}=; {_RECENT}"), [*cookies(f"{name}=; {_RECENT}"), ("cache-control", "private")],
                 visitor, options)
        for title, name, visitor, options in (
            ("a consented cookie", "_ga", _visitor("statistical"), {}),
            ("a cookie that needs no consent", "_pk_id", PLAIN, {}),
            ("any cookie if no consent is needed", "_ga", PLAIN, {"consent_needed": lambda carrier: False}),
        )
    ),
    _same("so do all recent deletions under report_only", cookies(f"_ga=; {_RECENT}", f"_fbp=; {_RECENT}"), PLAIN,
          {"report_only": True}),
    _same("so does one of an undeclared cookie if that is report_only", cookies(f"_fbp=; {_RECENT}"), PLAIN,
          {"policy": {**POLICY, "report_only": ["undeclared"]}}),
    _same("so does one of a category that is report_only", cookies(f"_ga=; {_RECENT}"), PLAIN,
          {"policy": {**POLICY, "report_only": ["statistical"]}}),
    _same("the Date of the response may be the later one", [("Date", "Mon, 16 Jun 2025 15:06:40 GMT"),
          *cookies(f"_ga=; {_RECENT}; Max-Age=0")]),
    _blocked("a date equal to now is not past", "_ga=; Expires=Sun, 15 Jun 2025 15:06:40 GMT"),
    _blocked("a future date stores", "_ga=; Expires=Sun, 15 Jun 2025 15:06:41 GMT"),
    _blocked("a recent date beside another one stores", f"_ga=; {_RECENT}; Expires="),
    _blocked("a recent date beside a longer Max-Age stores", f"_ga=; {_RECENT}; Max-Age=9"),
    _blocked("a recent date that is not plainly written stores", "_ga=; Expires=Sun, 15-Jun-25 12:20:00 GMT"),
    _blocked("a recent date after a quotation mark stores", f'_ga="; {_RECENT}'),
    _blocked("a recent date after a byte that ends the line for libsoup stores", f"_ga=\xe9; {_RECENT}"),
    _blocked("a recent date without a name is malformed", f"=; {_RECENT}"),
    Scenario(
        "a recent date after the Date of the response stores",
        [("Date", "Sun, 15 Jun 2025 12:20:00 GMT"), *cookies(f"_ga=; {_RECENT}")],
        [("date", "Sun, 15 Jun 2025 12:20:00 GMT"), PRIVATE],
    ),
]  # fmt: skip

CONSENT = [
    _blocked("undecided: statistics wait", "_ga_X=1"),
    _personal("granted: statistics pass", cookies("_ga_X=1"), _visitor("statistical")),
    _blocked("refused: statistics are blocked", "_ga_X=1", _visitor("third-party")),
    _personal("each category for itself: first-party", cookies("theme=1"), _visitor("first-party")),
    _blocked("each category for itself: third-party", "NID=1", _visitor("first-party", "statistical")),
    _personal("anonymized statistics pass while undecided", cookies("_pk_id=1")),
    _blocked("anonymized statistics stop once refused", "_pk_id=1", _visitor("first-party")),
    Scenario(
        "all granted and declared: nothing changes except Cache-Control",
        [*cookies("sid=1", "_ga=1", "theme=1"), ("Cache-Control", "max-age=9"), *cookies("NID=1", "_pk_id=1")],
        [
            *cookies("sid=1", "_ga=1", "theme=1"),
            ("cache-control", "private, max-age=9"),
            *cookies("NID=1", "_pk_id=1"),
        ],
        _visitor("statistical", "first-party", "third-party"),
    ),
    _blocked(
        "a choice under an older version is stale",
        "_ga=1",
        SentRequest(cookies=(chosen("statistical", policy=VERSIONED),)),
    ),
    _blocked(
        "a choice expires six months after the day on which it was made",
        "_ga=1",
        SentRequest(cookies=(chosen("statistical", now=NOW - 6 * _MONTH - 86_400),)),
    ),
    _personal(
        "a choice holds for six months",
        cookies("_ga=1"),
        SentRequest(cookies=(chosen("statistical", now=NOW - 6 * _MONTH + 1),)),
    ),
    _blocked(
        "a future choice does not count",
        "_ga=1",
        SentRequest(cookies=(chosen("statistical", now=NOW + 86_400),)),
    ),
    _blocked(
        "a forged choice does not count",
        "_ga=1",
        SentRequest(cookies=(chosen("statistical", key="another key of sixteen bytes"),)),
    ),
    _blocked(
        "an unsigned yes is no choice",
        "_ga=1",
        SentRequest(cookies=("cookies_preferences=statistical", "consent=yes")),
    ),
    _blocked(
        "of several choices, only what all grant counts",
        "_ga=1",
        SentRequest(cookies=(chosen("statistical"), chosen("statistical", now=NOW - 86_400), chosen("third-party"))),
    ),
    _personal(
        "what several choices all grant counts",
        cookies("_ga=1"),
        SentRequest(cookies=("sid=1", chosen("statistical"), chosen("statistical", "third-party"))),
    ),
]

CACHES = [
    Scenario(
        f"Cache-Control that says {value} is left alone",
        [("Cache-Control", value), *cookies("_fbp=1")],
        [("cache-control", value)],
    )
    for value in (
        "public",
        "private",
        "no-store",
        "s-maxage=9",
        "max-age=9,\tPUBLIC",
        'x="a, b" , No-Store',
    )
] + [
    Scenario(
        f"Cache-Control that says only {value} gets a second header, private",
        [("Cache-Control", value), *cookies("_fbp=1")],
        [("cache-control", value), PRIVATE],
    )
    for value in ("max-age=9", "no-cache", 'x="public, private"', "publicly", "", 'private="x"', "no-store=x")
]

CHOICES = [
    Scenario(
        "a grant counts for the same response",
        cookies("_ga=1", "NID=1"),
        [*cookies("_ga=1", "NID=1"), remembered("statistical", "first-party", "third-party"), PRIVATE],
        act=grant_all,
    ),
    Scenario(
        "a withdrawal counts for the same response",
        cookies("_ga=1", "sid=1"),
        [*cookies("sid=1"), remembered(), PRIVATE],
        _visitor("statistical"),
        act=withdraw_all,
    ),
    Scenario(
        "over http the choice is not Secure",
        [],
        [remembered(secure=False), PRIVATE],
        SentRequest(scheme="http"),
        act=withdraw_all,
    ),
    Scenario(
        "secure=True applies over http, too",
        [],
        [remembered(), PRIVATE],
        SentRequest(scheme="http"),
        {"secure": True},
        withdraw_all,
    ),
    Scenario(
        "secure=False applies over https, too",
        [],
        [remembered(secure=False), PRIVATE],
        SentRequest(),
        {"secure": False},
        withdraw_all,
    ),
    Scenario("an app that reads the choice makes the response vary", [("A", "1")], [("a", "1"), VARY], act=_read),
    Scenario("it varies already", [("Vary", "Accept, cookie")], [("vary", "Accept, cookie")], act=_read),
    Scenario("it varies by everything", [("Vary", "*")], [("vary", "*")], act=_read),
    Scenario("it varies by another header", [("Vary", "X-Cookie")], [("vary", "X-Cookie"), VARY], act=_read),
    Scenario("reading and stripping add both", cookies("_fbp=1"), [PRIVATE, VARY], act=_read),
]

HOSTS = [
    _same("a single policy applies whatever the host", cookies("sid=1"), SentRequest(host="elsewhere.example")),
    _same("the host picks a policy from a set", cookies("sid=1"), options={"policy": SET_OF_POLICIES}),
    _same(
        "a host pattern", cookies("sid=1"), SentRequest(host="Map.Data.Example.ORG.:80"), {"policy": SET_OF_POLICIES}
    ),
    _blocked("another site declares other cookies", "sid=1", SentRequest(host="park.example"), policy=SET_OF_POLICIES),
    _blocked("nothing is declared on an unknown host", "sid=1", SentRequest(host="x.example"), policy=SET_OF_POLICIES),
    _same(
        "a deletion passes on an unknown host",
        cookies("sid=; Max-Age=0"),
        SentRequest(host="x.example"),
        {"policy": SET_OF_POLICIES},
    ),
]

REPORT_ONLY = [
    _same(
        "report_only changes nothing",
        [("Set-Cookie ", "_fbp=1"), *cookies("sid", "=x", "a\0=2", "_ga=1", "sid=1"), ("Cache-Control", "max-age=1")],
        options={"report_only": True},
    )
]


def _asked(*sent: str, headers: tuple[tuple[str, str], ...] = DOCUMENT, path: str = "/") -> SentRequest:
    """Return the request of a visitor who refused everything."""
    return SentRequest(cookies=(chosen(), *sent), path=path, headers=headers)


_SEEN = cookies("theme=2; Path=/x; Domain=Example.org")

NAVIGATION = [
    Scenario(
        "a refused cookie is deleted at the path and domain at which the app just set it",
        _SEEN,
        [*cookies("theme=; Max-Age=0; Path=/x; Domain=example.org; Secure"), PRIVATE],
        _asked("theme=1; sid=1", path="/x/y"),
    ),
    Scenario(
        "Cache-Control: no-store needs no private",
        [("Cache-Control", "no-store"), *_SEEN],
        [("cache-control", "no-store"), *cookies("theme=; Max-Age=0; Path=/x; Domain=example.org; Secure")],
        _asked("theme=1", path="/x"),
    ),
    Scenario("a page for shared caches carries no deletion", [("Cache-Control", "public"), *_SEEN],
             [("cache-control", "public")], _asked("theme=1", path="/x")),
    _same("a necessary or undeclared cookie is not deleted", [("A", "1")], _asked("sid=1; _fbp=1; __Host-csrf=1")),
    _same("a fetch deletes nothing", [("A", "1")], _asked("theme=1", headers=(("sec-fetch-dest", "empty"),))),
    _same("report_only deletes nothing", _SEEN, _asked("theme=1", path="/x"), {"report_only": True}),
]  # fmt: skip

DECLARED = {
    "site": _SITE,
    "cookies": [
        {"name": "sid", "category": "necessary", "purpose": "Keeps the visitor signed in", "lifetime": "1 week"},
        {"name": "once", "category": "necessary", "purpose": "Works", "lifetime": "session", "same_site": "Strict"},
        {"name": "bound", "category": "necessary", "purpose": "Works", "lifetime": "1 day", "device_bound": True},
        {"name": "_ga*", "category": "statistical", "purpose": "Counts visits"},
        {"name": "theme", "category": "first-party", "purpose": "Colours", "lifetime": "1 day", "secure": True},
    ],
}
_GRANTED = chosen("statistical", "first-party", policy=DECLARED)
_IN_TEN_YEARS = "Expires=Fri, 15 Jun 2035 15:06:40 GMT"


def _declared(
    name: str, sent: list[tuple[str, str]], expected: list[tuple[str, str]], cookie: str = "", **options: Any
) -> Scenario:
    request = SentRequest(cookies=(cookie,) if cookie else ())
    return Scenario(name, sent, expected, request, {"policy": DECLARED, **options})


LIFETIMES = [
    _declared("a necessary cookie leaves with its declared lifetime at most",
              [("A", "1"), *cookies("sid=1; Max-Age=9999999; Path=/", f"sid=2;expires={_IN_TEN_YEARS[8:]};;")],
              [("a", "1"), *cookies("sid=1; Max-Age=604800; Path=/", "sid=2;expires=Sun, 22 Jun 2025 15:06:40 GMT;;")]),
    _declared("a cookie of the session loses Max-Age and Expires, and gets its SameSite",
              cookies(f"once=1; Max-Age=9; {_IN_TEN_YEARS}; HttpOnly", "once=2; SameSite=Lax"),
              cookies("once=1; HttpOnly; SameSite=Strict", "once=2; SameSite=Strict")),
    _declared("a deletion keeps its attributes", cookies("sid=; Max-Age=0", "once=; Max-Age=0", f"theme=; {_RECENT}"),
              cookies("sid=; Max-Age=0", "once=; Max-Age=0", f"theme=; {_RECENT}; Max-Age=0")),
    _declared("a device-bound cookie keeps its attributes", cookies("bound=1; Max-Age=9999999"),
              cookies("bound=1; Max-Age=9999999")),
    _declared("a granted cookie is shortened, too", cookies(f"_ga=1; {_IN_TEN_YEARS}", "theme=1; Max-Age=9999999"),
              [*cookies("_ga=1; Expires=Thu, 16 Jul 2026 07:24:58 GMT", "theme=1; Max-Age=86400; Secure"), PRIVATE],
              _GRANTED),
    _declared("a statistical cookie that the browser sent is not prolonged", cookies("_ga_X=1; Max-Age=9", "sid=1"),
              cookies("sid=1"), f"{_GRANTED}; _ga_X=1"),
    _declared("a response of which only a renewal was dropped is private", cookies("_ga=1; Max-Age=9"), [PRIVATE],
              f"_ga=1; {_GRANTED}"),
    _declared("a statistical cookie with another value passes", cookies("_ga=2; Max-Age=9", "_ga_X=1"),
              [*cookies("_ga=2; Max-Age=9", "_ga_X=1"), PRIVATE], f"_ga=1; {_GRANTED}; _ga_X=1"),
    _declared("a first-party cookie may be prolonged", cookies("theme=1; Max-Age=9; Secure"),
              [*cookies("theme=1; Max-Age=9; Secure"), PRIVATE], f"theme=1; {_GRANTED}"),
    _declared("under report_only lifetimes stay, and renewals pass",
              cookies("sid=1; Max-Age=9999999", f"_ga=1; {_IN_TEN_YEARS}"),
              cookies("sid=1; Max-Age=9999999", f"_ga=1; {_IN_TEN_YEARS}"), f"_ga=1; {_GRANTED}", report_only=True),
]  # fmt: skip

SCENARIOS = (
    NAMES + DELETIONS + RECENT_DELETIONS + CONSENT + CACHES + CHOICES + HOSTS + REPORT_ONLY + NAVIGATION + LIFETIMES
)
