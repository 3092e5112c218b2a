"""Make the embedded sample, ``feeds/sample/``, from the market data it is cut from.

Usage: python tools/make_sample.py SOURCE [TARGET]

SOURCE is the folder with ``sample/``, ``fundamentals/`` and ``news/`` in it.  Everything that is
changed, left out or added on the way is said here and in ``feeds/sample/LICENCES.md``.
"""

import shutil
import sys
from pathlib import Path

import pandas as pd

# Sectors as of 2016 (GICS): four members that the security master lacks, one it has wrong.
SECTORS = {
    "HD": "Consumer Discretionary",
    "LRCX": "Information Technology",
    "MCD": "Consumer Discretionary",
    "MSFT": "Information Technology",
    "ORCL": "Information Technology",
}

# Share splits of the 40 stocks from 2012 to 2018, public record.  GOOGL: the class C shares given
# out in 2014 count as 1998 new shares for 1000 old.
SPLITS = (
    ("KO", "2012-08-13", 2.0),
    ("GOOGL", "2014-04-03", 1.998),
    ("AAPL", "2014-06-09", 7.0),
    ("V", "2015-03-19", 4.0),
)

# The statements under PG are another company's (revenue of 2.1 to 4.9 bn, a third of it research).
NOT_THEIRS = ("PG",)

EXTRA = (
    "btc_option_chain.csv",
    "btcusdt_daily.parquet",
    "crypto_minute_20221213.parquet",
    "crypto_quotes_20221213.parquet",
    "earnings_dates.csv.gz",
    "funding_rates.parquet",
    "lob5_btcusd.parquet",
    "merger_deals.csv",
    "treasury_yields.parquet",
    "vix.parquet",
)
BESIDE = ("dividends.csv.gz", "dividends_coverage.csv")
STOCKS = "sample/equities_daily.parquet"
_GZIP = {"method": "gzip", "mtime": 0, "compresslevel": 9}


def main(source: Path, target: Path) -> None:
    """Write the sample."""
    (target / "extra").mkdir(parents=True, exist_ok=True)
    tickers = write_bars(source, target)
    write_instruments(source, target, tickers)
    write_fundamentals(source, target)
    write_congress(source, target)
    write_macro(source, target)
    write_sentiment(source, target, tickers)
    splits = pd.DataFrame(SPLITS, columns=["ticker", "ex_date", "ratio"])
    splits.to_csv(target / "splits.csv", index=False, lineterminator="\n")
    for name in BESIDE:
        shutil.copyfile(source / "sample" / name, target / name)
    for name in EXTRA:
        shutil.copyfile(source / "sample" / name, target / "extra" / name)
    size = sum(file.stat().st_size for file in target.rglob("*") if file.is_file())
    print(f"{target}: {size / 1e6:.2f} MB")  # noqa: T201 - a script


def write_bars(source: Path, target: Path) -> list[str]:
    """Write all bars as one file sorted by time; return the tickers."""
    bars = pd.read_parquet(source / STOCKS).sort_values(["date", "ticker"])
    write_parquet(bars, target / "bars.parquet")
    return sorted(bars["ticker"].unique())


def write_instruments(source: Path, target: Path, tickers: list[str]) -> None:
    """Write the instruments with their sectors."""
    master = pd.read_csv(source / "fundamentals/securities_2016.csv").set_index("ticker")
    sectors = {**master["gics_sector"].to_dict(), **SECTORS}
    rows = [(ticker, "equity", "USD", sectors[ticker]) for ticker in tickers]
    table = pd.DataFrame(rows, columns=["id", "kind", "currency", "sector"])
    table.to_csv(target / "instruments.csv", index=False, lineterminator="\n")


def write_fundamentals(source: Path, target: Path) -> None:
    """Write the statements but those that are another company's."""
    table = pd.read_csv(source / "sample/fundamentals_annual.csv.gz", dtype=str)
    table = table[~table["ticker"].isin(NOT_THEIRS)]
    table.to_csv(target / "fundamentals.csv.gz", index=False, compression=_GZIP)


def write_congress(source: Path, target: Path) -> None:
    """Write the Senate's trades but bonds and those disclosed before they were made."""
    table = pd.read_csv(source / "sample/senate_trades.csv.gz", dtype=str, keep_default_na=False)
    typing_error = table["disclosure_date"] < table["transaction_date"]
    table = table[~typing_error & (table["asset_type"] != "Corporate Bond")]
    table.to_csv(target / "senate_trades.csv.gz", index=False, compression=_GZIP)


def write_macro(source: Path, target: Path) -> None:
    """Write the macro series with the release lag of each beside its values."""
    table = pd.read_parquet(source / "sample/macro.parquet")
    catalog = pd.read_csv(source / "macro/us_macro_gov_catalog.csv").set_index("series")
    table["release_lag_days"] = table["series"].map(catalog["approx_release_lag_days"])
    write_parquet(table, target / "macro.parquet")


def write_sentiment(source: Path, target: Path, tickers: list[str]) -> None:
    """Write the daily counts of messages about the sample's tickers."""
    table = pd.read_parquet(source / "news/stocknet_tweet_daily_2014_2015.parquet")
    table = table[table["ticker"].isin(tickers)].sort_values(["date", "ticker"])
    write_parquet(table, target / "sentiment.parquet")


def write_parquet(table: pd.DataFrame, path: Path) -> None:
    """Write a table the same way every time."""
    table.to_parquet(path, index=False, compression="zstd", compression_level=19)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2] if len(sys.argv) > 2 else "feeds/sample"))  # noqa: PLR2004
