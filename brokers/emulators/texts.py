"""Numbers as venues write them."""

from decimal import Decimal


def plain(value: Decimal | int) -> str:
    """Return a number without trailing zeros and exponent."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
