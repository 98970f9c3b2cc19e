"""The reader and the middleware against real browsers, by the bytes that come back in their Cookie headers.

``COOKIEWARDEN_DIFFERENTIAL_LINES`` is the number of cases, ``COOKIEWARDEN_DIFFERENTIAL_SEED`` picks them. Each browser
has one test, because one start must serve every check, and tests may be spread over processes.
"""

import logging
import os
import time
from collections import Counter

import pytest

from browser.browsers import CHROMIUM, FIREFOX, Browser
from browser.differences import findings
from browser.rounds import DELETION, RAW, SCREENED, rounds_of
from browser.ugly_lines import ugly_cases

LINES = int(os.environ.get("COOKIEWARDEN_DIFFERENTIAL_LINES", "800"))
SEED = int(os.environ.get("COOKIEWARDEN_DIFFERENTIAL_SEED", "0"))


def names_as_text_reads_them(line: bytes) -> tuple[bytes, ...]:
    """Read the name wrongly: ``str.strip`` strips more than space and tab, and without ``=`` a line has no name."""
    return (line.decode("latin-1").partition(";")[0].partition("=")[0].strip().encode("latin-1"),)


@pytest.mark.parametrize("browser", [CHROMIUM, FIREFOX], ids=lambda browser: browser.name)
def test_browsers_store_only_what_the_reader_reports_and_the_middleware_allows(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    if browser.program is None:
        pytest.skip(f"no {browser.name} to compare with: none of {', '.join(browser.programs)} is installed")
    caplog.set_level(logging.ERROR)
    now = time.time()
    rounds = rounds_of(ugly_cases(LINES, SEED), now)

    echoes = browser.walk([one.wire for one in rounds])

    stored = Counter(one.kind for one, sent_back in zip(rounds, echoes, strict=True) if sent_back[0])
    assert min(stored[kind] for kind in (RAW, SCREENED, DELETION)) > 10, f"too little was stored to compare: {stored}"
    found = findings(browser.name, rounds, echoes, now)
    if found:
        listed = "\n".join(map(str, found[:20]))
        pytest.fail(f"{len(found)} differences in {LINES} cases of seed {SEED}, first of all:\n{listed}", pytrace=False)
    monkeypatch.setattr("cookiewarden.http.set_cookie.names_of", names_as_text_reads_them)
    assert findings(browser.name, rounds, echoes, now), "the wrong reader, which strips as str does, was not detected"
