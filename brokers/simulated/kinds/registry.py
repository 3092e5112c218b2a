"""Every kind by name: a new kind is a file beside this one and a line here."""

from collections.abc import Mapping

from brokers.simulated.kinds.base import Item, Nature
from brokers.simulated.kinds.bond import BOND
from brokers.simulated.kinds.future import FUTURE
from brokers.simulated.kinds.fx import FX
from brokers.simulated.kinds.option import OPTION
from brokers.simulated.kinds.perpetual import INVERSE, PERPETUAL
from brokers.simulated.kinds.share import SHARE, SPOT
from magents.model.instruments import Instrument, Kind

KINDS: Mapping[Kind, Nature] = {
    Kind.EQUITY: SHARE,
    Kind.ETF: SHARE,
    Kind.SPOT_CRYPTO: SPOT,
    Kind.FX: FX,
    Kind.FUTURE: FUTURE,
    Kind.PERPETUAL: PERPETUAL,
    Kind.INVERSE_PERPETUAL: INVERSE,
    Kind.OPTION: OPTION,
    Kind.BOND: BOND,
}


def nature(instrument: Instrument) -> Nature:
    """Return what kind of thing an instrument is."""
    return KINDS[instrument.kind]


def has(instrument: Instrument, item: Item) -> bool:
    """Return whether an instrument is carried by something."""
    return item in KINDS[instrument.kind].items
