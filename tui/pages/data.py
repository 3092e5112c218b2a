"""How the world comes in: sources, their age and gaps, queues, the clock."""

from textual.app import ComposeResult

from magents.model.snapshots import Frame, Wish
from tui.charts.rows import Row
from tui.format import SECOND, Zone
from tui.lines import fund
from tui.pages.base import Page, titled
from tui.widgets.charts import Words
from tui.widgets.grid import Grid

FAR = SECOND // 2
"""A clock so far off is worth a look."""


class DataPage(Page):
    """Sources over queues."""

    title = "Data"

    def compose(self) -> ComposeResult:
        """Lay the page out."""
        yield Words(id="data-head")
        yield titled(Grid(fund.FEEDS, empty="no sources", id="data-feeds"), "Feeds")
        yield titled(Grid(fund.QUEUES, empty="no queues", id="data-queues"), "Queues")

    def wish(self) -> Wish:
        """Return what the page needs of the fund."""
        return Wish("data")

    def show(self, frame: Frame, zone: Zone) -> None:
        """Show a frame."""
        if frame.data is None:
            return
        self.query_one("#data-head", Words).show(_clock(frame.data.offset))
        feeds, queues = self.query_one("#data-feeds", Grid), self.query_one("#data-queues", Grid)
        feeds.fill(fund.feeds(frame.data.feeds))
        queues.fill(fund.queues(frame.data.queues))
        self.retitle(feeds, f"Feeds ({len(feeds.lines)})")
        self.retitle(queues, f"Queues ({len(queues.lines)})")


def _clock(offset: int | None) -> Row:
    if offset is None:
        return (("clock  ", "head"), ("virtual: it has no offset", "muted"))
    text = f"the venue's clock is {offset / 1e6:+,.1f} ms from ours"
    return (("clock  ", "head"), (text, "warn" if abs(offset) > FAR else ""))
