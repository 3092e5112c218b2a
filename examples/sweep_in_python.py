"""A sweep from Python, and what to do with its table: which windows are good in both halves?

python examples/sweep_in_python.py [RESULTS]
"""

import subprocess
import sys
from pathlib import Path

import pandas as pd

SWEEP = (
    *("sweep", "--strategies", "ma", "--instruments", "AAPL,JPM,XOM,KO"),
    *("--vary", "ma.fast_window=5,10,20", "--vary", "ma.slow_window=30,60"),
    *("--walk-forward", "2y/1y", "--quiet"),
)


def main() -> None:
    """Sweep, then compare training and test of every fold."""
    results = Path(sys.argv[1] if len(sys.argv) > 1 else "results")
    subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "magents", *SWEEP, "--report-dir", results], check=True
    )
    trials = pd.read_parquet(max(results.glob("sweep-*")) / "trials.parquet")
    windows = ["ma.fast_window", "ma.slow_window"]
    print(trials.groupby(windows)[["train_sharpe", "test_sharpe"]].mean().round(2))
    kept = trials[["train_sharpe", "test_sharpe"]].corr(method="spearman").iloc[0, 1]
    print(f"rank correlation of training and test: {kept:.2f}")


if __name__ == "__main__":
    main()
