"""Requests to Binance: who asks, may he, and what he is told."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from brokers.emulators.binance import auth
from brokers.emulators.binance.errors import BinanceError, too_much, unknown_key
from brokers.emulators.binance.market_api import ORDERS_10S, WEIGHT_LIMIT
from brokers.emulators.binance.operations import KEY, NONE, SIGNED, Operation
from brokers.emulators.binance.params import Params
from brokers.emulators.core.orders import RefusedError, VenueOrder
from brokers.emulators.gateway import Call, Reply, Words
from brokers.emulators.limits import Verdict, WeightLimiter, Windows
from brokers.emulators.venue import Venue

UNKNOWN = (
    "Timeout waiting for response from backend server. "
    "Send status unknown; execution status unknown."
)


Located = Callable[[Venue, Call], VenueOrder]


class Signed(Call):
    """A request with what proves who sent it."""

    def __init__(
        self, operation: Operation, params: Mapping[str, Any], account: str, key: str, payload: str
    ) -> None:
        super().__init__(operation.name, params, account)
        self.what, self.key, self.payload = operation, key, payload


class Protocol:
    """Decides and answers; knows nothing of sockets.

    Args:
        located: finds the order that a request names.
    """

    def __init__(self, venue: Venue, located: Located) -> None:
        self.venue, self._located = venue, located
        self._weights = WeightLimiter(WEIGHT_LIMIT)
        self._orders = Windows(10_000)
        self._day = Windows(86_400_000)

    @property
    def words(self) -> Words:
        """Return how faults are said here."""
        return Words(
            error=lambda status, code, text: failure(BinanceError(code, text, status or 400)),
            limited=self._limited,
            unknown=lambda: failure(BinanceError(-1007, UNKNOWN, 408)),
            maintenance=lambda: failure(
                BinanceError(-1008, "Server is currently overloaded with other requests.", 503)
            ),
        )

    def handle(self, call: Call) -> Reply:
        """Process a request, whatever comes of it."""
        assert isinstance(call, Signed)  # noqa: S101 - only such are made here
        verdict = self._charge(call)
        if verdict.status:
            return self._limited(verdict.status, verdict.retry_after)
        try:
            self.prove(call)
            headers = self._count_order(call)
            body = call.what.run(self.venue, call)
        except BinanceError as error:
            return failure(error, self._headers(verdict))
        return Reply(200, body, {**self._headers(verdict), **headers})

    def locate(self, call: Call) -> VenueOrder | None:
        """Return the order a request is about."""
        try:
            return self._located(self.venue, call)
        except (BinanceError, RefusedError):
            return None

    def account_of(self, key: str) -> str:
        """Return the account a key claims, empty where nobody has it."""
        keys = self.venue.by_key.get(key)
        return keys.account if keys else ""

    def _charge(self, call: Signed) -> Verdict:
        if not self.venue.settings.limits:
            return Verdict(0, 0, 0)
        now = self.venue.clock.true()
        return self._weights.charge(call.address, call.what.weight, now)

    def prove(self, call: Signed) -> None:
        """Check key, signature and time, as far as they are needed."""
        if call.what.security == NONE:
            return
        keys = auth.check_key(call.key, self.venue.by_key)
        call.account = keys.account
        if call.what.security == KEY:
            return
        params = Params(call.params)
        params.number("timestamp")
        signature = params.text("signature")
        auth.check_signature(keys.secret, call.payload, signature)
        if self.venue.settings.check_time:
            auth.check_time(params, self.venue.clock.now())

    def _count_order(self, call: Signed) -> dict[str, str]:
        if not call.what.orders or not self.venue.settings.limits:
            return {}
        now = self.venue.clock.true()
        used = self._orders.add(call.account, 1, now)
        day = self._day.add(call.account, 1, now)
        if used > ORDERS_10S:
            text = "Too many new orders; current limit is 100 orders per 10 SECOND."
            raise BinanceError(-1015, text, 429)
        return {"X-MBX-ORDER-COUNT-10S": str(used), "X-MBX-ORDER-COUNT-1D": str(day)}

    def _headers(self, verdict: Verdict) -> dict[str, str]:
        used = str(verdict.used)
        return {"X-MBX-USED-WEIGHT": used, "X-MBX-USED-WEIGHT-1M": used}

    def _limited(self, status: int, retry_after: int) -> Reply:
        code, text = too_much(retry_after, self.venue.clock.now())
        headers = {"Retry-After": str(retry_after)}
        return failure(BinanceError(code, text, status), headers)


def failure(error: BinanceError, headers: Mapping[str, str] | None = None) -> Reply:
    """Return an error as an answer."""
    return Reply(error.status, error.body, headers or {})


def rest_call(operation: Operation, query: str, body: str, key: str, protocol: Protocol) -> Signed:
    """Return a REST request; parameters may be in the query, the body or both."""
    params = dict(parse_qsl(query, keep_blank_values=True))
    params.update(parse_qsl(body, keep_blank_values=True))
    payload = auth.unsigned(query) + auth.unsigned(body)
    return Signed(operation, params, protocol.account_of(key), key, payload)


def socket_call(operation: Operation, params: Mapping[str, Any], protocol: Protocol) -> Signed:
    """Return a request that came by the websocket API."""
    key = str(params.get("apiKey", ""))
    payload = auth.sorted_payload(params)
    return Signed(operation, params, protocol.account_of(key), key, payload)


def check_subscription(protocol: Protocol, params: Mapping[str, Any]) -> str:
    """Return the account that may subscribe to its user data.

    Raises:
        BinanceError: key, signature or time are wrong.
    """
    operation = Operation("listen", _nothing, SIGNED)
    call = socket_call(operation, params, protocol)
    if not call.account:
        raise unknown_key()
    protocol.prove(call)
    return call.account


def _nothing(_venue: Venue, _call: Call) -> Any:  # noqa: ANN401
    return None
