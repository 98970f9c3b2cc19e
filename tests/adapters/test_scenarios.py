"""Law 7: both adapters decide alike for the same exchange. One table tests both."""

import pytest

from caching_scenarios import CACHING
from exchanges import through_asgi, through_wsgi
from hiding_scenarios import HIDING
from profile_scenarios import PROFILED
from scenarios import SCENARIOS, Scenario, grant_all
from signal_scenarios import SIGNALLED

TABLE = [*SCENARIOS, *HIDING, *CACHING, *SIGNALLED, *PROFILED]


def name_of(scenario: Scenario) -> str:
    return scenario.name.replace(" ", "-")


def view_of(scenario: Scenario):
    def view(carrier):
        scenario.act(carrier)
        return scenario.sent

    return view


def expected_of(scenario: Scenario):
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in scenario.expected]


@pytest.mark.parametrize("scenario", TABLE, ids=name_of)
def test_both_adapters_answer_as_the_table_says(scenario):
    answers = [
        through_wsgi(view_of(scenario), scenario.request, **scenario.options),
        through_asgi(view_of(scenario), scenario.request, **scenario.options),
        through_asgi(view_of(scenario), scenario.request, "trio", **scenario.options),
    ]
    assert answers == [expected_of(scenario)] * 3


# A view that grants is left out, because a second wrapper does not learn of the grant.
@pytest.mark.parametrize("scenario", [one for one in TABLE if one.act is not grant_all], ids=name_of)
def test_a_screened_response_passes_unchanged(scenario):
    once = through_wsgi(view_of(scenario), scenario.request, **scenario.options)
    again = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in once]
    assert through_wsgi(lambda environ: again, scenario.request, **scenario.options) == once


def test_the_names_of_the_scenarios_are_distinct():
    names = [scenario.name for scenario in TABLE]
    assert len(set(names)) == len(names)
