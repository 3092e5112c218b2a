"""A run as files that any tool reads: Parquet and CSV, JSON for the rest.

Instants are UTC: timestamps in Parquet, ISO 8601 text in CSV.  Equity and exposure are floats.
Quantities and money are exact: ``decimal128(38, 8)``, the money grid, in Parquet, plain text in
CSV.  Prices are text in both, because they have as many digits as the data.
"""

import csv
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from magents.analytics.trades import Trade, trades_of
from magents.model.money import plain
from magents.model.results import RunResult
from magents.model.time import iso

Column = Sequence[Any]
Table = Mapping[str, tuple[str, Column]]
"""Columns by name, each with its kind: time, float, money, text, int or flag."""

FINE = 12
"""Decimals of a column in Parquet that has amounts off the money grid."""
RESULT = "result.json"
EQUITY = "equity.parquet"
FILLS = "fills.parquet"
FLOWS = "flows.parquet"
ADJUSTMENTS = "adjustments.parquet"


def write_files(result: RunResult, summary: Mapping[str, Any], folder: Path) -> list[Path]:
    """Write a run and its summary into a folder; returns the files written.

    ``summary.json``; ``equity``, ``fills`` and ``trades`` as ``.parquet`` and ``.csv``, and
    ``flows`` and ``adjustments`` where anything moved without a trade;
    ``result.json`` with what the tables do not hold, so that the run can be loaded again.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = [_write(folder / "summary.json", _text(summary))]
    written.append(_write(folder / RESULT, _text(_rest(result))))
    tables = {
        "equity": equity_table(result),
        "fills": fills_table(result),
        "trades": trades_table(trades_of(result)),
    }
    if result.flows:
        tables["flows"] = flows_table(result)
    if result.adjustments:
        tables["adjustments"] = adjustments_table(result)
    for name, table in tables.items():
        written.append(_parquet(folder / f"{name}.parquet", table))
        written.append(_csv(folder / f"{name}.csv", table))
    return written


def equity_table(result: RunResult) -> dict[str, tuple[str, Column]]:
    """Return value and exposure over time; pods as ``equity:<pod>`` and so on."""
    equity = result.equity
    columns: dict[str, tuple[str, Column]] = {
        "time": ("time", equity.ts.tolist()),
        "equity": ("float", equity.fund.tolist()),
        "gross": ("float", equity.gross.tolist()),
        "net": ("float", equity.net.tolist()),
    }
    for pod in equity.pods:
        columns[f"equity:{pod}"] = ("float", equity.pods[pod].tolist())
        columns[f"gross:{pod}"] = ("float", equity.pod_gross[pod].tolist())
        columns[f"net:{pod}"] = ("float", equity.pod_net[pod].tolist())
    return columns


def fills_table(result: RunResult) -> dict[str, tuple[str, Column]]:
    """Return one row a fill, in order."""
    fills = list(result.fills)
    return {
        "time": ("time", [f.ts for f in fills]),
        "pod": ("text", [f.pod for f in fills]),
        "order": ("text", [f.order for f in fills]),
        "instrument": ("text", [f.instrument for f in fills]),
        "id": ("int", [f.id for f in fills]),
        "quantity": ("money", [f.quantity for f in fills]),
        "price": ("text", [plain(f.price) for f in fills]),
        "commission": ("money", [f.commission for f in fills]),
        "bar_time": ("time", [f.bar_ts for f in fills]),
        "rule": ("text", [f.rule for f in fills]),
        "complete": ("flag", [f.complete for f in fills]),
    }


def flows_table(result: RunResult) -> dict[str, tuple[str, Column]]:
    """Return one row for each time that money moved without a trade, in order."""
    flows = result.flows
    return {
        "time": ("time", [f.ts for f in flows]),
        "pod": ("text", [f.pod for f in flows]),
        "instrument": ("text", [f.instrument for f in flows]),
        "cause": ("text", [f.cause for f in flows]),
        "amount": ("money", [f.amount for f in flows]),
        "currency": ("text", [f.currency for f in flows]),
        "units": ("money", [f.units for f in flows]),
        "rate": ("float", [f.rate for f in flows]),
    }


def adjustments_table(result: RunResult) -> dict[str, tuple[str, Column]]:
    """Return one row for each time that units moved without a trade, in order."""
    changes = result.adjustments
    return {
        "time": ("time", [c.ts for c in changes]),
        "pod": ("text", [c.pod for c in changes]),
        "instrument": ("text", [c.instrument for c in changes]),
        "cause": ("text", [c.cause for c in changes]),
        "units": ("money", [c.units for c in changes]),
        "cost": ("money", [c.cost for c in changes]),
        "becomes": ("text", [c.becomes for c in changes]),
    }


def trades_table(trades: Sequence[Trade]) -> dict[str, tuple[str, Column]]:
    """Return one row a round trip; prices are averages of the values, as floats."""
    return {
        "pod": ("text", [t.pod for t in trades]),
        "instrument": ("text", [t.instrument for t in trades]),
        "side": ("text", [t.side for t in trades]),
        "quantity": ("money", [t.quantity for t in trades]),
        "entry_time": ("time", [t.entry_ts for t in trades]),
        "entry_price": ("float", [t.entry_price for t in trades]),
        "exit_time": ("time", [t.exit_ts for t in trades]),
        "exit_price": ("float", [t.exit_price for t in trades]),
        "entry_value": ("money", [t.entry_value for t in trades]),
        "exit_value": ("money", [t.exit_value for t in trades]),
        "commission": ("money", [t.commission for t in trades]),
        "pnl": ("money", [t.pnl for t in trades]),
        "open": ("flag", [t.open for t in trades]),
        "entry_order": ("text", [t.entry_order for t in trades]),
        "exit_order": ("text", [t.exit_order for t in trades]),
    }


def _rest(result: RunResult) -> dict[str, Any]:
    """Return all fields of a run but those that have a table of their own."""
    rest = {
        entry.name: getattr(result, entry.name)
        for entry in fields(result)
        if entry.name not in {"equity", "fills", "flows", "adjustments"}
    }
    rest["refusals"] = list(result.refusals)
    rest |= {"daily": result.equity.daily, "step": result.equity.step}
    built = msgspec.to_builtins(rest, str_keys=True)
    return dict(_finite(built))


def _finite(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Write NaN and infinity, which JSON lacks, as the text that reads back as a float."""
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    return value


def _text(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def _parquet(path: Path, table: Table) -> Path:
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {
        "time": pa.timestamp("ns", tz="UTC"),
        "float": pa.float64(),
        "money": pa.decimal128(38, 8),
        "text": pa.string(),
        "int": pa.int64(),
        "flag": pa.bool_(),
    }
    columns = {name: _array(pa, values, kinds[kind]) for name, (kind, values) in table.items()}
    pq.write_table(pa.table(columns), path)
    return path


def _array(pa: Any, values: Column, kind: Any) -> Any:  # noqa: ANN401 - pyarrow has no types
    """Return a column; amounts finer than the grid, which a venue may fill, get more decimals."""
    try:
        return pa.array(values, kind)
    except pa.ArrowInvalid:
        if not pa.types.is_decimal(kind):
            raise
        return pa.array(values, pa.decimal128(38, FINE))


def _csv(path: Path, table: Table) -> Path:
    columns = [map(_CELL.get(kind, _same), values) for kind, values in table.values()]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(table)
        writer.writerows(zip(*columns, strict=True))
    return path


def _same(value: Any) -> Any:  # noqa: ANN401 - csv writes it
    return value


def _flag(value: bool) -> str:  # noqa: FBT001 - a cell
    return "true" if value else "false"


def _money(value: Decimal) -> str:
    return plain(value)


_CELL: Mapping[str, Callable[[Any], str]] = {"time": iso, "money": _money, "flag": _flag}
