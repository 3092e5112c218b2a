"""Several pods over one market, from a YAML config to a report and pictures.

    python examples/run_multi_strategy_backtest.py [--config FILE] [--data-dir DIR] [--out DIR]

Where the data directory is missing or empty, seeded mock bars are written into it first. The
pictures need matplotlib: ``pip install magents[pictures]``.
"""

import argparse
from datetime import date
from pathlib import Path

import pandas as pd

from feeds.mock import write_mock
from magents.cli.folders import reserve
from magents.cli.keeping import keep
from magents.cli.running import run
from magents.config import load

HERE = Path(__file__).parent
MOCK = ("ALPHA", "BRAVO", "CHARLIE", "DELTA", "ECHO", "FOXTROT")


def ensure_data(directory: Path) -> Path:
    """Write six years of mock bars where there are none."""
    if not directory.is_dir() or not any(directory.iterdir()):
        write_mock(directory, instruments=MOCK, start=date(2015, 1, 2), end=date(2020, 12, 31))
        print(f"wrote mock bars of {len(MOCK)} instruments to {directory}")
    return directory


def draw(folder: Path) -> list[Path]:
    """Draw value and drawdown of the fund and its pods; return the pictures' paths."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    equity = pd.read_parquet(folder / "equity.parquet").set_index("time")
    values = equity[[name for name in equity if name.startswith("equity")]]
    values.columns = [name.partition(":")[2] or "fund" for name in values]
    pictures = []
    for name, table in {
        "value": values / values.iloc[0],
        "drawdown": values / values.cummax() - 1,
    }.items():
        axes = table.plot(figsize=(10, 5), title=f"{name} of the fund and its pods", lw=1)
        axes.set_xlabel("UTC")
        pictures.append(folder / f"{name}.png")
        axes.figure.savefig(pictures[-1], dpi=120)
        plt.close(axes.figure)
    return pictures


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--config", type=Path, default=HERE / "multi_strategy.yaml")
    parser.add_argument("--data-dir", type=Path, default=Path("results/mock-data"))
    parser.add_argument("--out", type=Path, default=Path("results"))
    args = parser.parse_args()

    data = ensure_data(args.data_dir)
    loaded = load(args.config, {"data.dir": str(data)})
    folder = reserve(args.out, "example")
    result = run(loaded, run_dir=folder)
    keep(result, folder, report=True)
    change = result.final_equity / result.initial_capital - 1
    print(f"the fund made {change:.2%} with {len(result.fills)} fills")
    for path in [folder / "report.html", *draw(folder)]:
        print(path)


if __name__ == "__main__":
    main()
