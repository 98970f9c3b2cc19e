"""The scenario table: what goes in and what must come out, whichever adapter stands between.

Fields are pairs of latin-1 text. ``NAMED`` policies differ from the usual one in one point each.
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
    """The preferences cookie of a visitor who granted these categories and refused the others."""
    return preferences_cookie(policy, key, *categories, now=now)


def remembered(*categories: str, secure: bool = True) -> tuple[str, str]:
    """The field that gives the browser that choice."""
    attributes = "Max-Age=15778476; Path=/;" + (" Secure;" if secure else "") + " HttpOnly; SameSite=Lax"
    return ("set-cookie", f"{chosen(*categories)}; {attributes}")


def cookies(*lines: str) -> list[tuple[str, str]]:
    return [("set-cookie", line) for line in lines]


def sends(*lines: str) -> Callable[[Any], list[tuple[str, str]]]:
    """A view that answers with these cookies."""
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
    expected = [(field_name.lower(), value) for field_name, value in sent]
    return Scenario(name, sent, expected, request, options or {})


def _personal(name: str, sent: list[tuple[str, str]], request: SentRequest = PLAIN) -> Scenario:
    """All of it passes, some of it because of this visitor: shared caches are told so."""
    return Scenario(name, sent, [*sent, PRIVATE], request)


def _blocked(
    name: str, line: str, request: SentRequest = PLAIN, field_name: str = "set-cookie", **options: Any
) -> Scenario:
    return Scenario(name, [(field_name, line)], [PRIVATE], request, options)


def grant_all(carrier: Any) -> None:
    assert consent_of(carrier).grant("statistical", "first-party", "third-party") is True


def withdraw_all(carrier: Any) -> None:
    assert consent_of(carrier).withdraw() is True


def _read(carrier: Any) -> None:
    assert consent_of(carrier).is_decided is False


NAMES = [
    _same("no fields at all stay none", []),
    _same("other fields are not touched", [("X-Set-Cookie", "_fbp=1"), ("Set-Cookie2", "_fbp=1"), ("ETag", '"1"')]),
    _same("a necessary cookie passes", cookies("sid=1; Path=/; HttpOnly")),
    _same("a necessary cookie passes with a leading blank, as Django writes it", cookies(" sid=1; Path=/")),
    _same("a necessary cookie passes with odd attributes", cookies("sid=1;;Foo;Max-Age=x; Domain=.Other.example;=")),
    _same("commas separate no cookies", cookies("sid=1, _fbp=2")),
    _blocked("the name before a comma decides", "_fbp=1, sid=2"),
    _blocked("an undeclared cookie is blocked, and the answer is private", "_fbp=1; Path=/"),
    _blocked("an undeclared cookie is blocked whatever was granted", "_fbp=1", _visitor("third-party", "first-party")),
    _blocked("names are compared case-sensitively", "SID=1"),
    _blocked("a prefix makes another name", "__Host-sid=1; Path=/; Secure"),
    _blocked("an octet that only Unicode takes for a blank belongs to the name", "\xa0sid=1"),
    _blocked("so does a next-line octet", "sid\x85=1"),
    _blocked("so does a quotation mark", '"sid"=1'),
    _blocked("a nameless line is blocked", "=sid=1"),
    _blocked("a line without = is blocked, even under a necessary name", "sid"),
    _blocked("a line that smuggles another is blocked", "sid=1\r\nSet-Cookie: _fbp=1"),
    _blocked("a line that NUL cuts short is blocked", "sid=1\0"),
    _blocked("an empty line is blocked", ""),
    _blocked("a mixed-case field name is looked at", "_fbp=1", field_name="sET-cOOKIE"),
    _same("a mixed-case field name is kept when its cookie is", [("SET-Cookie", "sid=1")]),
    Scenario(
        "blanks around the field name hide nothing",
        [(" set-cookie", "_fbp=1"), ("Set-Cookie ", "_fbp=2"), ("\tset-cookie\t", "_fbp=3")],
        [PRIVATE],
    ),
    _blocked("a cookie within the field name is blocked", "x", field_name="Set-Cookie: _fbp=1; a"),
    _blocked("a field name that starts a second line is blocked", "_fbp=1", field_name="X-A: 1\r\nSet-Cookie"),
    Scenario(
        "what stays keeps its order",
        [("a", "1"), *cookies("_fbp=1", "sid=1"), ("b", "2"), *cookies("_ga=1", "__Host-csrf=1"), ("a", "3")],
        [("a", "1"), *cookies("sid=1"), ("b", "2"), *cookies("__Host-csrf=1"), ("a", "3")],
    ),
]

DELETIONS = [
    _same("a deletion passes, declared or not", cookies("_fbp=; Max-Age=0", "_ga=; Max-Age=-1", "theme=;max-age=0")),
    _same("a deletion by a date long past passes", cookies("_fbp=; Expires=Thu, 01 Jan 1970 00:00:00 GMT")),
    _blocked("a deletion that a later Max-Age takes back is none", "_fbp=1; Max-Age=0; Max-Age=9"),
    _blocked("a deletion that Max-Age overrules is none", "_fbp=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=9"),
    _blocked("a nameless deletion is malformed", "=; Max-Age=0"),
]

_RECENT = "expires=Sun, 15 Jun 2025 12:20:00 GMT"  # as Trac's logout writes it, 10,000 seconds before ``NOW``
_SHORT_OF_A_DAY = "Expires=Sat, 14 Jun 2025 15:06:41 GMT"

RECENT_DELETIONS = [
    Scenario(
        "a deletion less than a day past leaves with Max-Age=0 added, in its place and under its field name",
        [("A", "1"), ("Set-Cookie", f"_fbp=; {_RECENT}; Path=/trac"), *cookies("sid=1", f"_ga=1;{_SHORT_OF_A_DAY};")],
        [
            ("a", "1"),
            *cookies(f"_fbp=; {_RECENT}; Path=/trac; Max-Age=0", "sid=1", f"_ga=1;{_SHORT_OF_A_DAY};; Max-Age=0"),
        ],
    ),
    Scenario(
        "it is no cookie that is left where others are stripped",
        cookies("_fbp=1", f"_ga=; {_RECENT}"),
        cookies(f"_ga=; {_RECENT}; Max-Age=0"),
    ),
    Scenario(
        "a deletion of what was refused leaves so, too",
        cookies(f"_ga=; {_RECENT}"),
        cookies(f"_ga=; {_RECENT}; Max-Age=0"),
        _visitor(),
    ),
    Scenario(
        "and on a host that no policy speaks for",
        cookies(f"sid=; {_RECENT}"),
        cookies(f"sid=; {_RECENT}; Max-Age=0"),
        SentRequest(host="x.example"),
        {"policy": SET_OF_POLICIES},
    ),
    Scenario(
        "an Expires after the Max-Age, which libsoup goes by, is answered by another Max-Age",
        cookies(f"_ga=; Max-Age=0; {_RECENT}"),
        cookies(f"_ga=; Max-Age=0; {_RECENT}; Max-Age=0"),
    ),
    _same("a day past, it passes as it is", cookies("_ga=; Expires=Sat, 14 Jun 2025 15:06:40 GMT")),
    _same("a necessary cookie is deleted as it was said", cookies(f"sid=; {_RECENT}")),
    *(
        Scenario(f"so is {title}, and no cache is to give that to others, for some clocks may not be there yet",
                 cookies(f"{name}=; {_RECENT}"), [*cookies(f"{name}=; {_RECENT}"), ("cache-control", "private")],
                 visitor, options)
        for title, name, visitor, options in (
            ("what was consented to", "_ga", _visitor("statistical"), {}),
            ("what needs no consent", "_pk_id", PLAIN, {}),
            ("all where no consent is needed", "_ga", PLAIN, {"consent_needed": lambda carrier: False}),
        )
    ),
    _same("so is all where it is only reported on", cookies(f"_ga=; {_RECENT}", f"_fbp=; {_RECENT}"), PLAIN,
          {"report_only": True}),
    _same("so is what is undeclared where that is only reported on", cookies(f"_fbp=; {_RECENT}"), PLAIN,
          {"policy": {**POLICY, "report_only": ["undeclared"]}}),
    _same("so is a category that is only reported on", cookies(f"_ga=; {_RECENT}"), PLAIN,
          {"policy": {**POLICY, "report_only": ["statistical"]}}),
    _same("the Date of the response may be the later one", [("Date", "Mon, 16 Jun 2025 15:06:40 GMT"),
          *cookies(f"_ga=; {_RECENT}; Max-Age=0")]),
    _blocked("a date that is now is not past", "_ga=; Expires=Sun, 15 Jun 2025 15:06:40 GMT"),
    _blocked("a date to come stores", "_ga=; Expires=Sun, 15 Jun 2025 15:06:41 GMT"),
    _blocked("a recent date beside another one stores", f"_ga=; {_RECENT}; Expires="),
    _blocked("a recent date beside a longer Max-Age stores", f"_ga=; {_RECENT}; Max-Age=9"),
    _blocked("a recent date that is not plainly written stores", "_ga=; Expires=Sun, 15-Jun-25 12:20:00 GMT"),
    _blocked("a recent date behind a quotation mark stores", f'_ga="; {_RECENT}'),
    _blocked("a recent date behind a byte that ends the line for libsoup stores", f"_ga=\xe9; {_RECENT}"),
    _blocked("a recent date without a name is malformed", f"=; {_RECENT}"),
    Scenario(
        "by the Date of the response, a date may still be to come",
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
        "all granted and declared: nothing changes, save for caches",
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
        "a choice is over after six months and the day that it was made on",
        "_ga=1",
        SentRequest(cookies=(chosen("statistical", now=NOW - 6 * _MONTH - 86_400),)),
    ),
    _personal(
        "a choice holds until then",
        cookies("_ga=1"),
        SentRequest(cookies=(chosen("statistical", now=NOW - 6 * _MONTH + 1),)),
    ),
    _blocked(
        "a choice from the future is none", "_ga=1", SentRequest(cookies=(chosen("statistical", now=NOW + 86_400),))
    ),
    _blocked(
        "a forged choice is none",
        "_ga=1",
        SentRequest(cookies=(chosen("statistical", key="another key of sixteen octets"),)),
    ),
    _blocked(
        "a stored yes is no choice", "_ga=1", SentRequest(cookies=("cookies_preferences=statistical", "consent=yes"))
    ),
    _blocked(
        "of several choices only what all grant counts",
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
        f"Cache-Control that says only {value} gets private beside it",
        [("Cache-Control", value), *cookies("_fbp=1")],
        [("cache-control", value), PRIVATE],
    )
    for value in ("max-age=9", "no-cache", 'x="public, private"', "publicly", "", 'private="x"', "no-store=x")
]

CHOICES = [
    Scenario(
        "a grant counts for the same answer",
        cookies("_ga=1", "NID=1"),
        [*cookies("_ga=1", "NID=1"), remembered("statistical", "first-party", "third-party"), PRIVATE],
        act=grant_all,
    ),
    Scenario(
        "a withdrawal counts for the same answer",
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
        "secure=True is said outright",
        [],
        [remembered(), PRIVATE],
        SentRequest(scheme="http"),
        {"secure": True},
        withdraw_all,
    ),
    Scenario(
        "secure=False is said outright",
        [],
        [remembered(secure=False), PRIVATE],
        SentRequest(),
        {"secure": False},
        withdraw_all,
    ),
    Scenario("an app that reads the choice makes the answer vary", [("A", "1")], [("a", "1"), VARY], act=_read),
    Scenario("it varies already", [("Vary", "Accept, cookie")], [("vary", "Accept, cookie")], act=_read),
    Scenario("it varies by everything", [("Vary", "*")], [("vary", "*")], act=_read),
    Scenario("it varies by another field", [("Vary", "X-Cookie")], [("vary", "X-Cookie"), VARY], act=_read),
    Scenario("reading and stripping add both", cookies("_fbp=1"), [PRIVATE, VARY], act=_read),
]

HOSTS = [
    _same("a single policy applies whatever the host", cookies("sid=1"), SentRequest(host="elsewhere.example")),
    _same("a set is asked by host", cookies("sid=1"), options={"policy": SET_OF_POLICIES}),
    _same(
        "a host pattern", cookies("sid=1"), SentRequest(host="Map.Data.Example.ORG.:80"), {"policy": SET_OF_POLICIES}
    ),
    _blocked("another site declares other cookies", "sid=1", SentRequest(host="park.example"), policy=SET_OF_POLICIES),
    _blocked("on an unknown host nothing is declared", "sid=1", SentRequest(host="x.example"), policy=SET_OF_POLICIES),
    _same(
        "on an unknown host a deletion passes",
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
]  # fmt: skip


def _asked(*sent: str, fields: tuple[tuple[str, str], ...] = DOCUMENT, path: str = "/") -> SentRequest:
    """The request of a visitor who refused everything."""
    return SentRequest(cookies=(chosen(), *sent), path=path, fields=fields)


_SEEN = cookies("theme=2; Path=/x; Domain=Example.org")

NAVIGATION = [
    Scenario(
        "what was refused is deleted where the app was just seen to set it",
        _SEEN,
        [*cookies("theme=; Max-Age=0; Path=/x; Domain=example.org; Secure"), PRIVATE],
        _asked("theme=1; sid=1", path="/x/y"),
    ),
    Scenario(
        "the cache is told no more than it was",
        [("Cache-Control", "no-store"), *_SEEN],
        [("cache-control", "no-store"), *cookies("theme=; Max-Age=0; Path=/x; Domain=example.org; Secure")],
        _asked("theme=1", path="/x"),
    ),
    Scenario("a page that caches share carries no deletion", [("Cache-Control", "public"), *_SEEN],
             [("cache-control", "public")], _asked("theme=1", path="/x")),
    _same("what is necessary or undeclared stays", [("A", "1")], _asked("sid=1; _fbp=1; __Host-csrf=1")),
    _same("a fetch deletes nothing", [("A", "1")], _asked("theme=1", fields=(("sec-fetch-dest", "empty"),))),
    _same("report_only deletes nothing", _SEEN, _asked("theme=1", path="/x"), {"report_only": True}),
]  # fmt: skip

SCENARIOS = NAMES + DELETIONS + RECENT_DELETIONS + CONSENT + CACHES + CHOICES + HOSTS + REPORT_ONLY + NAVIGATION
