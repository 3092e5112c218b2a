"""The tables and the plot of :mod:`benchmarks.scale`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

Found = Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]]
"""By size: the fund as it is, and with pods that never act."""

QUARTERS = (0.25, 0.5, 0.75, 1.0)


def page(about: Mapping[str, str], found: Found) -> str:
    """Return both tables as Markdown."""
    cost = ["| fund | bars | orders | fills | CPU s | ns a bar | us an order | peak MB |"]
    cost.append("|---|---|---|---|---|---|---|---|")
    growth = ["| fund | at the start | 1/4 | 1/2 | 3/4 | end | bytes an order |", "|---|" * 7]
    growth[1] = "|---|---|---|---|---|---|---|"
    for name, (acting, still) in found.items():
        each = 1e6 * (acting["cpu_s"] - still["cpu_s"]) / max(acting["orders"], 1)
        cost.append(
            f"| {about[name]} | {acting['bars']:,} | {acting['orders']:,} | {acting['fills']:,} "
            f"| {acting['cpu_s']:.2f} | {1e9 * still['cpu_s'] / still['bars']:,.0f} "
            f"| {each:,.0f} | {acting['peak_mb']:,.0f} |"
        )
        for row, said in ((acting, about[name]), (still, "... and nothing is ordered")):
            marks = " | ".join(f"{mb:,.0f}" for mb in _marks(row))
            growth.append(f"| {said} | {row['before_mb']:,.0f} | {marks} | {_each(row)} |")
    return "\n".join([*cost, "", "Resident memory, MB:", "", *growth, ""])


def draw(about: Mapping[str, str], found: Found, path: Path) -> None:
    """Plot resident memory, and CPU so far, over the bars of each run."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    size = (5 * len(found), 6.4)
    figure, axes = plt.subplots(2, len(found), figsize=size, squeeze=False, sharex="col")
    for column, (name, pair) in enumerate(found.items()):
        for row, label in zip(pair, ("as it is", "nothing is ordered"), strict=True):
            bars, *lines = zip(*row["readings"], strict=True)
            for line, values in enumerate(lines):
                axes[line][column].plot([n / 1e6 for n in bars], values, label=label, lw=1.5)
        axes[0][column].set_title(about[name], fontsize=9)
        axes[1][column].set_xlabel("million bars")
        for row_of in axes:
            row_of[column].set_ylim(bottom=0)
            row_of[column].grid(alpha=0.3)
    axes[0][0].set_ylabel("resident memory, MB")
    axes[1][0].set_ylabel("CPU so far, s")
    axes[0][0].legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)


def _marks(row: Mapping[str, Any]) -> list[float]:
    """Return the memory at each quarter of the run."""
    readings = row["readings"]
    return [readings[max(round(share * len(readings)) - 1, 0)][1] for share in QUARTERS]


def _each(row: Mapping[str, Any]) -> str:
    """Return the bytes an order leaves behind, from the second half of the run."""
    if not row["orders"]:
        return ""
    half, whole = _marks(row)[1], _marks(row)[3]
    return f"{max(whole - half, 0) * 2**20 / (row['orders'] / 2):,.0f}"
