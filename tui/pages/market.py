"""One instrument: candles with the fund's fills on them, and its order book."""

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from magents.model.snapshots import BarRow, Frame, MarketView, Wish
from tui.charts.rows import Row
from tui.format import Zone, change, price, quantity, tone
from tui.lines import fund
from tui.pages.base import Page, titled
from tui.widgets.charts import BookLadder, CandleChart, Words
from tui.widgets.grid import Grid


class MarketPage(Page):
    """A list of instruments, and the one the cursor is on."""

    title = "Market"
    instrument = ""

    def compose(self) -> ComposeResult:
        """Lay the page out: the list at the left, candles, the book at the right or below."""
        with Horizontal(id="market-upper"):
            yield titled(Grid(fund.INSTRUMENTS, empty="no prices", id="market-list"), "Instruments")
            with Vertical(id="market-chart"):
                yield Words(id="market-head")
                yield titled(CandleChart(id="market-candles"), "Candles")
        yield titled(BookLadder(id="market-book"), "Order book")

    def wish(self) -> Wish:
        """Return what the page needs of the fund."""
        return Wish("market", instrument=self.instrument)

    def show(self, frame: Frame, zone: Zone) -> None:
        """Show a frame."""
        grid = self.query_one(Grid)
        grid.fill(fund.instruments(frame.instruments))
        self.retitle(grid, f"Instruments ({len(grid.lines)})")
        if not self.instrument and grid.pointed is not None:
            self.instrument = grid.pointed  # wished for from the next frame on
        if frame.market is not None:
            self._market(frame.market, zone)

    def on_grid_pointed(self, event: Grid.Pointed) -> None:
        """Show the instrument the cursor came to."""
        self.instrument = event.key

    def _market(self, view: MarketView, zone: Zone) -> None:
        chart = self.query_one(CandleChart)
        chart.show(view.bars, zone, daily=view.daily)
        self.retitle(chart, f"{view.instrument}, ▲ bought ▼ sold, z Z zoom, {zone.name}")
        self.query_one("#market-head", Words).show(_last(view.bars, zone))
        book = self.query_one(BookLadder)
        book.show(view.book)
        self.screen.set_class(view.book is not None, "-book")


def _last(bars: tuple[BarRow, ...], zone: Zone) -> Row:
    """Return the newest bar in words."""
    if not bars:
        return ()
    bar = bars[-1]
    before = bars[-2].close if len(bars) > 1 else bar.open
    share = bar.close / before - 1 if before else 0.0
    return (
        (f"{price(bar.close)} ", "strong"),
        (f"{change(share)}  ", tone(share)),
        (f"open {price(bar.open)}  high {price(bar.high)}  low {price(bar.low)}  ", ""),
        (f"volume {quantity(round(bar.volume))}  ", "muted"),
        (zone.moment(bar.ts), "muted"),
    )
