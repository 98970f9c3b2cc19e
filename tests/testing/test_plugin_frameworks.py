"""A marked test fails for what the clients and apps of all frameworks set."""

from watched_clients import CLIENTS

TESTS = """
import watched_clients

@pytest.mark.cookiewarden
@pytest.mark.parametrize("ask", watched_clients.CLIENTS)
def test_client(ask):
    ask()

@pytest.mark.parametrize("ask", watched_clients.CLIENTS)
def test_that_is_not_marked(ask):
    ask()
"""


def test_a_marked_test_fails_with_each_client(project):
    result = project.test(TESTS)
    result.assert_outcomes(failed=len(CLIENTS), passed=len(CLIENTS))
    assert str(result.stdout).count('CW201 undeclared: GET /shop sets "theme"') == len(CLIENTS)
