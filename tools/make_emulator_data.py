"""Make brokers/emulators/data/ from the data collection: recordings that move the emulated markets.

Usage: python tools/make_emulator_data.py DIRECTORY_OF_THE_COLLECTION
"""

import sys
from pathlib import Path

import pandas as pd

OUT = Path(__file__).resolve().parent.parent / "brokers" / "emulators" / "data"
START, END = pd.Timestamp("2022-12-13", tz="UTC"), pd.Timestamp("2022-12-13 12:00", tz="UTC")
SERIES = [
    ("binance", "spot", "BTCBUSD"),
    ("binance", "perp", "ADAUSDT"),
    ("bybit", "spot", "BTCUSDT"),
    ("bybit", "perp", "BTCUSDT"),
]
KEYS = ["venue", "market", "symbol"]


def cut(path: Path) -> pd.DataFrame:
    """Return the rows of the half day and of the series."""
    table = pd.read_parquet(path)
    table = table[(table.ts_utc >= START) & (table.ts_utc < END)]
    return table[table[KEYS].apply(tuple, axis=1).isin(SERIES)]


def minutes(crypto: Path) -> pd.DataFrame:
    """Return minute bars with the spread at the end of the minute, where it was recorded."""
    bars = cut(crypto / "minute_bars_multivenue_lean.parquet")
    quotes = cut(crypto / "minute_quotes_multivenue_lean.parquet")
    quotes = quotes.assign(spread=(quotes.ask_close - quotes.bid_close).round(6))
    quotes = quotes[[*KEYS, "ts_utc", "spread", "bid_size", "ask_size"]]
    joined = bars.merge(quotes, on=[*KEYS, "ts_utc"], how="left")
    return joined.sort_values([*KEYS, "ts_utc"], ignore_index=True)


def ladders(crypto: Path) -> pd.DataFrame:
    """Return sizes of the first 15 levels of 200 order books, both sides."""
    book = pd.read_parquet(crypto / "coinbase_btcusd_lob15_20210417.parquet")
    instants = book.ts_utc.drop_duplicates().iloc[:200]
    book = book[book.ts_utc.isin(instants)]
    wide = book.pivot_table(index=["ts_utc", "side"], columns="level", values="size")
    wide.columns = [f"level{level}" for level in wide.columns]
    return wide.reset_index(drop=True).astype("float32")


def funding(crypto: Path) -> pd.DataFrame:
    """Return the funding rates of the two venues around the day."""
    rates = pd.read_parquet(crypto / "funding_rates_2020_2023.parquet")
    near = rates.ts_utc.between(START, START + pd.Timedelta(days=30))
    return rates[near & rates.venue.isin(["binance", "bybit"])].reset_index(drop=True)


def main() -> None:
    """Write the three files."""
    crypto = Path(sys.argv[1]) / "crypto"
    OUT.mkdir(parents=True, exist_ok=True)
    for name, make in (("minutes", minutes), ("ladders", ladders), ("funding", funding)):
        make(crypto).to_parquet(OUT / f"{name}.parquet", index=False, compression="zstd")


if __name__ == "__main__":
    main()
