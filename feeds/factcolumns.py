"""The columns of each kind of facts under the names the agents know."""

import re
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from feeds.columns import SPELLINGS
from feeds.facttable import FactFile
from feeds.known import COLUMNS
from magents.model.bars import Floats
from magents.model.facts import CONGRESS, FUNDAMENTALS, INSIDERS, MACRO, SENTIMENT

SPELT: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    FUNDAMENTALS: {
        "eps": ("eps", "earnings_per_share"),
        "shares": ("shares", "shares_outstanding", "shares_outstanding_est"),
        "total_revenue": ("total_revenue", "revenue", "revenues"),
        "total_equity": ("total_equity", "stockholders_equity", "equity"),
    },
    CONGRESS: {
        "member": ("member", "representative", "senator"),
        "amount_low": ("amount_low", "amount_min"),
        "amount_high": ("amount_high", "amount_max"),
    },
    INSIDERS: {"insider": ("insider", "insider_name", "owner")},
    SENTIMENT: {
        "n_messages": ("n_messages", "n_tweets", "messages"),
        "positive": ("positive", "pos_words"),
        "negative": ("negative", "neg_words"),
    },
}
"""Normal name to spellings, where they differ."""

INSTANTS: Mapping[str, Mapping[str, str]] = {
    FUNDAMENTALS: {"period_end": "period_end"},
    CONGRESS: {"transaction_ts": "transaction_date"},
    INSIDERS: {"transaction_ts": "transaction_date"},
    MACRO: {"period_ts": "date"},
    SENTIMENT: {"period_ts": "date"},
}
"""Normal name to the column, for instants that say nothing of when a row became known."""

TEXTS = frozenset(
    {"member", "side", "type", "owner", "insider", "code", "stage", "sector", "series"}
)
_BAND = re.compile(r"\$?([\d,]+)\s*-\s*\$?([\d,]+)")


def symbols(file: FactFile) -> npt.NDArray[np.object_]:
    """Return each row's instrument, empty where there is none."""
    for name in SPELLINGS["symbol"]:
        if file.has(name):
            return file.texts(name)
    return np.full(len(file), "", dtype=object)


def columns(file: FactFile, kind: str) -> dict[str, npt.NDArray[np.generic]]:
    """Return the columns of a file under their normal names."""
    found: dict[str, npt.NDArray[np.generic]] = {}
    taken = {*COLUMNS, *SPELLINGS["symbol"], *INSTANTS.get(kind, {}).values()}
    for normal, name in INSTANTS.get(kind, {}).items():
        if file.has(name):
            found[normal] = file.moments(name).ts
    for normal, spellings in SPELT.get(kind, {}).items():
        taken.update(spellings)
        if name := next((name for name in spellings if file.has(name)), ""):
            found[normal] = _column(file, name, normal)
    for name in file.names:
        if name and name not in taken:
            found[name] = _column(file, name, name)
    if kind == CONGRESS:
        _normalise_congress(found)
    return found


def _column(file: FactFile, name: str, normal: str) -> npt.NDArray[np.generic]:
    numbers = None if normal in TEXTS else file.numbers(name)
    return file.texts(name) if numbers is None else numbers


def _normalise_congress(found: dict[str, npt.NDArray[np.generic]]) -> None:
    words = found.get("side", found.get("type"))
    if words is not None:
        found["side"] = np.array([_side(str(word)) for word in words], dtype=object)
    if "amount_low" not in found and "amount" in found:
        found["amount_low"], found["amount_high"] = _bands(found["amount"])


def _side(word: str) -> str:
    lower = word.lower()
    if lower.startswith(("buy", "purchase")) or lower == "p":
        return "buy"
    return "sell" if lower.startswith(("sell", "sale")) or lower == "s" else lower


def _bands(texts: npt.NDArray[np.generic]) -> tuple[Floats, Floats]:
    """Read bands such as ``$1,001 - $15,000``; NaN where there is none."""
    low, high = np.full(len(texts), np.nan), np.full(len(texts), np.nan)
    for row, text in enumerate(texts):
        if band := _BAND.search(str(text)):
            low[row], high[row] = (float(part.replace(",", "")) for part in band.groups())
    return low, high
