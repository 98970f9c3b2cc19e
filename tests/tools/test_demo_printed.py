"""What the demo prints: the overview, one portal in detail, and how they fit terminals of any kind."""

import os
import re
import select
import subprocess
import sys
from functools import cache

import pytest

from cookiewarden import Reason
from cookiewarden.tools.demo.cookies import COOKIES, ODD
from cookiewarden.tools.demo.exchanges import VISITORS
from cookiewarden.tools.demo.page import _WHY
from cookiewarden.tools.demo.sites import load_portals
from cookiewarden.tools.demo.terminal import HEADINGS, LETTERS
from demo_runs import RUN, run
from waiting import SECONDS_TO_WAIT

PORTALS = [portal.name for portal in load_portals()]
#: Which visitors a kind of cookie leaves for, in the order of the columns.
MATRIX = {
    "necessary": "+++++",
    "anonymized statistics": "+-+++",
    "statistical": "--++-",
    "first-party": "---+-",
    "third-party": "---+-",
    "not declared": "-----",
    "malformed": "-----",
    "deletion": "+++++",
}
LEFT = {name: [5, 4, 6, 8, 5] for name in PORTALS} | {"opendatasoft.com": [6, 5, 7, 9, 6]}
SHAPES = [["demo"], ["demo", "--portal", "opendatasoft"]]
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


@cache
def printed(*arguments, width=80, **environment):
    """Return the lines that the command prints into a pipe."""
    environment = {**os.environ, "COLUMNS": str(width), "PYTHONIOENCODING": "utf-8", **environment}
    done = subprocess.run(
        [sys.executable, "-c", RUN, *arguments], capture_output=True, timeout=SECONDS_TO_WAIT, env=environment
    )
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode(environment["PYTHONIOENCODING"]).splitlines()


def printed_on_a_terminal(*arguments, **environment):
    """Return the text that the command prints on a terminal of 80 columns."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    unset = ("NO_COLOR", "FORCE_COLOR", "COLORTERM", "TTY_COMPATIBLE")
    inherited = {name: value for name, value in os.environ.items() if name not in unset}
    environment = {**inherited, "COLUMNS": "80", "LINES": "24", "TERM": "xterm-256color", **environment}
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, *arguments], stdin=theirs, stdout=theirs, stderr=theirs, env=environment
    )
    os.close(theirs)
    text = b""
    try:
        while select.select([ours], [], [], SECONDS_TO_WAIT)[0]:
            text += (read := os.read(ours, 65536))
            if not read:
                break
    except OSError:
        pass  # on Linux, the end of the other side
    finally:
        os.close(ours)
    assert process.wait(SECONDS_TO_WAIT) == 0
    return text.decode()


def marks(line):
    return "".join(re.findall("[✓✗]", line)).translate({ord("✓"): "+", ord("✗"): "-"})


# The overview


@pytest.fixture(scope="module", params=[80, 40])
def overview(request):
    return printed("demo", width=request.param)


@pytest.mark.parametrize("kind", MATRIX)
def test_the_matrix_says_for_each_kind_of_cookie_and_visitor_whether_it_leaves(overview, kind):
    rows = [line for line in overview if line.startswith(kind) and len(marks(line)) == len(VISITORS)]
    assert [marks(row) for row in rows] == [MATRIX[kind]]


@pytest.mark.parametrize("name", PORTALS)
def test_each_portal_has_one_line_with_the_number_of_cookies_that_leave(overview, name):
    (row,) = [line for line in overview if line.startswith(f"{name} ")]
    assert [int(number) for number in re.findall(r"(?<= )\d+\b", row)] == LEFT[name]


def test_the_overview_names_every_visitor(overview):
    words = " ".join(overview)
    assert set(HEADINGS) == set(LETTERS) == set(VISITORS)
    for heading in HEADINGS.values():
        assert all(word in words for word in heading)


def test_the_overview_explains_what_is_odd_and_says_what_to_do_next(overview):
    words = re.sub(r"\s+", " ", " ".join(overview))
    for text in (
        "_BEAMER_DATE_x necessary on opendatasoft.com; the others do not declare it",
        "forged choice signed with another key, so it counts as no choice",
        "with the published policies alone, 4 leave (opendatasoft.com: 5)",
        "All 800 cookies, sent by WSGI and ASGI apps, were treated as the policies say.",
        "cookiewarden demo --serve",
        "--portal NAME",
    ):
        assert text in words


def test_the_overview_and_a_prompt_fit_on_a_small_screen():
    assert len(printed("demo", LINES="24")) <= 23


def test_a_high_screen_gets_gaps_between_the_parts():
    lines = printed("demo", LINES="50")
    assert lines.count("") == 4
    assert [line for line in lines if line] == printed("demo", LINES="24")


# One portal


def test_one_portal_is_shown_in_detail_with_every_line_and_every_reason():
    lines = printed("demo", "--portal", "opendatasoft")
    for cookie in COOKIES:
        count = sum(line[:16].rstrip() == cookie.label for line in lines)
        assert count == (3 if cookie in ODD else 2)  # two tables, and the list of odd lines
    assert lines[0] == "Opendatasoft, opendatasoft.com"
    (row,) = [line for line in lines if line.startswith("_ga ") and "statistical" in line]
    assert row.split()[1:] == ["statistical", "✗", "undecided", "✗", "refused", "✓", "consented", "✓", "consented"]
    words = " ".join(" ".join(lines).split())
    assert "Set-Cookie: csrftoken=1\\r\\nSet-Cookie: smuggled=1" in words
    assert words.endswith("All 160 cookies, sent by WSGI and ASGI apps, were treated as the policies say.")


# Any terminal


@pytest.mark.parametrize("width", [40, 60, 79, 80, 140])
@pytest.mark.parametrize("arguments", SHAPES, ids=" ".join)
def test_what_is_printed_fits_the_width_and_has_no_escape_codes_in_a_pipe(arguments, width):
    lines = printed(*arguments, width=width)
    assert max(map(len, lines)) <= width
    assert not any("\x1b" in line or "…" in line or line != line.rstrip() for line in lines)


@pytest.mark.parametrize("arguments", SHAPES, ids=" ".join)
def test_a_terminal_that_cannot_show_the_marks_gets_plus_and_minus(arguments):
    lines = printed(*arguments, PYTHONIOENCODING="ascii")
    as_marks = [line.replace("✓", "+").replace("✗", "-") for line in printed(*arguments)]
    assert lines == as_marks


@pytest.mark.parametrize("arguments", SHAPES, ids=" ".join)
def test_colours_add_nothing_to_the_text(arguments):
    text = printed_on_a_terminal(*arguments)
    assert "\x1b[32m" in text
    assert ESCAPES.sub("", text).splitlines() == printed(*arguments)


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
@pytest.mark.parametrize("arguments", SHAPES, ids=" ".join)
def test_a_terminal_without_colours_gets_no_escape_codes(arguments, environment):
    assert printed_on_a_terminal(*arguments, **environment).splitlines() == printed(*arguments)


def test_a_dumb_terminal_may_be_narrow():
    text = printed_on_a_terminal("demo", TERM="dumb", COLUMNS="40")
    assert text.splitlines() == printed("demo", width=40)


# The pages


def test_the_pages_of_the_portal_have_words_for_every_reason():
    assert set(_WHY) == set(Reason)


def test_a_wrong_name_prints_no_table():
    assert "✓" not in run("demo", "--portal", "nowhere").output
