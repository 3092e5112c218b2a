"""Every limit's use, what met one, how far up the ladder the fund stands, the kill switch."""

from textual.app import ComposeResult

from magents.model.snapshots import Frame, RiskView, Wish
from tui.charts.rows import Row
from tui.format import Zone
from tui.lines import fund
from tui.pages.base import Page, titled
from tui.table import View
from tui.widgets.charts import Words
from tui.widgets.grid import Grid

RUNGS = ("gain", "warn", "loss", "alarm")


class RiskPage(Page):
    """Limits of the fund and of the pods, most used first, and breaches, newest first."""

    title = "Risk"

    def compose(self) -> ComposeResult:
        """Lay the page out."""
        yield Words(id="risk-ladder")
        by_use = View(sort=4, descending=True)
        yield titled(Grid(fund.LIMITS, empty="no limits", view=by_use, id="risk-limits"), "Limits")
        yield titled(Grid(fund.BREACHES, empty="no breach so far", id="risk-breaches"), "Breaches")

    def wish(self) -> Wish:
        """Return what the page needs of the fund."""
        return Wish("risk")

    def show(self, frame: Frame, zone: Zone) -> None:
        """Show a frame."""
        if frame.risk is None:
            return
        self.query_one("#risk-ladder", Words).show(*_ladder(frame.risk, frame.head.killed))
        limits, breaches = (
            self.query_one("#risk-limits", Grid),
            self.query_one("#risk-breaches", Grid),
        )
        limits.fill(fund.limits(frame.risk.limits, limits.charset))
        breaches.fill(fund.breaches(frame.risk.breaches, zone))
        self.retitle(limits, f"Limits ({len(limits.lines)}), L changes one")
        self.retitle(breaches, f"Breaches ({len(breaches.lines)}), {zone.name}")

    def limit(self) -> tuple[str, str]:
        """Return pod and rule of the limit under the cursor; the pod is empty for the fund."""
        pointed = self.query_one("#risk-limits", Grid).pointed
        if pointed is None:
            return "", ""
        pod, _, rule = pointed.partition(" ")
        return pod, rule


def _ladder(risk: RiskView, killed: str) -> list[Row]:
    """Return the ladder with its present rung marked, and what each key does."""
    runs: list[tuple[str, str]] = [("ladder  ", "head")]
    for at, rung in enumerate(risk.ladder):
        here = at == risk.rung
        style = RUNGS[min(at, len(RUNGS) - 1)] if here else "muted"
        runs.append((f"[{rung.upper()}]" if here else f" {rung} ", style))
        runs.append((" > " if at + 1 < len(risk.ladder) else "", "muted"))
    note = (
        f"KILLED: {killed}"
        if killed
        else "H halt  U resume  F flatten (typed)  K kill switch (typed)"
    )
    return [tuple(runs), ((note, "alarm" if killed else "muted"),)]
