"""What was sent with a request: texts and numbers by name, whatever the venue says of bad ones."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any


class Arguments:
    """Values by name, of a path, a query or a body; each venue has its own words for bad ones."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values

    def missing(self, name: str) -> Exception:
        """Return the venue's error for a value that is not there."""
        raise NotImplementedError

    def wrong(self, name: str, text: str) -> Exception:
        """Return the venue's error for a value that is not what it should be."""
        raise NotImplementedError

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text; what is missing must have a default.

        Raises:
            Exception: the venue's, it has none.
        """
        value = self.values.get(name)
        if value is None or value == "" or isinstance(value, dict | list):
            if default is None:
                raise self.missing(name)
            return default
        return str(value)

    def number(self, name: str, default: int) -> int:
        """Return a whole number.

        Raises:
            Exception: the venue's, it is none.
        """
        text = self.text(name, str(default))
        digits = text.removeprefix("-")
        if not digits.isdecimal() or not digits.isascii():
            raise self.wrong(name, text)
        return int(text)

    def decimal(self, name: str) -> Decimal | None:
        """Return an exact number, ``None`` where there is none.

        Raises:
            Exception: the venue's, it is no number.
        """
        text = self.text(name, "")
        if not text:
            return None
        try:
            value = Decimal(text)
        except InvalidOperation:
            raise self.wrong(name, text) from None
        if not value.is_finite():
            raise self.wrong(name, text)
        return value
