"""Requests to OKX: who asks, may he, and what he is told."""

import base64
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from brokers.emulators.core.orders import RefusedError, VenueOrder
from brokers.emulators.gateway import Call, Reply, Words
from brokers.emulators.limits import Windows
from brokers.emulators.okx.errors import FIRST_OF_ORDERS, OkxError
from brokers.emulators.okx.operations import Operation
from brokers.emulators.okx.reading import Params
from brokers.emulators.okx.trade_api import located
from brokers.emulators.venue import Venue

PATIENCE_MS = 30_000
"""How old a request may be."""
WINDOW_MS = 2000
DEMO = "1"
LOGIN = "GET/users/self/verify"


class Proof(Call):
    """A request with the headers that prove who sent it.

    Attributes:
        batch: orders, where several came. payload: what was signed, after the time.
        trusted: whether the connection has logged in.
    """

    def __init__(
        self,
        what: Operation,
        body: Any,  # noqa: ANN401 - JSON
        account: str,
        headers: Mapping[str, str],
    ) -> None:
        rows = [each for each in body if isinstance(each, dict)] if isinstance(body, list) else []
        params = rows[0] if rows else body if isinstance(body, dict) else {}
        super().__init__(what.name, _named(params), account)
        self.what, self.batch = what, rows
        self.key = headers.get("OK-ACCESS-KEY", "")
        self.sign = headers.get("OK-ACCESS-SIGN", "")
        self.stamp = headers.get("OK-ACCESS-TIMESTAMP", "")
        self.passphrase = headers.get("OK-ACCESS-PASSPHRASE", "")
        self.simulated = headers.get("x-simulated-trading", "")
        self.payload = ""
        self.trusted = False


class Protocol:
    """Decides and answers; knows nothing of sockets."""

    def __init__(self, venue: Venue) -> None:
        self.venue = venue
        self._windows = Windows(WINDOW_MS)

    @property
    def words(self) -> Words:
        """Return how faults are said here."""
        return Words(
            error=lambda status, code, text: self.failure(_worded(status, code, text)),
            limited=self._limited,
            unknown=lambda: self.failure(OkxError(50004, _TIMED_OUT, 400)),
            maintenance=lambda: self.failure(OkxError(50001, _CLOSED, 503)),
        )

    def handle(self, call: Call) -> Reply:
        """Process a request, whatever comes of it."""
        assert isinstance(call, Proof)  # noqa: S101 - only such are made here
        try:
            self._prove(call)
            self._count(call)
            body = call.what.run(self.venue, call)
        except OkxError as error:
            return self.failure(error)
        return Reply(200, self.envelope(0, "", body), {})

    def locate(self, call: Call) -> VenueOrder | None:
        """Return the order a request is about."""
        try:
            return located(self.venue, call.account, Params(call.params))
        except (OkxError, RefusedError):
            return None

    def account_of(self, key: str) -> str:
        """Return the account a key claims, empty where nobody has it."""
        keys = self.venue.by_key.get(key)
        return keys.account if keys else ""

    def check_login(self, sent: Mapping[str, Any], *, demo: bool) -> str:
        """Return the account that logs in on a websocket.

        Raises:
            OkxError: key, passphrase, time or signature are wrong.
        """
        keys = self.venue.by_key.get(str(sent.get("apiKey")))
        stamp = str(sent.get("timestamp"))
        if keys is None:
            raise OkxError(60005, "Invalid apiKey")
        if not demo:
            raise OkxError(50101, _ENVIRONMENT)
        if not _same(keys.password, str(sent.get("passphrase"))):
            raise OkxError(60024, "Wrong passphrase")
        if not stamp.replace(".", "", 1).isdecimal():
            raise OkxError(60004, "Invalid timestamp")
        if self.venue.settings.check_time and not self._fresh(round(float(stamp) * 1000)):
            raise OkxError(60006, "Timestamp request expired")
        if not _signed(keys.secret, f"{stamp}{LOGIN}", str(sent.get("sign"))):
            raise OkxError(60007, "Invalid sign")
        return keys.account

    def failure(self, error: OkxError) -> Reply:
        """Return an error as an answer."""
        return Reply(error.status, self.envelope(error.code, error.message, error.rows), {})

    def envelope(self, code: int, message: str, data: Any) -> dict[str, Any]:  # noqa: ANN401
        """Return what OKX puts around everything."""
        return {"code": str(code), "msg": message, "data": data}

    def _prove(self, call: Proof) -> None:
        if call.trusted or not call.what.private:
            return
        for code, value, name in (
            (50103, call.key, "OK-ACCESS-KEY"),
            (50104, call.passphrase, "OK-ACCESS-PASSPHRASE"),
            (50106, call.sign, "OK-ACCESS-SIGN"),
            (50107, call.stamp, "OK-ACCESS-TIMESTAMP"),
        ):
            if not value:
                raise OkxError(code, f'Request header "{name}" can not be empty.', 401)
        self._check_time(call)
        keys = self.venue.by_key.get(call.key)
        if keys is None:
            raise OkxError(50111, "Invalid OK-ACCESS-KEY", 401)
        # All accounts here are of demo trading; the header is what says so.
        if call.simulated != DEMO:
            raise OkxError(50101, _ENVIRONMENT, 401)
        if not _same(keys.password, call.passphrase):
            raise OkxError(50105, 'Request header "OK-ACCESS-PASSPHRASE" incorrect.', 401)
        if not _signed(keys.secret, f"{call.stamp}{call.payload}", call.sign):
            raise OkxError(50113, "Invalid Sign", 401)
        call.account = keys.account

    def _check_time(self, call: Proof) -> None:
        try:
            sent = datetime.fromisoformat(call.stamp)
        except ValueError:
            raise OkxError(50112, "Invalid OK-ACCESS-TIMESTAMP", 401) from None
        if sent.tzinfo is None:
            raise OkxError(50112, "Invalid OK-ACCESS-TIMESTAMP", 401)
        if self.venue.settings.check_time and not self._fresh(round(sent.timestamp() * 1000)):
            raise OkxError(50102, "Timestamp request expired", 401)

    def _fresh(self, stamp: int) -> bool:
        return abs(self.venue.clock.now() - stamp) <= PATIENCE_MS

    def _count(self, call: Proof) -> None:
        """Count a request, order by order, towards the limit of its path."""
        if not self.venue.settings.limits:
            return
        what, now = call.what, self.venue.clock.true()
        who = call.account if what.private else call.address
        market = str(call.params.get("instId", "")) if what.by_market else ""
        name = f"{who}/{what.path}/{market}"
        if self._windows.add(name, max(1, len(call.batch)), now) > what.limit:
            raise OkxError(50011, _TOO_MANY, 429)

    def _limited(self, status: int, retry_after: int) -> Reply:
        """Say that there were too many requests; OKX has one answer for all of it."""
        reply = self.failure(OkxError(50011, _TOO_MANY, status))
        return reply._replace(headers={"Retry-After": str(retry_after)})


def _worded(status: int, code: int, text: str) -> OkxError:
    """Return an error a fault rule wants: of the request, or of the order in it."""
    if code < FIRST_OF_ORDERS:
        return OkxError(code, text, status or 200)
    row = {"ordId": "", "clOrdId": "", "tag": "", "sCode": str(code), "sMsg": text}
    return OkxError(1, "All operations failed", status or 200, [row])


def _named(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters with the name of the market where fault rules look for it."""
    return {**params, "symbol": params.get("instId", "")}


def _signed(secret: str, payload: str, signature: str) -> bool:
    right = base64.b64encode(hmac.digest(secret.encode(), payload.encode(), "sha256"))
    return hmac.compare_digest(right, signature.encode())


def _same(right: str, sent: str) -> bool:
    return hmac.compare_digest(right.encode(), sent.encode())


_TIMED_OUT = "API endpoint request timeout (does not mean that the request was successful or failed, please check the request result)."  # noqa: E501
_CLOSED = "Service temporarily unavailable. Please try again later."
_TOO_MANY = "Too Many Requests"
_ENVIRONMENT = "APIKey does not match current environment."
