"""Make Set-Cookie headers to try on browsers: a core written by hand, products of its parts, and random ones.

The same seed gives the same headers.
"""

import itertools
import random
from collections.abc import Iterator

from browser.ugly_tables import (
    ALLOWED_NAMES,
    ATTRIBUTES,
    BLANKS,
    BLOCKED_NAMES,
    BREAKS,
    BROKEN,
    CONTROLS,
    DELETIONS,
    EIGHT_BIT,
    HEADER_NAMES,
    NOT_UTF8,
    PAIRS,
    PLACES,
    PREFIXES,
)

#: The headers of one response, in order.
Headers = tuple[tuple[bytes, bytes], ...]

_PIECES = (*CONTROLS, *EIGHT_BIT, *NOT_UTF8, b"\0")
_UGLY = (*_PIECES, *BREAKS, b" ", b"\t", b"=", b";", b",", b'"', b":", b"\\", b"%3d")
_POSITIONS = (
    b"%bok=1|o%bk=1|ok%b=1|%b=1|ok=%b1|ok=1%b2|ok=1%b; Path=/|ok=1; x%bx|ok=1; x=%b; evil=2|%b|=%b"
    b"|ok=1;%bMax-Age=0|ok=1; Max-Age=0%b"
).split(b"|")


def ugly_cases(count: int, seed: int) -> list[Headers]:
    """Return the core, and others up to that count: half of them products, while there are any."""
    draw = random.Random(seed)
    core = list(dict.fromkeys(_core()))
    products = sorted(set(_products()).difference(core))
    others = max(0, count - len(core))
    taken = draw.sample(products, min(others // 2, len(products)))
    return [*core, *taken, *itertools.islice(_drawn(draw), others - len(taken))]


def _core() -> Iterator[Headers]:
    yield from (_one(line) for line in (b"", *PAIRS, *BLANKS, *(piece % b"\r\n" for piece in BROKEN)))
    yield from (_one(b"o%bk=1" % broken) for broken in BREAKS)
    yield from (_one(b"ok=1;" + attribute) for attribute in ATTRIBUTES)
    yield from (((name, b"evil=1"),) for name in HEADER_NAMES)
    for prefix in PREFIXES:
        yield from (_one(prefix + rest) for rest in (b"", b"ok", b"ok=1", b"ok=1; Secure; HttpOnly; Path=/"))
    for size in (4096, 4097):
        yield from (_one(line) for line in (b"ok=" + b"v" * (size - 2), b"n" * (size - 1) + b"=v", b"=" + b"v" * size))
    yield from (_one(b"sid=gone; " + end + place) for end in DELETIONS for place in PLACES)
    # A header name that begins with a blank continues the header before.
    for first in (b"ok=1", b"ok", b"", b"evil=1; Max-Age=0"):
        for second in ((b" X", b"; Max-Age=600"), (b" evil=1", b""), (b"\tSet-Cookie", b"evil=1"), (b"", b"evil=1")):
            yield ((b"Set-Cookie", first), second)


def _products() -> Iterator[Headers]:
    yield from (_one(place % piece) for place in _POSITIONS for piece in _PIECES)
    yield from (_one(piece % broken) for piece in BROKEN for broken in BREAKS)
    for size in (4094, 4095, 4096, 4097, 5000):
        yield from (_one(line) for line in (b"v" * size, b"=" + b"v" * size, b"ok=" + b"v" * (size - 2)))
        yield from (_one(line) for line in (b"n" * (size - 1) + b"=v", b" ok = " + b"v" * (size - 2) + b" ; Path=/"))
    for size in (1023, 1024, 1025):
        for name, start in ((b"Path", b"/"), (b"Domain", b"@HOST@"), (b"x", b""), (b"Max-Age", b""), (b"Secure", b"")):
            yield _one(b"ok=1; " + name + b"=" + start + b"0" * (size - len(start)))
            yield _one(b"ok=1; Max-Age=0; " + name + b"=" + start + b" " * size + b"1")
            yield _one(b"ok=1; " + name.ljust(size, b"x") + b"=0")
    for prefix in PREFIXES:
        starts = (prefix, prefix.lower(), prefix.upper(), b" " + prefix, b"=" + prefix, prefix.replace(b"-", b"\t-", 1))
        for start, rest in itertools.product(starts, (b"", b"ok", b"ok=1", b"=1")):
            yield from (_one(start + rest + b"; Secure; HttpOnly; Path=/" + more) for more in (b"", b"; Domain=@HOST@"))
        for less in (b"Secure; Path=/", b"HttpOnly; Path=/", b"Secure; HttpOnly", b"Secure; HttpOnly; Path=/set"):
            yield _one(prefix + b"ok=1; " + less)
    for control in CONTROLS:
        places = (b"%bSet-Cookie", b"Set-Cookie%b", b"Set-%bCookie", b"X: y%bSet-Cookie", b"Set-Cookie%b: evil=1; b")
        yield from (((place % control, line),) for place in places for line in (b"evil=1", b"ok=1"))


def _one(line: bytes) -> Headers:
    return ((b"Set-Cookie", line),)


def _drawn(draw: random.Random) -> Iterator[Headers]:
    while True:
        yield tuple(_header(draw) for _ in range(draw.choice((1, 1, 1, 1, 1, 2, 3))))


def _header(draw: random.Random) -> tuple[bytes, bytes]:
    name, line = _header_name(draw), _line(draw)
    if name.strip(b" \t").lower() != b"set-cookie":
        # The server, not the middleware, must stop line breaks in the values of other headers.
        line = line.translate(None, b"\r\n\0")
    return name, line


def _header_name(draw: random.Random) -> bytes:
    if draw.random() < 0.9:
        return b"Set-Cookie"
    name = draw.choice(HEADER_NAMES)
    return _mutated(draw, name) if draw.random() < 0.3 else name


def _line(draw: random.Random) -> bytes:
    line = draw.choice((*PAIRS, *BLANKS)) if draw.random() < 0.1 else _pair(draw)
    if draw.random() < 0.8:
        line += b"".join(b";" + _blank(draw) + _attribute(draw) for _ in range(draw.choice((0, 1, 1, 2, 3, 4))))
    if draw.random() < 0.1:
        line += b";" + draw.choice(DELETIONS) + draw.choice(PLACES)
    for _ in range(draw.choice((0, 0, 0, 1, 1, 2, 5))):
        line = _mutated(draw, line)
    return line


def _pair(draw: random.Random) -> bytes:
    name = draw.choice(draw.choice((ALLOWED_NAMES, ALLOWED_NAMES, BLOCKED_NAMES)))
    if draw.random() < 0.1:
        prefix = draw.choice(PREFIXES)
        name = draw.choice((prefix, prefix.lower(), prefix.upper(), prefix.title())) + name
    equals = draw.choice((b"=",) * 8 + (b"", b"=="))
    value = draw.choice((b"1", b"two", b"", b'"q"', b'{"a": 1}', b"a, b", b"x=y", b"%20", b"\xc3\xa9", b"evil=1"))
    return _blank(draw) + name + _blank(draw) + equals + _blank(draw) + value + _blank(draw)


def _attribute(draw: random.Random) -> bytes:
    attribute = draw.choice(ATTRIBUTES)
    if b"@" not in attribute and draw.random() < 0.2:
        return draw.choice((attribute.lower(), attribute.upper(), attribute.swapcase()))
    return attribute


def _blank(draw: random.Random) -> bytes:
    return draw.choice((b"",) * 12 + (b" ", b" ", b" ", b"\t", b"  ", b" \t"))


def _mutated(draw: random.Random, line: bytes) -> bytes:
    start = draw.randint(0, len(line))
    end = min(len(line), start + draw.choice((0, 0, 1, 1, 3)))
    put = draw.choice((draw.choice(_UGLY), draw.randbytes(1), b"", line[start:end] * 2))
    return line[:start] + put + line[end:]
