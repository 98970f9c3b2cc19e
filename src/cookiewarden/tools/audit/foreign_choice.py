"""Makes the choices of a visitor on the banner of another consent manager, and checks that they stand.

To withdraw, it looks for a way that the site offers to change a choice, and refuses what that way opens.
Rule: a choice counts as made only if no banner stands open when the site is opened again in a new tab.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from cookiewarden.tools.audit.browser_visitor import BrowserVisitor
from cookiewarden.tools.audit.choosing import NotChosenError
from cookiewarden.tools.audit.foreign_banner import FailedTestError, ForeignBanner
from cookiewarden.tools.audit.observed import State
from cookiewarden.tools.audit.tab import Tab
from cookiewarden.tools.audit.ways_to_change import Ways, press_refusal, refusals_of

_STANDS = "No banner stood open when the site was opened again"


class ForeignChoice:
    """How one visitor chooses. ``start``: the address of the start page. ``may_open``: whether a link may be taken."""

    def __init__(self, visitor: BrowserVisitor, start: str, may_open: Callable[[str], Awaitable[bool]]) -> None:
        self._visitor, self._start, self._ways = visitor, start, Ways(may_open)

    async def make(self, state: State) -> None:
        """Make the choice of a state. Raises ``NotChosenError``, and leaves the visitor in the state before."""
        visitor = self._visitor
        before, is_made = visitor.seen.state, False
        try:
            how = await (self._withdraw() if state is State.WITHDRAWN else self._answer(state))
            await self._check_stands()
            visitor.notebook.note(f"{how}. {_STANDS}.")
            is_made = True
        finally:
            if not is_made:
                self._take_back(state, before)

    async def _answer(self, state: State) -> str:
        """Answer the banner of the start page; return in words how."""
        async with self._opened() as tab:
            banner = await ForeignBanner.find(tab)
            self._begin(state)
            how = await banner.answer(accept=state is State.ACCEPTED)
            await self._visitor.look(tab, tab.page.url)
            return how

    async def _withdraw(self) -> str:
        """Refuse what a way to change the choice opens; return in words how."""
        async with self._opened() as tab:
            links = await self._ways.links(tab)
            ways = [*await self._ways.calls(tab), *links]
            other_refusals = await refusals_of(tab)
        if not links:
            self._visitor.notebook.note(
                f"{self._start} shows no link or button that says that a visitor can change a choice. "
                "It must be as easy to withdraw consent as to give it (GDPR Art. 7(3))."
            )
        if not ways:
            raise NotChosenError("no way to change a choice was found on the start page")
        for way in ways:
            async with self._opened() as tab:
                # A button that was there before belongs to nothing that this way opens.
                is_taken = await self._ways.take(way, tab)
                if is_taken and (how := await self._refuse(tab, is_pressing=not other_refusals)):
                    await self._visitor.look(tab, tab.page.url)
                    return f"Through {way.name}, {how}"
        tried = " and ".join(way.name for way in ways)
        raise NotChosenError(f"{tried} opened nothing that could be refused")

    async def _refuse(self, tab: Tab, *, is_pressing: bool) -> str:
        """Refuse what stands open; return in words how, and ``""`` if nothing does.

        ``is_pressing``: whether a button may be pressed for its words, if autoconsent does not refuse. Raises
        ``NotChosenError`` if something stands open, and cannot be refused.
        """
        await self._visitor.look(tab, tab.page.url)
        before = self._visitor.seen.state
        failure: NotChosenError | None = None
        try:
            banner = await ForeignBanner.find(tab)
        except NotChosenError:
            pass
        else:
            self._begin(State.WITHDRAWN)
            try:
                return await banner.answer(accept=False)
            except FailedTestError:
                raise
            except NotChosenError as error:
                failure = error
                self._take_back(State.WITHDRAWN, before)
        if is_pressing and await refusals_of(tab):
            self._begin(State.WITHDRAWN)
            if await press_refusal(tab):
                return "a button of the site refused all, and nothing could test the choice"
            self._take_back(State.WITHDRAWN, before)
        if failure is not None:
            raise failure
        return ""

    async def _check_stands(self) -> None:
        async with self._opened() as tab:
            try:
                banner = await ForeignBanner.find(tab)
            except NotChosenError:
                return
            name = banner.name
        raise NotChosenError(
            f'the banner of "{name}" stood open again in a new tab, so the site does not keep the choice'
        )

    def _begin(self, state: State) -> None:
        """Count what comes from now on for a state."""
        self._visitor.seen.state = state
        # The requests that withdraw consent still carry what their answers delete.
        self._visitor.seen.is_sent_noted = state is not State.WITHDRAWN

    def _take_back(self, state: State, before: State) -> None:
        """Count what comes from now on for the state before, and leave out what came since a choice that failed."""
        self._visitor.notebook.forget(state)
        self._begin(before)

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[Tab]:
        """Open the start page in a new tab."""
        tab = await self._visitor.new_tab()
        try:
            opened = await tab.open(self._start)
            if opened.problem:
                raise NotChosenError(f"{self._start} {opened.problem}")
            await self._visitor.look(tab, opened.url)
            yield tab
        finally:
            await tab.close()
