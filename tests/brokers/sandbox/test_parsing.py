"""What ccxt says of an order, read as a report."""

import pytest

from brokers.ccxt_sandbox.parsing import report_of
from brokers.ccxt_sandbox.truth.rows import State

ORDER = {"id": "1", "symbol": "BTC/USDT", "clientOrderId": "c", "amount": "0.01"}


@pytest.mark.parametrize(
    ("status", "filled", "state"),
    [
        ("open", "0.004", State.WORKING),
        ("closed", "0.01", State.FILLED),
        ("closed", None, State.FILLED),
        ("closed", "0.004", State.CANCELLED),
        ("canceled", "0.004", State.CANCELLED),
        ("rejected", "0", State.CANCELLED),
    ],
)
def test_an_order_closed_before_it_was_whole_was_cancelled(status, filled, state):
    report = report_of({**ORDER, "status": status, "filled": filled})
    assert report.state is state
