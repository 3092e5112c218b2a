"""Requests to Bybit: who asks, may he, and what he is told."""

import hmac
from collections.abc import Mapping
from typing import Any

from brokers.emulators.bybit.errors import BybitError
from brokers.emulators.bybit.operations import Operation
from brokers.emulators.bybit.trade_api import located
from brokers.emulators.core.orders import RefusedError, VenueOrder
from brokers.emulators.gateway import Call, Reply, Words
from brokers.emulators.limits import Windows
from brokers.emulators.venue import Venue

AHEAD, WINDOW = 1000, 5000
FLOOD, FLOOD_MS = 600, 5000
"""Requests an address may send in five seconds."""
FORBIDDEN, LIMITED = 403, 429


class Proof(Call):
    """A request with the headers that prove who sent it.

    Attributes:
        key, stamp, window, sign: the headers. payload: query or body, as signed.
    """

    def __init__(
        self, what: Operation, params: Mapping[str, Any], account: str, headers: Mapping[str, str]
    ) -> None:
        super().__init__(what.name, params, account)
        self.what = what
        self.key = headers.get("X-BAPI-API-KEY", "")
        self.stamp = headers.get("X-BAPI-TIMESTAMP", "")
        self.window = headers.get("X-BAPI-RECV-WINDOW", "") or str(WINDOW)
        self.sign = headers.get("X-BAPI-SIGN", "")
        self.payload = ""
        self.trusted = False


class Protocol:
    """Decides and answers; knows nothing of sockets."""

    def __init__(self, venue: Venue) -> None:
        self.venue = venue
        self._second, self._flood = Windows(1000), Windows(FLOOD_MS)

    @property
    def words(self) -> Words:
        """Return how faults are said here."""
        return Words(
            error=lambda status, code, text: self.failure(BybitError(code, text, status or 200)),
            limited=self._limited,
            unknown=lambda: self.failure(BybitError(10000, "Server Timeout")),
            maintenance=lambda: self.failure(BybitError(10016, "System maintenance.", 503)),
        )

    def handle(self, call: Call) -> Reply:
        """Process a request, whatever comes of it."""
        assert isinstance(call, Proof)  # noqa: S101 - only such are made here
        try:
            self._hold_back(call)
            self._prove(call)
            headers = self._count(call)
            body = call.what.run(self.venue, call)
        except BybitError as error:
            return self.failure(error)
        return Reply(200, self.envelope(0, "OK", body), headers)

    def locate(self, call: Call) -> VenueOrder | None:
        """Return the order a request is about."""
        try:
            return located(self.venue, call)
        except (BybitError, RefusedError):
            return None

    def account_of(self, key: str) -> str:
        """Return the account a key claims, empty where nobody has it."""
        keys = self.venue.by_key.get(key)
        return keys.account if keys else ""

    def check_login(self, key: str, expires: int, signature: str) -> str:
        """Return the account that logs in on a websocket.

        Raises:
            BybitError: key, time or signature are wrong.
        """
        if key not in self.venue.by_key:
            raise BybitError(10003, "API key is invalid.")
        if self.venue.settings.check_time and expires <= self.venue.clock.now():
            raise BybitError(10004, "Params Error: expires is in the past")
        secret = self.venue.by_key[key].secret
        if not _signed(secret, f"GET/realtime{expires}", signature):
            raise BybitError(10004, "error sign! please check your signature generation.")
        return self.venue.by_key[key].account

    def failure(self, error: BybitError) -> Reply:
        """Return an error as an answer."""
        return Reply(error.status, self.envelope(error.code, error.message, {}), {})

    def envelope(self, code: int, message: str, result: Any) -> dict[str, Any]:  # noqa: ANN401
        """Return what Bybit puts around everything."""
        return {
            "retCode": code,
            "retMsg": message,
            "result": result,
            "retExtInfo": {},
            "time": self.venue.clock.now(),
        }

    def _hold_back(self, call: Proof) -> None:
        now = self.venue.clock.true()
        if self.venue.settings.limits and self._flood.add(call.address, 1, now) > FLOOD:
            raise BybitError(10018, "access too frequent", FORBIDDEN)

    def _prove(self, call: Proof) -> None:
        if call.trusted or not call.what.private:
            return
        if call.key not in self.venue.by_key:
            raise BybitError(10003, "API key is invalid.", 401 if not call.key else 200)
        keys = self.venue.by_key[call.key]
        payload = f"{call.stamp}{call.key}{call.window}{call.payload}"
        if not _signed(keys.secret, payload, call.sign):
            text = f"error sign! origin_string[{call.stamp}...]"
            raise BybitError(10004, text)
        self._check_time(call)
        call.account = keys.account

    def _check_time(self, call: Proof) -> None:
        now = self.venue.clock.now()
        if not call.stamp.isdigit() or not call.window.isdigit():
            raise BybitError(10002, "invalid request, timestamp or recv_window missing")
        stamp, window = int(call.stamp), int(call.window)
        if self.venue.settings.check_time and not now - window <= stamp < now + AHEAD:
            text = (
                "invalid request, please check your server timestamp or recv_window param. "
                f"req_timestamp[{stamp}],server_timestamp[{now}],recv_window[{window}]"
            )
            raise BybitError(10002, text)

    def _count(self, call: Proof) -> dict[str, str]:
        """Count a request towards its own limit; return the headers that tell of it."""
        if not self.venue.settings.limits or not call.what.private:
            return {}
        now = self.venue.clock.true()
        name = f"{call.account}/{call.what.name}"
        used = self._second.add(name, 1, now)
        if used > call.what.a_second:
            raise BybitError(10006, "Too many visits. Exceeded the API Rate Limit.")
        return {
            "X-Bapi-Limit": str(call.what.a_second),
            "X-Bapi-Limit-Status": str(call.what.a_second - used),
            "X-Bapi-Limit-Reset-Timestamp": str(now + self._second.ends_in(now)),
        }

    def _limited(self, status: int, retry_after: int) -> Reply:
        """Say that there were too many requests: as a code, or as a ban of the address."""
        if status == LIMITED:
            text = "Too many visits. Exceeded the API Rate Limit."
            reset = str(self.venue.clock.now() + retry_after * 1000)
            headers = {"Retry-After": str(retry_after), "X-Bapi-Limit-Reset-Timestamp": reset}
            reply = self.failure(BybitError(10006, text))
            return reply._replace(headers=headers)
        reply = self.failure(BybitError(10018, "access too frequent", FORBIDDEN))
        return reply._replace(headers={"Retry-After": str(retry_after)})


def _signed(secret: str, payload: str, signature: str) -> bool:
    right = hmac.new(secret.encode(), payload.encode(), "sha256").hexdigest()
    return hmac.compare_digest(right, signature.lower())
