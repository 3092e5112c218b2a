"""Stops, touches and trailing stops on a column of prices: pure functions."""

from decimal import Decimal

import numpy as np
from msgspec.structs import replace

from brokers.simulated.market import Working
from brokers.simulated.tape import first
from magents.model.bars import Floats
from magents.model.money import exact, on_grid
from magents.model.orders import Order, OrderType, Side

TRAILING = frozenset({OrderType.TRAILING_STOP, OrderType.TRAILING_STOP_LIMIT})
_AT_ONCE = frozenset({OrderType.MARKET, OrderType.LIMIT})
_TOUCHED = frozenset({OrderType.MARKET_IF_TOUCHED, OrderType.LIMIT_IF_TOUCHED})
_DECIMALS = 8


def waits(working: Working) -> bool:
    """Return whether an order still waits for its trigger."""
    return not working.triggered and working.order.type not in _AT_ONCE


def trigger_row(working: Working, prices: Floats) -> int:
    """Return the first row from ``working.row`` on that triggers an order, -1 if none does.

    Args:
        prices: what would fill the order, shape [T]; NaN where nothing would.
    """
    order, start = working.order, working.row
    if order.type in TRAILING:
        known = _extremes(working, prices)
        stops = _stops(order, known)
        return first(_reached(order, prices[start:], stops), start)
    return first(_reached(order, prices[start:], float(order.stop or 0)), start)


def follow_on(working: Working, prices: Floats, stop: int) -> None:
    """Let a trailing stop know the prices of rows ``working.row`` to ``stop``."""
    if working.order.type in TRAILING and not working.triggered and stop > working.row:
        working.extreme = float(_extremes(working, prices[:stop])[-1])


def with_limit(working: Working) -> Order:
    """Return a triggered order, a trailing stop-limit with the limit it gets now."""
    order = working.order
    if order.type is not OrderType.TRAILING_STOP_LIMIT:
        return order
    offset = order.limit_offset or Decimal(0)
    stop = exact(float(_stops(order, np.array([working.extreme]))[0]))
    return replace(order, limit=on_grid(stop + offset * order.side.sign))


def _extremes(working: Working, prices: Floats) -> Floats:
    """Return the best price known at each row from ``working.row`` on: low for buys."""
    best = np.fmin if working.order.side is Side.BUY else np.fmax
    column = np.append(working.extreme, prices[working.row :])
    known: Floats = best.accumulate(column)[1:]
    return known


def _stops(order: Order, extremes: Floats) -> Floats:
    """Return where a trailing stop stands, rounded so that it equals prices as written."""
    if order.trail_percent is not None:
        distance = np.abs(extremes) * float(order.trail_percent) / 100
    else:
        distance = np.full_like(extremes, float(order.trail or 0))
    return np.round(extremes + order.side.sign * distance, _DECIMALS)


def _reached(order: Order, prices: Floats, stops: "Floats | float") -> "np.ndarray":
    """Return where prices reach the stops: buy stops and sells if touched from below."""
    rises = (order.side is Side.BUY) != (order.type in _TOUCHED)
    return prices >= stops if rises else prices <= stops
