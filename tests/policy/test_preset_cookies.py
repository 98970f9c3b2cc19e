"""Which presets may declare a name, before any of them is parsed."""

import subprocess
import sys

import pytest

from cookiewarden.policy.preset_cookies import cookies_of, presets_that_may_declare, presets_that_may_declare_a_part
from cookiewarden.policy.preset_files import preset_names
from waiting import SECONDS_TO_WAIT

NAMES = [(preset, name) for preset in preset_names() for one in cookies_of(preset) for name in one.names]


@pytest.mark.parametrize(("preset", "name"), NAMES)
def test_a_preset_may_declare_each_of_its_names_and_each_that_a_pattern_of_it_covers(preset, name):
    for one in (name, name.replace("*", "4f1"), name.replace("*", "")):
        assert preset in presets_that_may_declare(one.encode())


@pytest.mark.parametrize(("preset", "name"), NAMES)
def test_a_preset_may_declare_each_of_its_names_as_a_part_of_a_longer_name(preset, name):
    if "*" not in name:
        assert preset in presets_that_may_declare_a_part(f"__Host-{name}")


@pytest.mark.parametrize("name", [b"", b"a", b"town_visit", b"\xff\xfe", b"*", b"_ga", b"sessionids"])
def test_a_name_that_no_preset_declares_needs_none_of_them(name):
    assert presets_that_may_declare(name) == []


def test_looking_up_a_name_that_nothing_knows_parses_no_preset():
    code = """
import sys
from cookiewarden.policy.known_cookies.lookup import known_cookie
from cookiewarden.reporting.preset_lookup import presets_with
before = known_cookie(b"town_visit"), presets_with(b"town_visit"), "tomllib" in sys.modules
print(*before, presets_with(b"trac_auth") != {})
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=SECONDS_TO_WAIT)
    assert done.stdout.strip() == "None {} False True", done.stderr
