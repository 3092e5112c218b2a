"""A comparison of a session with its replay, for people."""

import click
from rich.table import Table

from magents.analytics.parity import Line, Parity
from magents.cli.console import out

MOST = 40
"""Orders that are listed; the others are in ``--json``."""


def show_orders(found: Parity, *, everything: bool) -> None:
    """List the orders that differ, or all, and count them."""
    lines = [line for line in found.lines if everything or not line.same]
    if lines:
        out().print(_table(lines[:MOST]))
    if len(lines) > MOST:
        click.echo(f"... and {len(lines) - MOST} more; --json has them all")
    told = (f"{name}: {count}" for name, count in found.totals.items() if count or name == "orders")
    click.echo(", ".join(told))


def show_offer(found: Parity, latency_ms: float, slippage_bps: float) -> None:
    """Say which settings come closest, as lines for a config."""
    if not found.totals["orders"]:
        click.echo("the session has no orders to compare")
        return
    if found.waited_ms is None:
        click.echo("no market order filled in both: nothing to fit latency and slippage to")
        return
    if found.totals["the same"] == found.totals["orders"]:
        click.echo("every order came out the same: there is nothing to fit")
        return
    click.echo("what comes closest, for the config of a backtest:")
    click.echo(f"global:\n  slippage_bps: {slippage_bps}")
    click.echo(f"exchange:\n  latency:\n    insert_ms: {latency_ms}")
    click.echo("  venue:\n    quotes_meet: standing\n  costs:\n    book_slips: true")


def _table(lines: list[Line]) -> Table:
    table = Table("order", "what", "live", "simulated")
    for heading in ("price live", "price sim.", "later ms", "worse bps", "fee live", "fee sim."):
        table.add_column(heading, justify="right")
    for line in lines:
        table.add_row(
            line.order,
            line.what,
            f"{line.state[0]} {line.filled[0]}",
            f"{line.state[1]} {line.filled[1]}",
            *(_number(price) for price in line.price),
            _number(line.later_ms),
            _number(line.worse_bps),
            *line.fee,
        )
    return table


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    value += 0.0  # no minus before nothing
    return f"{value:,.4g}" if abs(value) < 1 else f"{value:,.2f}"
