"""The reader and the middleware against libsoup: what its cookie jar holds after one line or two.

``COOKIEWARDEN_LIBSOUP_LINES`` is the number of cases drawn, ``COOKIEWARDEN_DIFFERENTIAL_SEED`` picks them. A few
deletions with an ugly byte at each place are added.
"""

import os
import time
from collections.abc import Iterator

import pytest

from browser.libsoup import LibSoup
from browser.rounds import placed
from browser.ugly_lines import ugly_cases
from browser.ugly_tables import CONTROLS, NOT_UTF8
from browser.wire import SET_PATH
from cookiewarden.http.set_cookie_line import SERVER_BLANKS, missing_to_delete, names_of, read_names

LINES = int(os.environ.get("COOKIEWARDEN_LIBSOUP_LINES", "6000"))
SEED = int(os.environ.get("COOKIEWARDEN_DIFFERENTIAL_SEED", "0"))
HOST = "h.shop.example.org"
_SIGNS = (b" ", b";", b"=", b",", b'"', b"\\", b"-", b"0", b"a")
# Bytes at which libsoup stops reading, because its characters are signed. It reads DEL and goes on.
_ENDS = frozenset((*range(0x20), *range(0x80, 0x100)))
_BLANKS = b" \t\x0c"
_BREAKS = b"\r\n\0"


@pytest.fixture(scope="module")
def libsoup() -> LibSoup:
    try:
        return LibSoup(f"https://{HOST}".encode() + SET_PATH)
    except OSError as error:
        pytest.skip(f"no libsoup 3 to compare with: {error}")


def templates(now: float) -> list[bytes]:
    """Return deletions; with one byte added, some engine may read them differently."""
    hour, day, week = (
        time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(now - 86_400 * days)).encode() for days in (0.05, 1.1, 7)
    )
    return [
        b"ok=v; Path=/; Max-Age=0",
        b"ok=; Expires=" + week + b"; Path=/set",
        b"ok=v; Max-Age=0; Path=/; Expires=" + day,
        b"ok=v; Path=/; expires=" + hour,
    ]


def deletion(line: bytes, now: float) -> bytes | None:
    """Return the line as it leaves if it passes only because it is a deletion; ``None`` if it is not one."""
    lacks = None if read_names(line)[1] else missing_to_delete(line, now)
    return None if lacks is None else line + lacks


def drawn(now: float) -> Iterator[bytes]:
    """Yield the Set-Cookie lines to try."""
    for headers in ugly_cases(LINES, SEED):
        yield from (line for name, line in placed(headers, HOST, now) if name == b"Set-Cookie")
    for line in templates(now):
        for at in range(len(line) + 1):
            for added in (*CONTROLS, *NOT_UTF8, *_SIGNS):
                yield line[:at] + added + line[at:]


@pytest.fixture(scope="module")
def now() -> float:
    return time.time()


@pytest.fixture(scope="module")
def lines(now: float) -> list[bytes]:
    return [line for line in dict.fromkeys(drawn(now)) if not any(byte in line for byte in _BREAKS)]


def report(found: list[str]) -> None:
    if found:
        listed = "\n".join(found[:20])
        pytest.fail(f"{len(found)} differences in {LINES} cases of seed {SEED}, first of all:\n{listed}", pytrace=False)


def test_libsoup_stores_no_line_that_reads_as_a_deletion(libsoup: LibSoup, lines: list[bytes], now: float) -> None:
    deletions = [left for line in lines if (left := deletion(line, now))]
    assert len(deletions) > 500
    stored = {line: libsoup.stored(line) for line in deletions}
    report([f"{line!r} is stored as {found!r}" for line, found in stored.items() if found])


def without_an_end(line: bytes) -> bytes:
    """Return the line that stores what a deletion deletes: at the same place, without an expiry."""
    pair, *rest = line.split(b";")
    others = (part for part in rest if part.partition(b"=")[0].strip().lower() not in (b"max-age", b"expires"))
    return b";".join((pair, *others))


def test_libsoup_deletes_by_a_line_that_reads_as_a_deletion(libsoup: LibSoup, lines: list[bytes], now: float) -> None:
    found, count = [], 0
    for line in lines:
        before, after = without_an_end(line), deletion(line, now)
        if after is not None and libsoup.stored(before):
            count += 1
            left = libsoup.stored(before, after)
            found += [f"{after!r} leaves {left!r} of {before!r}"] if left else []
    assert count > 500
    report(found)


def names_by_libsoup(line: bytes, stored: list[tuple[bytes, bytes]]) -> Iterator[str]:
    """Yield what is wrong with the names that libsoup stored for a line.

    libsoup stores the name that the reader reports, or that name stripped as servers do. If it cannot read the name, it
    stores a value without a name. With a comma in the name, the value is the whole pair. Otherwise it is the part of
    the name before the byte that ends it. Such a value reveals no more than an allowed name.
    """
    reported = names_of(line)
    stripped = {name.strip(SERVER_BLANKS) for name in reported}
    for name, value in stored:
        if name in reported or name in stripped:
            continue
        pair = line.partition(b";")[0].strip(_BLANKS)
        written = pair.partition(b"=")[0]
        is_cut = written.startswith(value) and not _ENDS.isdisjoint(written)
        if name or not (is_cut or (b"," in written and pair.startswith(value))):
            yield f"{line!r} is stored as {name!r}={value!r}, and reported as {reported!r}"


def test_the_reader_reports_each_name_that_libsoup_stores_a_line_under(libsoup: LibSoup, lines: list[bytes]) -> None:
    report([what for line in lines for what in names_by_libsoup(line, libsoup.stored(line))])
