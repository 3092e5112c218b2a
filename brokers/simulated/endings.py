"""Why orders end that are not filled wholly: the state, and the rule that says so."""

from collections.abc import Mapping

from magents.model.orders import OrderState, TimeInForce

AT_ONCE: Mapping[TimeInForce, str] = {
    TimeInForce.IOC: "ioc",
    TimeInForce.FOK: "fok",
    TimeInForce.AT_OPEN: "at_open",
    TimeInForce.AT_CLOSE: "at_close",
}
"""Orders with one chance, and why they are over after it."""

FORCED = "H2: the venue has placed it"
"""Why an order cannot be taken back or changed."""

ENDINGS: Mapping[str, tuple[OrderState, str]] = {
    "ioc": (OrderState.CANCELLED, "B15: nothing more at the first chance"),
    "fok": (OrderState.CANCELLED, "B15: not all of it at the first chance"),
    "post_only": (OrderState.REJECTED, "B14: post-only, and it would take"),
    "at_open": (OrderState.EXPIRED, "B17: no more at this opening price"),
    "at_close": (OrderState.EXPIRED, "B18: no more at this closing price"),
    "day": (OrderState.EXPIRED, "B19: the session has closed"),
    "gtd": (OrderState.EXPIRED, "B20: its time is over"),
    "data": (OrderState.EXPIRED, "B7: the data ended before it could fill"),
}
