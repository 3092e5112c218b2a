"""Parameters of a request, read strictly."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any, TypeVar

from brokers.emulators.binance.errors import ILLEGAL, BinanceError, missing

E = TypeVar("E", bound=Enum)
MAX_DIGITS = 8


class Params:
    """What was sent, as text or JSON values."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values

    def has(self, name: str) -> bool:
        """Say whether something was sent under a name."""
        return self.values.get(name) not in {None, ""}

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text.

        Raises:
            BinanceError: it is missing and there is no default.
        """
        if not self.has(name):
            if default is None:
                raise missing(name)
            return default
        value = self.values[name]
        return str(value).lower() if isinstance(value, bool) else str(value)

    def number(self, name: str, default: int | None = None) -> int:
        """Return a whole number.

        Raises:
            BinanceError: it is missing or is none.
        """
        text = self.text(name, None if default is None else str(default))
        if not text.lstrip("-").isdigit():
            raise BinanceError(ILLEGAL, f"Illegal characters found in parameter '{name}'.")
        return int(text)

    def decimal(self, name: str) -> Decimal | None:
        """Return an exact number, ``None`` where none was sent.

        Raises:
            BinanceError: it is none, or has too many decimals.
        """
        if not self.has(name):
            return None
        text = self.text(name)
        try:
            value = Decimal(text)
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite() or "e" in text.lower():
            wanted = "'^([0-9]{1,20})(\\.[0-9]{1,20})?$'"
            words = f"Illegal characters found in parameter '{name}'; legal range is {wanted}."
            raise BinanceError(ILLEGAL, words)
        exponent = value.as_tuple().exponent
        if isinstance(exponent, int) and -exponent > MAX_DIGITS:
            raise BinanceError(-1111, f"Parameter '{name}' has too much precision.")
        return value

    def choice(self, name: str, kind: type[E], code: int, default: E | None = None) -> E:
        """Return one of a set of names.

        Raises:
            BinanceError: it is none of them.
        """
        text = self.text(name, None if default is None else default.name)
        if text not in kind.__members__:
            raise BinanceError(code, f"Invalid {name}.")
        return kind[text]
