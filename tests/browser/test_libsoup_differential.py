"""The reader and the middleware against libsoup: what its cookie jar holds after a line, or after two.

``COOKIEWARDEN_LIBSOUP_LINES`` is the number of cases drawn, ``COOKIEWARDEN_DIFFERENTIAL_SEED`` picks them. To them come
a few deletions with each octet at each place.
"""

import os
import time
from collections.abc import Iterator

import pytest

from browser.libsoup import LibSoup
from browser.rounds import POLICY, line_before, plain_cookie, screened
from browser.ugly_lines import ugly_cases
from cookiewarden import Category, Policy
from cookiewarden.set_cookie import SERVER_BLANKS, is_deletion, names_of, read_names

LINES = int(os.environ.get("COOKIEWARDEN_LIBSOUP_LINES", "6000"))
SEED = int(os.environ.get("COOKIEWARDEN_DIFFERENTIAL_SEED", "0"))
HOST = "h.shop.example.org"
_NAMED = Policy.from_mapping(POLICY)
# A byte that ends what libsoup reads: its characters have a sign. It reads DEL and goes on.
_ENDS = frozenset((*range(0x20), *range(0x80, 0x100)))
_BREAKS = b"\r\n\0"


@pytest.fixture(scope="module")
def libsoup() -> LibSoup:
    try:
        return LibSoup(f"https://{HOST}/set/x".encode())
    except OSError as error:
        pytest.skip(f"no libsoup 3 to compare with: {error}")


def templates(now: float) -> list[bytes]:
    """Deletions; some engine may read one otherwise when an octet is put into it."""
    day, week = (time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(now - 86_400 * past)) for past in (1.1, 7))
    return [
        b"ok=v; Path=/; Max-Age=0",
        b"ok=; Expires=" + week.encode() + b"; Path=/set",
        b"ok=v; Max-Age=0; Path=/; Expires=" + day.encode(),
    ]


def drawn(now: float) -> Iterator[bytes]:
    """The lines to try, all of which a server can send: none holds CR, LF or NUL."""
    parent = HOST.partition(".")[2].encode()
    for fields in ugly_cases(LINES, SEED):
        for name, line in fields:
            if name == b"Set-Cookie":
                yield line.replace(b"@HOST@", HOST.encode()).replace(b"@PARENT@", parent)
    for line in templates(now):
        for at in range(len(line) + 1):
            for octet in range(256):
                yield line[:at] + bytes([octet]) + line[at:]
                yield line[:at] + bytes([octet]) + line[at + 1 :]


@pytest.fixture(scope="module")
def now() -> float:
    return time.time()


@pytest.fixture(scope="module")
def lines(now: float) -> list[bytes]:
    return [line for line in dict.fromkeys(drawn(now)) if not any(octet in line for octet in _BREAKS)]


def report(found: list[str]) -> None:
    if found:
        listed = "\n".join(found[:20])
        pytest.fail(f"{len(found)} differences in {LINES} cases of seed {SEED}, first of all:\n{listed}", pytrace=False)


def test_libsoup_stores_no_line_that_reads_as_a_deletion(libsoup: LibSoup, lines: list[bytes], now: float) -> None:
    deletions = [line for line in lines if not read_names(line)[1] and is_deletion(line, now)]
    assert len(deletions) > 5_000
    stored = {line: libsoup.stored(line) for line in deletions}
    report([f"{line!r} is stored as {found!r}" for line, found in stored.items() if found])
