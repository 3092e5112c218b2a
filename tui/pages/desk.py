"""What pods asked the AI team, what it answered, and what that cost."""

from textual.app import ComposeResult
from textual.widgets import Static

from magents.model.snapshots import AskRow, Frame, Wish
from tui.format import Zone
from tui.lines import fund
from tui.pages.base import Page, titled
from tui.widgets.charts import Words
from tui.widgets.grid import Grid

EMPTY = """No agent has asked anything.

An agent asks the AI team through its desk: the question, the answer, the
model and the cost of each are listed here as soon as there is one.

Agents of the strategies that come with magents decide by rules, and do not ask."""


class DeskPage(Page):
    """Questions over the answer to the one under the cursor."""

    title = "AI desk"

    def compose(self) -> ComposeResult:
        """Lay the page out."""
        yield Static(EMPTY, id="desk-empty", markup=False)
        yield Words(id="desk-sum")
        yield titled(Grid(fund.ASKS, id="desk-asks"), "Questions")
        yield titled(Static(id="desk-answer", markup=False), "Answer")

    def wish(self) -> Wish:
        """Return what the page needs of the fund."""
        return Wish("desk")

    def show(self, frame: Frame, zone: Zone) -> None:
        """Show a frame."""
        self.set_class(bool(frame.asks), "-asked")
        grid = self.query_one(Grid)
        grid.fill(fund.asks(frame.asks, zone))
        self.retitle(grid, "Questions")
        cost, tokens = sum(ask.cost for ask in frame.asks), sum(ask.tokens for ask in frame.asks)
        waiting = sum(not ask.answer for ask in frame.asks)
        text = f"{len(frame.asks)} asked, {waiting} waiting, {tokens:,} tokens, cost {cost:.2f}"
        self.query_one("#desk-sum", Words).show(((text, "head"),))
        pointed = next((ask for ask in frame.asks if str(ask.number) == grid.pointed), None)
        self._answer(pointed)

    def _answer(self, ask: AskRow | None) -> None:
        text = f"{ask.question}\n\n{ask.answer or '(waiting)'}" if ask else ""
        answer = self.query_one("#desk-answer", Static)
        if answer.content != text:
            answer.update(text)
