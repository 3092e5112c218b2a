"""A run read back from its folder, as good as new for a report."""

from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import numpy as np

from magents.analytics.tables import ADJUSTMENTS, EQUITY, FILLS, FLOWS, RESULT
from magents.model.bars import Floats
from magents.model.errors import UnknownNameError
from magents.model.instruments import Instrument
from magents.model.records import Adjustment, Allocation, CashFlow, Fill, Halt, Notice, Verdict
from magents.model.results import EquityTable, RunResult


class _Rest(msgspec.Struct, frozen=True):
    """What ``result.json`` holds; the names are those of :class:`RunResult`."""

    run_id: str
    mode: str
    version: str
    seed: int
    currency: str
    initial_capital: Decimal
    final_equity: Decimal
    pod_equity: dict[str, Decimal]
    config: dict[str, Any]
    days_per_year: float
    periods_per_year: float
    calendar_note: str
    max_drawdown: dict[str, float]
    refusals: list[Verdict]
    allocations: list[Allocation]
    halts: list[Halt]
    notices: list[Notice]
    orders: dict[str, int]
    marks: dict[str, float]
    digest: str
    records: int
    bars: int
    daily: bool
    step: int = 0
    stopped: str = ""
    inputs: dict[str, list[str]] = {}
    instruments: tuple[Instrument, ...] = ()


def load_result(folder: Path) -> RunResult:
    """Read the run that :func:`magents.analytics.tables.write_files` wrote.

    Raises:
        UnknownNameError: the folder holds no finished run.
    """
    for name in (RESULT, EQUITY, FILLS):
        if not (folder / name).is_file():
            raise UnknownNameError(f"{folder} holds no finished run: {name} is missing")
    built = msgspec.json.decode((folder / RESULT).read_bytes())
    rest = msgspec.structs.asdict(msgspec.convert(built, _Rest, strict=False))
    daily, step = rest.pop("daily"), rest.pop("step")
    return RunResult(
        **rest,
        equity=_equity(folder / EQUITY, daily=daily, step=step),
        fills=_fills(folder / FILLS),
        flows=_moves(folder / FLOWS, CashFlow),
        adjustments=_moves(folder / ADJUSTMENTS, Adjustment),
    )


def _columns(path: Path) -> dict[str, Any]:
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    return {name: table.column(name) for name in table.column_names}


def _equity(path: Path, *, daily: bool, step: int) -> EquityTable:
    columns = _columns(path)
    names = [name.partition(":")[2] for name in columns if name.startswith("equity:")]

    def floats(name: str) -> Floats:
        return np.array(columns[name].to_numpy(), np.float64)

    return EquityTable(
        ts=_instants(columns["time"]),
        fund=floats("equity"),
        pods={pod: floats(f"equity:{pod}") for pod in names},
        gross=floats("gross"),
        net=floats("net"),
        pod_gross={pod: floats(f"gross:{pod}") for pod in names},
        pod_net={pod: floats(f"net:{pod}") for pod in names},
        daily=daily,
        step=step,
    )


def _instants(column: Any) -> Any:  # noqa: ANN401 - pyarrow has no types
    import pyarrow as pa

    return np.array(column.cast(pa.int64()).to_numpy(), np.int64)


def _fills(path: Path) -> list[Fill]:
    columns = _columns(path)
    rows = zip(
        _instants(columns["time"]).tolist(),
        *(columns[name].to_pylist() for name in ("pod", "order", "instrument", "id", "quantity")),
        map(Decimal, columns["price"].to_pylist()),
        columns["commission"].to_pylist(),
        _instants(columns["bar_time"]).tolist(),
        columns["rule"].to_pylist(),
        columns["complete"].to_pylist(),
        strict=True,
    )
    return [Fill(*row) for row in rows]


Moved = TypeVar("Moved", CashFlow, Adjustment)


def _moves(path: Path, kind: type[Moved]) -> tuple[Moved, ...]:
    """Read what moved without a trade; there is no file where nothing did."""
    if not path.is_file():
        return ()
    columns = _columns(path)
    instants = _instants(columns.pop("time")).tolist()
    rows = zip(instants, *(column.to_pylist() for column in columns.values()), strict=True)
    return tuple(kind(*row) for row in rows)
