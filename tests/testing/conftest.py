"""The fixture that the tests of the pytest plugin share."""

import pytest

from pytest_runs import Project


@pytest.fixture
def project(pytester, monkeypatch):
    """Return a folder with a policy, in which pytest can run."""
    return Project(pytester, monkeypatch)
