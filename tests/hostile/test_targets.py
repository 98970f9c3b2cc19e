"""Every fuzz target, run without the fuzzer on its seeds and on some mutations of them."""

import logging
from itertools import islice

import pytest

from hostile.seeds import TARGETS, mutated, seeds

#: The number of inputs for targets that take longer, such as whole policies and pages.
INPUTS = {"policy_toml": 150, "policy_json": 150, "policy_mapping": 300, "pages": 200}


@pytest.mark.parametrize("name", TARGETS)
def test_the_laws_of_a_reader_hold_for_any_input(caplog, name):
    caplog.set_level(logging.CRITICAL, logger="cookiewarden")
    assert seeds(name)
    for data in [*seeds(name), *islice(mutated(name, seed=4), INPUTS.get(name, 1000))]:
        TARGETS[name](data)
