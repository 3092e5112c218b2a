"""What the fund and its pods are worth and exposed to at this instant, as floats.

The risk team keeps the same numbers ready, but only as of its last question; asking it in between
would change what it keeps.  So they are reckoned here again, from the books.
"""

from dataclasses import dataclass

import numpy as np

from magents.book.ledger import HOUSE
from magents.model.bars import Floats
from magents.staff import Parts


@dataclass(frozen=True, slots=True)
class Worth:
    """Values in the fund's currency.

    Attributes:
        value, gross, net: of the fund. pods, pod_gross, pod_net: by pod.
        largest: the largest holding of one instrument. prices: by instrument, 0 where unknown.
    """

    value: float
    gross: float
    net: float
    pods: dict[str, float]
    pod_gross: dict[str, float]
    pod_net: dict[str, float]
    largest: float
    prices: dict[str, float]


def worth_now(parts: Parts) -> Worth:
    """Return what everything is worth at the last closes."""
    now = parts.clock.now()
    tables = parts.marks.tables.values()
    names = [name for table in tables for name in table.panel.instruments]
    prices = np.concatenate([table.worths(now) for table in tables]).tolist()
    known = dict(zip(names, prices, strict=True))
    exposure, books = parts.exposure, parts.ledger.books
    per_unit = _per_unit(parts, known, now)
    held: Floats = exposure.held[:, list(exposure.columns.values())] * per_unit
    pods = list(exposure.pods)
    gross = np.abs(held).sum(axis=1).tolist()
    net = held.sum(axis=1).tolist()
    values = [float(books[pod].liquid) + n for pod, n in zip(pods, net, strict=True)]
    together = np.abs(held.sum(axis=0))
    return Worth(
        value=float(books[HOUSE].liquid) + sum(values),
        gross=float(together.sum()),
        net=sum(net),
        pods=dict(zip(pods, values, strict=True)),
        pod_gross=dict(zip(pods, gross, strict=True)),
        pod_net=dict(zip(pods, net, strict=True)),
        largest=float(together.max(initial=0.0)),
        prices=known,
    )


def _per_unit(parts: Parts, known: dict[str, float], now: int) -> Floats:
    """Return what a unit of each column of the exposure is worth."""
    rules, columns = parts.ledger.rules, parts.exposure.columns
    if not rules.special and not rules.pairs:
        return np.array([known[name] for name in columns])
    worths = rules.per_unit(known, now)
    return np.array([worths[name] for name in columns])
