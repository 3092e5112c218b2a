"""Facts: what became known about an instrument or the world, and when.

``known_at`` is the instant at which an outsider could first know the row: a filing when filed, a
disclosure when disclosed.  It is the only time by which facts may be joined to bars.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from magents.model.bars import Instants

FUNDAMENTALS = "fundamentals"
CONGRESS = "congress"
BILLS = "bills"
CONTRACTS = "contracts"
INSIDERS = "insiders"
SENTIMENT = "sentiment"
MACRO = "macro"
FUNDING = "funding"

KINDS = frozenset({FUNDAMENTALS, CONGRESS, BILLS, CONTRACTS, INSIDERS, SENTIMENT, MACRO, FUNDING})


@dataclass(frozen=True, slots=True)
class FactTable:
    """All facts of one kind, sorted by ``known_at`` (ties keep the order of the file).

    Attributes:
        kind: one of the names above, or a third party's own.
        known_at: shape [N], instants.
        instrument: shape [N], ids; ``""`` for facts about the world (macro series).
        columns: name to shape [N]; numbers as float64 (NaN where missing), text as object.
    """

    kind: str
    known_at: Instants
    instrument: npt.NDArray[np.object_]
    columns: Mapping[str, npt.NDArray[Any]] = field(default_factory=dict)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.known_at)

    def take(self, rows: "slice | npt.NDArray[Any]") -> "FactTable":
        """Return the chosen rows as a table of copies: nothing of the rest can be reached."""
        return FactTable(
            self.kind,
            self.known_at[rows].copy(),
            self.instrument[rows].copy(),
            {name: values[rows].copy() for name, values in self.columns.items()},
        )

    def until(self, instant: int) -> "FactTable":
        """Return the rows known at ``instant`` or before, as copies."""
        return self.take(slice(0, int(np.searchsorted(self.known_at, instant, side="right"))))

    def of(self, instrument: str) -> "FactTable":
        """Return the rows about one instrument, as copies."""
        return self.take(self.instrument == instrument)
