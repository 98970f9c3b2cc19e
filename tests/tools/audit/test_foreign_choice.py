"""A withdrawal behind the banner of another consent manager, with a browser that is made up."""

import asyncio
from types import SimpleNamespace

import pytest

pytest.importorskip("playwright")
pytest.importorskip("duckduckgo_autoconsent")

from cookiewarden.tools.audit import foreign_choice
from cookiewarden.tools.audit.choosing import NotChosenError
from cookiewarden.tools.audit.foreign_choice import ForeignChoice
from cookiewarden.tools.audit.notebook import Notebook
from cookiewarden.tools.audit.observed import SeenHost, State
from cookiewarden.tools.audit.wire import Seen

START = "https://shop.example/"


class Visitor:
    """One who accepted all. Each look at a page keeps a host for the state in which it is."""

    def __init__(self):
        self.seen, self.notebook = Seen(state=State.ACCEPTED), Notebook()

    async def new_tab(self):
        return Tab()

    async def look(self, tab, url):
        self.notebook.hosts[SeenHost(self.seen.state, f"h{len(self.notebook.hosts)}.example")] = None


class Tab:
    page = SimpleNamespace(url=START)

    async def open(self, url):
        return SimpleNamespace(url=url, problem="")

    async def close(self):
        pass


class TwoWays:
    """The ways of a site that offers two, and each opens something."""

    def __init__(self, may_open):
        pass

    async def links(self, tab):
        return [SimpleNamespace(name="one"), SimpleNamespace(name="two")]

    async def calls(self, tab):
        return []

    async def take(self, way, tab):
        return True


def test_what_comes_after_a_way_that_failed_counts_for_the_state_before(monkeypatch):
    counts = iter([0, 1, 1])  # before any way, and after each of them

    async def no_banner(tab):
        raise NotChosenError("there is none")

    async def count(tab):
        return next(counts)

    async def not_pressed(tab):
        return False

    monkeypatch.setattr(foreign_choice, "Ways", TwoWays)
    monkeypatch.setattr(foreign_choice, "refusals_of", count)
    monkeypatch.setattr(foreign_choice, "press_refusal", not_pressed)
    monkeypatch.setattr(foreign_choice.ForeignBanner, "find", no_banner)
    visitor = Visitor()
    with pytest.raises(NotChosenError, match="one and two opened nothing that could be refused"):
        asyncio.run(ForeignChoice(visitor, START, None).make(State.WITHDRAWN))
    # Three times the start page, and what each of the two ways opened.
    assert [one.state for one in visitor.notebook.hosts] == [State.ACCEPTED] * 5
    assert (visitor.seen.state, visitor.seen.is_sent_noted) == (State.ACCEPTED, True)
