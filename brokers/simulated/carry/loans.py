"""Which shares can be borrowed, at what fee, and which the lenders want back."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from brokers.simulated.carry.borrow import BuyIn, Recalls
from brokers.simulated.carry.moves import Units
from magents.model.events import Borrow, Timeline
from magents.model.instruments import Instrument
from magents.model.money import ZERO, exact


class Loans:
    """What a lender publishes.

    Args:
        instruments: by id. published: by instrument. notice: sessions from recall to buy-in.
    """

    def __init__(
        self,
        instruments: Mapping[str, Instrument],
        published: Mapping[str, Timeline[Borrow]],
        notice: int,
    ) -> None:
        """Nothing is called back yet."""
        self._known = instruments
        self._published = {name: published[name] for name in sorted(published)}
        self._recalls = Recalls(notice)

    @property
    def limited(self) -> bool:
        """Return whether anything limits how many units can be borrowed."""
        return bool(self._published)

    @property
    def called_back(self) -> Mapping[str, Decimal]:
        """Return what lenders have asked for at the last session close, by instrument."""
        return self._recalls.fresh

    def costs(self, instrument: Instrument) -> bool:
        """Return whether a short in it may ever cost a fee or be called back."""
        return instrument.borrow_rate is not None or instrument.id in self._published

    def rate(self, instrument: str, now: int) -> Decimal:
        """Return the yearly fee on a short: as published, else the instrument's own, else 0."""
        found = self._asof(instrument, now)
        if found is not None:
            return found.rate
        own = self._known[instrument].borrow_rate
        return ZERO if own is None else exact(own)

    def available(self, instrument: str, now: int) -> Decimal | None:
        """Return how many units the fund may be short in all, ``None`` where nothing limits it."""
        if not self._known[instrument].shortable:
            return ZERO
        found = self._asof(instrument, now)
        return None if found is None else found.available

    def buy_ins(
        self, now: int, holdings: Mapping[str, Units], calendars: Iterable[str]
    ) -> list[BuyIn]:
        """Count one more close of these calendars; return what must be bought back.

        Only shares whose availability is published are ever called back.
        """
        closing = set(calendars)
        known = (name for name in self._published if name in self._known)
        limits = {
            name: self.available(name, now)
            for name in known
            if self._known[name].calendar in closing
        }
        return self._recalls.session(holdings, limits)

    def _asof(self, instrument: str, now: int) -> Borrow | None:
        line = self._published.get(instrument)
        return None if line is None else line.asof(now)
