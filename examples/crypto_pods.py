"""Trend, basis and funding pods on real minute bars, quotes and funding rates of 2022 and 2023.

python examples/crypto_pods.py [FOLDER] [RESULTS]

FOLDER holds Parquet files like those of feeds/sample/extra, which are the default; longer ones of
the same form, such as four years of funding, do too.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

SAMPLE = Path(__file__).parents[1] / "feeds" / "sample" / "extra"
SPOT, PERP, OTHER = "BTC/USDT@bybit", "BTC/USDT:USDT@bybit", "BTC/USDT@binance"
MARKETS = {
    ("bybit", "spot", "BTCUSDT"): SPOT,
    ("bybit", "perp", "BTCUSDT"): PERP,
    # Priced in BUSD, which was worth a USDT all day.
    ("binance", "spot", "BTCBUSD"): OTHER,
}
HOURS = slice("2022-12-13 00:00", "2022-12-13 12:00")
"""For which all three markets have bars."""
FEES = {SPOT: 0.001, PERP: 0.00055, OTHER: 0.001}
"""What a small taker paid there."""
PRICES = ("open", "high", "low", "close", "volume")


def first(folder: Path, *patterns: str) -> pd.DataFrame:
    """Read the first file that is there."""
    for pattern in patterns:
        for path in sorted(folder.glob(pattern)):
            return pd.read_parquet(path)
    raise SystemExit(f"{folder} holds no file like {patterns[0]}")


def named(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep the hours and markets that are traded here, under our names."""
    keys = zip(rows.venue, rows.market, rows.symbol, strict=True)
    rows = rows.assign(symbol=[MARKETS.get(key, "") for key in keys])
    rows = rows[rows.symbol != ""].set_index("ts_utc").sort_index().loc[HOURS].reset_index()
    return rows.sort_values(["ts_utc", "symbol"])


def lay_out(folder: Path, bars: pd.DataFrame, funding: pd.DataFrame) -> None:
    """Write a data directory: bars, what the instruments are, and what perpetuals paid."""
    (folder / "events").mkdir(parents=True)
    bars[["ts_utc", "symbol", *PRICES]].to_parquet(folder / "bars.parquet")
    kinds = {name: "perpetual" if ":" in name else "spot_crypto" for name in bars.symbol.unique()}
    lines = [f"{name},{kind},USDT,0.0001,0.01,24/7" for name, kind in sorted(kinds.items())]
    header = "id,kind,currency,lot,tick,calendar"
    (folder / "instruments.csv").write_text("\n".join([header, *lines]) + "\n")
    for name in (each for each, kind in kinds.items() if kind == "perpetual"):
        paid = funding.assign(symbol=name)[["ts_utc", "symbol", "rate"]]
        paid.to_csv(folder / "events" / "funding.csv", index=False)


def minutes(source: Path, folder: Path, *, quotes: bool) -> None:
    """Lay out a day of three markets; with quotes, orders fill at what was bid and offered."""
    bars = named(first(source, "crypto_minute_*.parquet", "minute_bars_*.parquet"))
    rates = first(source, "funding_rates*.parquet")
    paid = rates[(rates.venue == "bybit") & (rates.symbol == "BTC-USDT")]
    lay_out(folder, bars, paid)
    if quotes:
        seen = named(first(source, "crypto_quotes_*.parquet", "minute_quotes_*.parquet"))
        # A quote of a minute is known when the minute is over.
        seen = seen.assign(ts_utc=seen.ts_utc + pd.Timedelta(minutes=1))
        columns = {"bid_close": "bid", "ask_close": "ask"}
        kept = ["ts_utc", "symbol", "bid", "ask", "bid_size", "ask_size"]
        seen = seen.rename(columns=columns)[kept].dropna()
        seen.to_parquet(folder / "quotes.parquet")


def years(source: Path, folder: Path) -> None:
    """Lay out a coin and its perpetual at the coin's price, with the funding that was paid.

    Of the perpetual's own prices there are no years of data; so its basis is nil here, and what the
    pod makes is funding less fees.
    """
    rates = first(source, "funding_rates*.parquet")
    paid = rates[(rates.venue == "binance") & (rates.symbol == "BTC-USDT")]
    coin = first(source, "btcusdt_daily.parquet", "binance_btcusdt_4h_*.parquet")
    coin = coin[coin.ts_utc.between(paid.ts_utc.min().floor("D"), paid.ts_utc.max())]
    both = [coin.assign(symbol=name) for name in ("BTC/USDT", "BTC/USDT:USDT")]
    lay_out(folder, pd.concat(both).sort_values(["ts_utc", "symbol"]), paid)


def fees(rates: dict[str, float]) -> dict[str, Any]:
    """Return what each market charges, as settings."""
    return {
        "own_fees": [
            {"instrument": name, "maker": rate, "taker": rate} for name, rate in rates.items()
        ]
    }


def traded(
    data: Path, results: Path, pods: dict[str, Any], costs: dict[str, Any]
) -> dict[str, Any]:
    """Run a backtest and return its summary."""
    settings = {
        "global": {"currency": "USDT", "initial_capital": 100_000, "transaction_cost": 0.0},
        "data": {"dir": str(data)},
        "report": {"dir": str(results)},
        "exchange": {"costs": costs},
        "strategies": pods,
    }
    path = data / "run.yaml.txt"
    path.write_text(yaml.safe_dump(settings))
    command = [sys.executable, "-m", "magents", "backtest", "--config", str(path), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise SystemExit(done.stderr)
    summary: dict[str, Any] = json.loads(done.stdout)
    return summary


TREND = {"crypto/trend": {"entry_window": 60, "exit_window": 20, "position_fraction": 0.2}}
PAIRS = {"pairs": [f"{SPOT}|{PERP}", f"{OTHER}|{PERP}"], "position_fraction": 0.2}
BASIS = {"crypto/basis": PAIRS}
FUNDING = {"crypto/funding": {"entry": 0.0001, "leave": 0.0, "position_fraction": 0.2}}


def main() -> None:
    """Lay out the data, run every pod with fees and without, and say how they did."""
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLE
    results = Path(sys.argv[2]) if len(sys.argv) > 2 else Path("results")
    with tempfile.TemporaryDirectory() as place:
        worlds = {name: Path(place) / name for name in ("bars", "quotes", "years")}
        minutes(source, worlds["bars"], quotes=False)
        minutes(source, worlds["quotes"], quotes=True)
        years(source, worlds["years"])
        dear = {"BTC/USDT": 0.001, "BTC/USDT:USDT": 0.0004}
        runs = [
            (world, pods, costs)
            for world, pods, rates in (
                ("bars", TREND, FEES),
                ("quotes", TREND, FEES),
                ("bars", BASIS, FEES),
                ("quotes", BASIS, FEES),
                ("years", FUNDING, dear),
            )
            for costs in ({}, fees(rates))
        ]
        print(
            f"{'pod':16}{'data':8}{'fees':6}{'return':>9}{'drawdown':>10}{'trades':>8}{'carry':>10}"
        )
        for world, pods, costs in runs:
            summary = traded(worlds[world], results, pods, costs)
            fund = summary["fund"]
            print(
                f"{next(iter(pods)):16}{world:8}{'real' if costs else 'none':6}"
                f"{fund['total_return']:>9.2%}{fund['max_drawdown']:>10.2%}"
                f"{fund['trades']['closed']:>8}{float(summary['carry']['total']):>10.2f}"
            )


if __name__ == "__main__":
    main()
