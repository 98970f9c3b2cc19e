"""Random hostile requests and responses: the same for the same seed, and hardly ever two alike.

Rule: draw only what a client, or an app that echoes one, may send. Header values of requests are bytes without line
breaks; lines of a response are any bytes.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote_from_bytes

from browser.ugly_lines import ugly_cases
from cookiewarden import Policy, PolicySet
from exchanges import NOW, POLICY, SentRequest
from scenarios import chosen

HOSTS = ("data.example.org", "park.example", "a.park.example")
POLICIES = PolicySet([
    Policy.from_mapping(POLICY),
    Policy.from_mapping({**POLICY, "site": {"name": "Park", "hosts": ["park.example", "*.park.example"]}}),
])  # fmt: skip
_CATEGORIES = ("statistical", "first-party", "third-party")
_SIGNED = 500
_PAGES = (
    "",
    "/preferences",
    "/preferences.json",
    "/banner",
    ".json",
    ".md",
    "/openapi.json",
    "/style.css",
    "/script.js",
    "/pages.css",
    "/x",
    "/",
)
_WORDS = (
    b"..", b"%2e", b"//", b";", b"a=b", b"\xff", b"\xc3\xa9", b"=", b",", b'"', b"*", b"[::1]", b":80", b"sid=1",
    b"cookies_preferences=", b"theme=1", b"_ga=", b"\xa0", b"\x85", b"'", b"{", b"}", b"|", b"\t", b"\x0b", b"-", b".",
    b"x" * 300,
)  # fmt: skip
_DESTINATIONS = ("document", "document", "empty", "iframe", "")
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Hostile:
    """A request with its body, the headers of the app's response, and what the app does with the choice."""

    request: SentRequest
    body: bytes
    answer: list[tuple[str, str]]
    act: str


def requests(seed: int) -> Iterator[Hostile]:
    """Yield hostile requests without end."""
    draw = random.Random(seed)
    lines = [value.decode("latin-1") for headers in ugly_cases(2000, seed) for _, value in headers]
    signed = [
        chosen(*draw.sample(_CATEGORIES, draw.randint(0, 3)), policy=policy, now=NOW - draw.randint(0, 10**7))
        for policy in POLICIES.policies
        for _ in range(_SIGNED)
    ]
    number = 0
    while True:
        number += 1
        yield _one(draw, number, lines, signed)


def _one(draw: random.Random, number: int, lines: list[str], signed: list[str]) -> Hostile:
    is_page = draw.random() < 0.05
    method, body, headers = "GET", b"", [("accept", draw.choice(("text/html", "*/*", _odd(draw))))]
    path = "/cookies" + draw.choice(_PAGES) if is_page else "/" + quote_from_bytes(_raw(draw), safe="/%;=,.")
    if is_page and draw.random() < 0.5:
        method, kind = draw.choice((("POST", _FORM), ("PUT", "application/json"), ("PUT", _FORM), ("DELETE", "")))
        body = draw.choice((b"choice=accept", b'{"granted": []}', b"choice=save&next=/" + _raw(draw), _raw(draw) * 9))
        headers += [("content-type", kind), ("origin", f"https://{draw.choice(HOSTS)}")]
    if draw.random() < 0.3:
        path += "?" + draw.choice(("lang=fr", "next=/a", "", quote_from_bytes(_raw(draw), safe="&=%/")))
    if draw.random() < 0.5:
        headers.append(("sec-fetch-dest", draw.choice(_DESTINATIONS)))
    if draw.random() < 0.2:
        headers.append((f"x-odd-{draw.randint(0, 10**6)}", _odd(draw)))
    headers += [(name, _odd(draw)) for name in ("accept-language", "referer") if draw.random() < 0.1]
    odd_host = draw.choice((f"h{number}.park.example", f"{number}.example", _odd(draw)))
    host = draw.choice(HOSTS) if draw.random() < 0.7 else odd_host
    request = SentRequest(
        host, draw.choice(("http", "https")), tuple(_cookies(draw, number, signed)), path, method, tuple(headers)
    )
    answer = [("Set-Cookie", draw.choice(lines)) for _ in range(draw.randint(0, 4))]
    if draw.random() < 0.5:
        answer.append(("Set-Cookie", f"{_odd(draw)}{number}={number}; Path=/{number}; Domain=d{number}.park.example"))
        answer.append(("set-COOKIE ", f"theme={number}; Path=/{number}{_odd(draw)}; Domain={draw.choice(HOSTS)}"))
    if draw.random() < 0.3:
        answer.append((f"x-{number}", _odd(draw)))
    return Hostile(request, body, answer, draw.choice(("", "", "", "reads", "grants", "withdraws")))


def _cookies(draw: random.Random, number: int, signed: list[str]) -> Iterator[str]:
    for _ in range(draw.choice((0, 1, 1, 2))):
        pairs = []
        for _ in range(draw.choice((0, 1, 3, 30))):
            choice = draw.choice(signed)
            at = draw.randrange(len(choice))
            pairs.append(draw.choice((
                choice, choice[:at] + "x" + choice[at + 1 :], choice[:at], f"_ga_{number}={number}",
                f"theme={_odd(draw)}", f"{_odd(draw)}={number}", _odd(draw), f'cookies_preferences="{_odd(draw)}"',
            )))  # fmt: skip
        yield draw.choice(("; ", "; ", ";", ",")).join(pairs)


def _raw(draw: random.Random) -> bytes:
    pieces = [
        draw.choice((draw.choice(_WORDS), draw.randbytes(3), b"/a")) for _ in range(draw.choice((0, 1, 2, 5, 20)))
    ]
    return b"".join(pieces)


def _odd(draw: random.Random) -> str:
    """Return a header value, or a part of one."""
    return _raw(draw).translate(None, b"\r\n\0").decode("latin-1")
