"""What the tests of policy files share."""

import json

import pytest


@pytest.fixture
def write(tmp_path):
    """Writes policy files, a keyword argument each, and gives the path of the last."""

    def write_all(**files):
        for name, table in files.items():
            (tmp_path / f"{name}.json").write_text(json.dumps(table))
        return tmp_path / f"{name}.json"

    return write_all
