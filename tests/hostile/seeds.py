"""What the fuzzer starts from: a few inputs for each target, and words that it may combine.

Rule: make them from tables that the tests have already. What a run finds stays out of the repository.
"""

import random
from collections.abc import Callable, Iterator

from browser.ugly_lines import ugly_cases
from hostile import answers, policy_texts, readers
from hostile.readers import CUT, SIGNED

#: Every target by its name.
TARGETS: dict[str, Callable[[bytes], None]] = {
    target.__name__: target for module in (readers, policy_texts, answers) for target in module.TARGETS
}

_TOML = b"""[site]
name = "Exampletown"
hosts = ["data.example.org", "*.a.org"]
updated = 2021-03-30
[preferences]
lifetime = "6 months"
[[cookies]]
name = "_ga*"
category = "statistical"
anonymized = true
purpose = {en = "Counts", fr = "Compte"}
lifetime = "13 months"
path = "/"
domain = "example.org"
"""
_JSON = (
    b'{"site": {"name": "x", "hosts": ["*"], "version": "3"}, "remove": [], "cookies": '
    b'[{"names": ["a", "b*"], "category": "third-party", "purpose": {"en": "p"}, "lifetime": "session"}]}'
)
_LINES = (
    b"sid=1; Path=/; HttpOnly", b" _ga=1; Max-Age=0", b"_ga=; Expires=Thu, 01 Jan 1970 00:00:00 GMT", b"theme", b"=x",
    b"_fbp=1; Domain=.a.example; Secure; SameSite=None; Partitioned", b"sid=1\r\nSet-Cookie: _ga=1", b"__Host-csrf=1",
    b"_ga=; Expires=Sun, 15 Jun 2025 12:20:00 GMT",
)  # fmt: skip
_FORM = b"application/x-www-form-urlencoded"
_HEADERS = (
    b"Set-Cookie: sid=1",
    b"set-cookie : _ga=1",
    b"Cache-Control: max-age=9",
    b" folded: x",
    b"Set-Cookie: theme=1",
)
_CHOICES = [b"cookies_preferences=" + value for value in SIGNED]
_BY_HAND: dict[str, tuple[bytes, ...]] = {
    "cookie_header": (b"a" + CUT + b"a=1; b=2;\ta=3", b"sid" + CUT + _CHOICES[0]),
    "dates": (b"Thu, 01 Jan 1970 00:00:10 GMT", b"Thursday, 01-Jan-70 00:00:10 GMT", b"1 feb 2000 1:2:3"),
    "hosts": ("Bücher.Example.:8000".encode(), b"[::1]:80", b"*.data.example.org", b"xn--bcher-kva.example"),
    "matching": (CUT.join([b"_ga_X", b"_ga*", b"_ga", b"*", b"*X"]),),
    "preferences": (*SIGNED, CUT.join(SIGNED), b"x.y"),
    "origin": (
        CUT.join([b"https://data.example.org", b"", b"data.example.org:443"]),
        CUT.join([b"null", b"none", b"a"]),
    ),
    "accept": (b"text/html;q=0.9, application/json, */*;q=0", b"fr-BE;q=0.8, pt_BR, *"),
    "bodies": (
        CUT + b'{"granted": ["statistical"]}',
        _FORM + CUT + b"choice=save&category=statistical&next=/a%3Fb",
        _FORM + CUT + b"choice=accept",
    ),
    "addresses": ("/données ouvertes?a=1#b".encode(), b"//evil.example", b"/\\evil.example", b"/a;b=c"),
    "policy_toml": (_TOML, b"[site]\nname='x'\n", b"extends = 'preset:django'\n[site]\nname='x'\n"),
    "policy_json": (_JSON, b'{"site": {"name": {"en": "x"}}}'),
    "policy_mapping": (bytes([2, 2, 4, 1, 5, 0, 1]), bytes(range(64))),
    "requests": (
        CUT.join([b"/a%20b?c=d", b"host: data.example.org", b"cookie: sid=1", b"referer: https://data.example.org/x"]),
    ),
    "screen": tuple(CUT.join([head, choice, *_HEADERS]) for head in (b"", b"d") for choice in (b"", *_CHOICES)),
    "pages": (
        CUT.join([b"GET", b"", b"lang=fr", b"", b"accept: text/markdown", b"accept-language: nl"]),
        CUT.join([b"POST", b"/preferences", b"", b"choice=accept&next=/a", b"content-type: " + _FORM]),
        CUT.join([b"PUT", b"/preferences.json", b"", b'{"granted": []}', b"content-type: application/json"]),
        CUT.join([b"GET", b"/banner", b"next=/a", b"", b"cookie: " + _CHOICES[1]]),
    ),
}

_WORDS = (
    b"set-cookie|Set-Cookie:|sid|_ga|_pk_id|theme|NID|_fbp|__Host-csrf|=|;|; |,|*|Max-Age=0|Max-Age=|Expires=|Domain=|"
    b"Path=/|Thu, 01 Jan 1970 00:00:00 GMT|Fri, 31 Dec 9999 00:00:00 GMT|cookies_preferences=|Cache-Control: |private|"
    b"public|Vary: |host: |cookie: |origin: |sec-fetch-site: |same-origin|content-type: |content-encoding: |referer: |"
    b"if-none-match: |q=0|q=1|%2F|%00|%|//|/preferences|/preferences.json|/banner|choice=|accept|refuse|save|grant|&|"
    b"category=|statistical|first-party|third-party|necessary|next=|lang=|[site]|[[cookies]]|name = |category = |"
    b"purpose = |lifetime = |hosts = |extends = |remove = |rename = |preset:django|6 months|[::1]|xn--|"
    b"data.example.org|GET|POST|PUT|HEAD"
).split(b"|")
WORDS = (*_WORDS, CUT, b"\r\n", b"\0", b"\x85", b"\xa0", b"\x0b", b"\xc3\xa9")


def seeds(name: str) -> list[bytes]:
    """Return the inputs that a target starts from."""
    return [*_BY_HAND.get(name, ()), *(_LINES if name in ("set_cookie", "decide") else ())]


def mutated(name: str, seed: int) -> Iterator[bytes]:
    """Yield mutations of a target's seeds without end, without a fuzzer. The same ``seed`` yields the same."""
    draw = random.Random(seed)
    known = seeds(name)
    if name in ("set_cookie", "decide"):
        known += [value for headers in ugly_cases(400, seed) for _, value in headers]
    if name == "screen":
        known += [CUT.join([b"", b"", *(b":".join(header) for header in headers)]) for headers in ugly_cases(400, seed)]
    while True:
        data = draw.choice(known)
        for _ in range(draw.choice((0, 1, 1, 2, 3, 8))):
            start = draw.randint(0, len(data))
            end = min(len(data), start + draw.choice((0, 0, 1, 1, 3, 9)))
            put = draw.choice((draw.choice(WORDS), draw.randbytes(1), b"", data[start:end] * 2))
            data = data[:start] + put + data[end:]
        yield data
