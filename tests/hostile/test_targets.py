"""What the fuzzer holds the readers to, held here without it: every target, on its seeds and on some spoilt ones."""

import logging
from itertools import islice

import pytest

from hostile.seeds import TARGETS, mutated, seeds

#: The inputs of each target; those of whole policies and pages take longer.
INPUTS = {"policy_toml": 150, "policy_json": 150, "policy_mapping": 300, "pages": 200}


@pytest.mark.parametrize("name", TARGETS)
def test_the_laws_of_a_reader_hold_for_whatever_comes(caplog, name):
    caplog.set_level(logging.CRITICAL, logger="cookiewarden")
    assert seeds(name)
    for data in [*seeds(name), *islice(mutated(name, seed=4), INPUTS.get(name, 1000))]:
        TARGETS[name](data)
