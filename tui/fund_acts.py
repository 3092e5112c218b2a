"""Keys that change the fund, and the one that asks why."""

from magents.model.controls import (
    FlattenPod,
    GiveControls,
    HaltPod,
    Kill,
    LinkLostError,
    ResumePod,
    SetLimit,
    Stop,
    TakeControls,
    WhyOrder,
    WhyPod,
)
from tui.console import Console
from tui.dialogs.asking import AskDialog, SureDialog, TypedDialog
from tui.dialogs.telling import TellDialog
from tui.format import money
from tui.pages.blotter import BlotterPage
from tui.pages.pod import PodPage
from tui.pages.risk import RiskPage

NO_POD = "no pod under the cursor: go to the pods (2), or open one"
KILL_WORD = "KILL"


class FundActs(Console):
    """What the keys of the fund do; a pod is that of the row under the cursor."""

    def pod_here(self) -> str:
        """Return the pod the cursor is about, or an empty text."""
        page, frame = self.page, self.newest
        if frame is None:
            return ""
        names = [row.pod for row in frame.pods]
        if isinstance(page, PodPage):
            return page.pod or (names[0] if names else "")
        grid = page.grid
        if grid is None or grid.pointed is None:
            return ""
        line = next(line for line in grid.lines if line.key == grid.pointed)
        return next((cell.text for cell in line.cells if cell.text in names), "")

    def action_halt(self) -> None:
        """Halt the pod at the cursor."""
        if pod := self._pod():
            self.tell(HaltPod(pod))

    def action_resume(self) -> None:
        """Let the pod at the cursor trade again."""
        if pod := self._pod():
            self.tell(ResumePod(pod))

    def action_flatten(self) -> None:
        """Close what the pod at the cursor holds, once its name was typed."""
        if not (pod := self._pod()) or self.newest is None:
            return
        row = next(row for row in self.newest.pods if row.pod == pod)
        facts = (
            f"Halts {pod}, cancels its {row.working} working orders and closes everything it\n"
            f"holds at the market. Value now: {money(row.value)}. It stays halted until resumed."
        )
        dialog = TypedDialog(f"Flatten {pod}", facts, pod, "Flatten")
        self.push_screen(dialog, lambda sure: self.tell(FlattenPod(pod)) if sure else None)

    def action_kill(self) -> None:
        """Stop everything, once the word was typed."""
        if self.newest is None:
            return
        head, pods = self.newest.head, self.newest.pods
        facts = (
            f"Run {head.run}, {head.mode}: halts all {len(pods)} pods, cancels "
            f"{sum(pod.working for pod in pods)} working orders\nand closes every position at the "
            f"market (gross {head.gross:.2f}x of {money(head.value)}).\n"
            "It does not come back in this run."
        )
        dialog = TypedDialog("KILL SWITCH", facts, KILL_WORD, "Kill the fund")
        self.push_screen(dialog, lambda sure: self.tell(Kill()) if sure else None)

    def action_limit(self) -> None:
        """Ask for another value of the limit at the cursor."""
        page = self.page
        pod, rule = page.limit() if isinstance(page, RiskPage) else ("", "")
        if not rule:
            self.warn("no limit under the cursor: they are on the risk page (6)")
            return
        where = "" if pod == "fund" else pod
        dialog = AskDialog(f"Limit {rule} of {pod}", "a number: 1.5 is 1.5x or 150 %", _amount)

        def change(text: str | None) -> None:
            if text is not None:
                self.tell(SetLimit(where, rule, _amount(text)))

        self.push_screen(dialog, change)

    def action_controls(self) -> None:
        """Take the controls, or give them back."""
        if self.newest is not None:
            self.tell(GiveControls() if self.newest.head.controls else TakeControls())

    def action_why(self) -> None:
        """Ask why the order or the pod at the cursor did what it did."""
        page = self.page
        order = page.order() if isinstance(page, BlotterPage) else self._order_in_grid()
        if order:
            self.run_worker(self._why(f"Why {order}", WhyOrder(order)), group="why")
        elif pod := self._pod():
            self.run_worker(self._why(f"Why {pod} did what it did", WhyPod(pod)), group="why")

    def action_stop(self) -> None:
        """End the run, if that is meant."""
        if self.newest is None:
            return
        facts = "The run ends here and is kept as far as it came. Leaving (q) lets it go on."
        dialog = SureDialog(f"Stop {self.newest.head.run}?", facts, "Stop")
        self.push_screen(dialog, self._when_sure)

    def action_leave(self) -> None:
        """Close the screen."""
        self.exit("detach" if self.lost_since is None else "lost")

    def _when_sure(self, sure: bool | None) -> None:  # noqa: FBT001 - as Textual calls it
        if sure:
            self.run_worker(self._stop(), group="tell")

    async def _stop(self) -> None:
        try:
            answer = await self.link.send(Stop())
        except LinkLostError:
            self.exit("stop")
            return
        if answer.ok:
            self.exit("stop")
        else:
            self.warn(answer.text)

    async def _why(self, title: str, question: WhyOrder | WhyPod) -> None:
        try:
            answer = await self.link.send(question)
        except LinkLostError as error:
            self.warn(str(error))
            return
        if answer.lines:
            told = tuple(self.zone.told(line) for line in answer.lines)
            self.push_screen(TellDialog(title, told))
        else:
            self.warn(answer.text or "nothing is known about it")

    def _pod(self) -> str:
        pod = self.pod_here()
        if not pod:
            self.warn(NO_POD)
        return pod

    def _order_in_grid(self) -> str:
        """Return the order the row under the cursor is about, if it is about one."""
        grid = self.page.grid
        if grid is None or grid.pointed is None or self.newest is None:
            return ""
        if grid.id == "pod-orders":
            return grid.pointed
        events = {str(event.number): event.order for event in self.newest.events}
        return events.get(grid.pointed, "") if grid.id in ("log-grid", "overview-events") else ""


def _amount(text: str) -> float:
    """Read a limit.

    Raises:
        ValueError: it is no number from 0 on.
    """
    try:
        amount = float(text.strip().replace(",", "").replace("_", ""))
    except ValueError:
        raise ValueError(f"{text.strip()!r} is no number") from None
    if not 0 <= amount < float("inf"):
        raise ValueError("a limit is a number from 0 on")
    return amount
