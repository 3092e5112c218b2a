"""A run written to files and read back is the same run."""

import csv
import json
from dataclasses import fields, replace
from decimal import Decimal

import numpy as np
import pyarrow.parquet as pq
import pytest
from msgspec import structs

from magents.analytics.summary import load_result, summarise, write_tables
from magents.model.errors import UnknownNameError
from magents.model.records import Check, Verdict


def same(left, right):
    if isinstance(left, np.ndarray):
        return np.array_equal(left, right, equal_nan=True)
    if hasattr(left, "keys"):
        return list(left) == list(right) and all(same(left[k], right[k]) for k in left)
    return left == right


def test_round_trip(long_run, tmp_path):
    write_tables(long_run, tmp_path)
    again = load_result(tmp_path)
    for entry in fields(again):
        if entry.name != "equity":
            assert same(getattr(long_run, entry.name), getattr(again, entry.name)), entry.name
    for entry in fields(again.equity):
        assert same(getattr(long_run.equity, entry.name), getattr(again.equity, entry.name))
    assert summarise(again) == summarise(long_run)


def test_numbers_json_lacks_survive(short_run, tmp_path):
    odd = Check("price_collar", float("nan"), float("inf"), False)
    run = replace(short_run, refusals=[Verdict(1, "p", "p:1", "X", False, (odd,))])
    write_tables(run, tmp_path)
    check = load_result(tmp_path).refusals[0].checks[0]
    assert np.isnan(check.value)
    assert check.limit == float("inf")


def test_files_and_exact_columns(long_run, tmp_path):
    written = {path.name for path in write_tables(long_run, tmp_path)}
    tables = {f"{t}.{e}" for t in ("equity", "fills", "trades") for e in ("parquet", "csv")}
    assert written == tables | {"summary.json", "result.json"}
    fills = pq.read_table(tmp_path / "fills.parquet")
    assert str(fills.schema.field("commission").type) == "decimal128(38, 8)"
    assert str(fills.schema.field("time").type) == "timestamp[ns, tz=UTC]"
    with (tmp_path / "fills.csv").open(encoding="utf-8") as file:
        first = next(csv.DictReader(file))
    assert Decimal(first["price"]) == long_run.fills[0].price
    assert first["time"].endswith("Z")


def test_amounts_that_a_venue_fills_finer_than_the_grid_are_kept(long_run, tmp_path):
    fine = structs.replace(long_run.fills[0], quantity=Decimal("0.290763603"))
    write_tables(replace(long_run, fills=[fine, *long_run.fills[1:]]), tmp_path)
    fills = pq.read_table(tmp_path / "fills.parquet")
    assert fills["quantity"][0].as_py() == fine.quantity
    assert str(fills.schema.field("commission").type) == "decimal128(38, 8)"


def test_summary_is_strict_json_in_a_fixed_order(long_run, tmp_path):
    write_tables(long_run, tmp_path)
    text = (tmp_path / "summary.json").read_text(encoding="utf-8")
    assert list(json.loads(text)) == [
        "run",
        "convention",
        "fund",
        "pods",
        "contribution",
        "carry",
        "orders",
        "refusals",
        "halts",
        "notices",
        "digest",
    ]
    assert "NaN" not in text
    assert "Infinity" not in text


def test_a_folder_without_a_run_is_named(tmp_path):
    with pytest.raises(UnknownNameError, match=r"result\.json is missing"):
        load_result(tmp_path)
