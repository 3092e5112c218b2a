"""What kinds of order a broker takes: declared once, asked before anything is sent.

The contract tests run every broker by its own declaration: what is declared must work, and what is
not must be refused with one sentence.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from magents.model.orders import Order, OrderType, TimeInForce

_T, _F = OrderType, TimeInForce


@dataclass(frozen=True, slots=True)
class Capabilities:
    """The orders that a broker takes.

    Attributes:
        types, times: kinds of order, and how long they may work.
        post_only, reduce_only, display, ties: whether it knows these flags; ties are groups and
            children of other orders.
        amends: whether an open order can be changed in place.
    """

    types: frozenset[OrderType] = frozenset({_T.MARKET, _T.LIMIT})
    times: frozenset[TimeInForce] = frozenset({_F.GTC, _F.IOC, _F.FOK})
    post_only: bool = True
    reduce_only: bool = False
    display: bool = False
    ties: bool = False
    amends: bool = False

    def lack(self, order: Order, who: str) -> str:
        """Return in one sentence why an order cannot be sent to ``who``, empty if it can."""
        if order.type not in self.types:
            return f"{who} takes no {order.type} orders, it takes {_listed(self.types)}"
        if order.tif not in self.times:
            return f"{who} takes no orders that work {order.tif}, it takes {_listed(self.times)}"
        flags = (
            ("post-only", order.post_only, self.post_only),
            ("reduce-only", order.reduce_only, self.reduce_only),
            ("iceberg", order.display is not None, self.display),
            ("grouped or child", bool(order.group or order.parent), self.ties),
        )
        for name, wanted, known in flags:
            if wanted and not known:
                return f"{who} takes no {name} orders"
        return ""


EVERYTHING = Capabilities(frozenset(_T), frozenset(_F), True, True, True, True, True)  # noqa: FBT003
"""What the simulated exchange takes."""


def _listed(known: Iterable[OrderType | TimeInForce]) -> str:
    return ", ".join(sorted(known))
