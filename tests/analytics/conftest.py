"""Made-up runs that look like real ones: books add up, the seed decides everything."""

from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal

import numpy as np
import pytest

from magents.model.money import ZERO, exact, on_grid
from magents.model.records import Allocation, Check, Fill, Halt, Notice, Verdict
from magents.model.results import EquityTable, RunResult
from magents.model.time import DAY, MINUTE, parse_instant

PODS = ("congress", "graham_wood", "stat_arb", "trend")
NAMES = ("AAPL", "AMZN", "COST", "IBM", "MSFT", "XOM")
CAPITAL = Decimal(1_000_000)
STATUTE = (
    "Congressional disclosures: 5 U.S.C. § 13107(c)(1)(B) makes it unlawful to use a report "
    "for any commercial purpose, other than by news and communications media for "
    "dissemination to the general public."
)


@dataclass
class Books:
    """Cash and units of each pod, and the fills that made them."""

    cash: dict
    units: dict = field(default_factory=dict)
    fills: list = field(default_factory=list)
    orders: dict = field(default_factory=dict)

    def trade(self, ts, pod, instrument, quantity, price, parts=1):
        self.orders[pod] = self.orders.get(pod, 0) + 1
        share = (quantity / parts).quantize(Decimal(1), ROUND_DOWN)
        for part in range(parts):
            units = share if part < parts - 1 else quantity - share * (parts - 1)
            if units:
                self._fill(ts + part, pod, instrument, units, price, part == parts - 1)

    def _fill(self, ts, pod, instrument, units, price, complete):
        notional = on_grid(units * price)
        commission = on_grid(abs(notional) * Decimal("0.001"))
        order = f"{pod}:{self.orders[pod]}"
        serial = len(self.fills) + 1
        fill = Fill(
            ts, pod, order, instrument, serial, units, price, commission, ts, "F1", complete
        )
        self.fills.append(fill)
        self.cash[pod] -= notional + commission
        key = (pod, instrument)
        self.units[key] = self.units.get(key, ZERO) + units


def times_of(days, start):
    """Return the start and then a close at 21:00 UTC of each weekday."""
    first = parse_instant(start)
    closes = [first + d * DAY for d in range(1, days * 2) if (d + first // DAY + 3) % 7 < 5]
    return np.array([first, *closes[:days]], np.int64)


def prices_of(rng, rows, names, step):
    drift = rng.normal(2 * step * step, step, (rows, len(names)))
    return np.round(np.exp(np.cumsum(drift, axis=0)) * rng.uniform(20, 200, len(names)), 4)


def wishes(rng, rows, pods, names, calm):
    """Return target weights [rows, pods, names] that change now and then."""
    change = rng.random((rows, len(pods), len(names))) < calm
    aim = rng.normal(0.04, 0.12, (rows, len(pods), len(names)))
    held = np.where(change, aim, np.nan)
    held[0] = 0.0
    index = np.where(np.isnan(held), 0, np.arange(rows)[:, None, None])
    return np.take_along_axis(held, np.maximum.accumulate(index, axis=0), axis=0)


def simulate(rng, ts, pods, names, step, calm, halted=None):
    """Walk through the rows; returns the books, the table and the last prices."""
    prices = prices_of(rng, len(ts), names, step)
    targets = wishes(rng, len(ts), pods, names, calm)
    share = on_grid(CAPITAL / len(pods))
    books = Books(dict.fromkeys(pods, share))
    rows = {"equity": [], "gross": [], "net": []}
    for row, now in enumerate(ts.tolist()):
        if row:
            for p, pod in enumerate(pods):
                if halted and halted.get(pod, row + 1) < row:
                    continue
                moved = np.flatnonzero(targets[row, p] != targets[row - 1, p])
                for i in moved.tolist():
                    worth = float(books.cash[pod]) + sum(
                        float(books.units.get((pod, n), ZERO)) * prices[row, j]
                        for j, n in enumerate(names)
                    )
                    want = int(targets[row, p, i] * worth / prices[row, i])
                    have = int(books.units.get((pod, names[i]), ZERO))
                    if want != have:
                        at = exact(float(prices[row, i]))
                        parts = 1 + row % 3
                        books.trade(now, pod, names[i], Decimal(want - have), at, parts)
        held = np.array([[float(books.units.get((pod, n), ZERO)) for n in names] for pod in pods])
        worth = held * prices[row]
        cash = np.array([float(books.cash[pod]) for pod in pods])
        rows["equity"].append(cash + worth.sum(axis=1))
        rows["gross"].append(np.abs(worth).sum(axis=1))
        rows["net"].append(worth.sum(axis=1))
    columns = {key: np.array(value) for key, value in rows.items()}
    marks = dict(zip(names, prices[-1].tolist(), strict=True))
    return books, columns, marks


def equity_table(ts, pods, columns, daily):
    def split(key):
        return {pod: columns[key][:, i].copy() for i, pod in enumerate(pods)}

    return EquityTable(
        ts=ts,
        fund=columns["equity"].sum(axis=1),
        pods=split("equity"),
        gross=columns["gross"].sum(axis=1),
        net=columns["net"].sum(axis=1),
        pod_gross=split("gross"),
        pod_net=split("net"),
        daily=daily,
    )


def exact_equity(books, pods, marks):
    def worth(pod):
        held = (
            on_grid(units * exact(marks[name]))
            for (owner, name), units in books.units.items()
            if owner == pod
        )
        return books.cash[pod] + sum(held, ZERO)

    return {pod: worth(pod) for pod in pods}


def refusals_of(rng, ts, pods, names, count):
    rules = [("max_single_name", 0.25), ("max_gross", 2.0), ("price_collar", 0.1)]
    out = []
    for n in range(count):
        rule, limit = rules[int(rng.integers(len(rules)) ** 2 // 2)]
        pod, name = pods[n % len(pods)], names[n % len(names)]
        value = limit * float(rng.uniform(1.01, 1.6))
        checks = (Check("restricted", 0.0, 0.0, True), Check(rule, value, limit, False))
        at = int(ts[int(rng.integers(1, len(ts)))])
        out.append(Verdict(at, pod, f"{pod}:r{n}", name, False, checks))
    return sorted(out, key=lambda v: v.ts)


def build(
    *,
    pods=PODS,
    names=NAMES,
    days=1250,
    start="2019-01-02T14:30:00",
    seed=7,
    step=0.013,
    calm=0.02,
    ts=None,
    daily=True,
    periods=252.0,
    refused=60,
    halted=None,
):
    """Return a run; everything in it follows from the arguments."""
    rng = np.random.default_rng(seed)
    ts = times_of(days, start) if ts is None else ts
    books, columns, marks = simulate(rng, ts, pods, names, step, calm, halted)
    table = equity_table(ts, pods, columns, daily)
    pod_equity = exact_equity(books, pods, marks)
    shares = [Allocation(int(ts[0]), pod, on_grid(CAPITAL / len(pods))) for pod in pods]
    rest = CAPITAL - sum((a.amount for a in shares), ZERO)
    return RunResult(
        run_id="2026-01-05T120000Z-demo-7",
        mode="backtest",
        version="0.1.0",
        seed=seed,
        currency="USD",
        initial_capital=CAPITAL,
        final_equity=sum(pod_equity.values(), ZERO) + rest,
        pod_equity=pod_equity,
        config={
            "global": {"initial_capital": "1000000", "currency": "USD", "seed": seed},
            "risk": {"max_single_name": 0.25, "max_gross": 2.0},
            "pods": [{"name": pod, "strategy": f"demo/{pod}"} for pod in pods],
        },
        days_per_year=252.0,
        periods_per_year=periods,
        calendar_note="XNYS: 252 trading days a year.",
        equity=table,
        max_drawdown=_falls(table),
        fills=books.fills,
        refusals=refusals_of(rng, ts, pods, names, refused),
        allocations=shares,
        halts=[
            Halt(int(ts[row]), pod, "drawdown 20.3% of the pod is above its limit, 20.0%")
            for pod, row in (halted or {}).items()
        ],
        notices=[
            Notice(int(ts[0]), "facts", STATUTE, 1, pods[0]),
            Notice(int(ts[0]), "csv", "XOM.csv: rows dropped because high < low", 3),
        ],
        orders={"filled": len(books.fills), "refused": refused, "cancelled": 12, "expired": 2},
        marks=marks,
        digest="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        records=len(books.fills) * 4,
        bars=len(ts) * len(names),
        inputs={"congress": ["congress", "bills"]},
    )


def _falls(table):
    def fall(values):
        return float(np.max(1 - values / np.maximum.accumulate(values))) * 1.02

    return {"": fall(table.fund), **{pod: fall(v) for pod, v in table.pods.items()}}


def minutes(count, start="2026-01-05T14:30:00"):
    return parse_instant(start) + np.arange(count + 1, dtype=np.int64) * MINUTE


@pytest.fixture(scope="session")
def make():
    return build


@pytest.fixture(scope="session")
def long_run():
    return build(halted={"congress": 900})


@pytest.fixture(scope="session")
def short_run():
    return build(
        pods=("scalper",),
        names=("BTC/USDT",),
        ts=minutes(120),
        daily=False,
        periods=525_600.0,
        step=0.0006,
        calm=0.15,
        refused=0,
    )
