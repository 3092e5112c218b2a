"""Requests to Alpaca: who asks, may he, and what he is told."""

import hmac
from collections.abc import Mapping
from typing import Any

from brokers.emulators.alpaca.errors import AlpacaError, not_authorized
from brokers.emulators.alpaca.operations import Operation
from brokers.emulators.alpaca.trade_api import located
from brokers.emulators.core.orders import VenueOrder
from brokers.emulators.gateway import Call, Reply, Words
from brokers.emulators.limits import Windows
from brokers.emulators.venue import Venue

A_MINUTE, MINUTE_MS = 200, 60_000
LIVE = "api.alpaca.markets"
"""Where paper accounts are not known."""
TOO_MANY = (42910000, "rate limit exceeded")


class Proof(Call):
    """A request with the keys that came with it."""

    def __init__(
        self, what: Operation, params: Mapping[str, Any], account: str, headers: Mapping[str, str]
    ) -> None:
        super().__init__(what.name, params, account)
        self.what = what
        self.key = headers.get("APCA-API-KEY-ID", "")
        self.secret = headers.get("APCA-API-SECRET-KEY", "")
        self.trusted = False


class Protocol:
    """Decides and answers; knows nothing of sockets."""

    def __init__(self, venue: Venue) -> None:
        self.venue = venue
        self._minute = Windows(MINUTE_MS)

    @property
    def words(self) -> Words:
        """Return how faults are said here."""
        return Words(
            error=lambda status, code, text: self.failure(AlpacaError(status or 422, code, text)),
            limited=self._limited,
            unknown=lambda: self.failure(AlpacaError(504, 0, "gateway timeout")),
            maintenance=lambda: self.failure(AlpacaError(503, 0, "service unavailable")),
        )

    def handle(self, call: Call) -> Reply:
        """Process a request, whatever comes of it."""
        assert isinstance(call, Proof)  # noqa: S101 - only such are made here
        headers: dict[str, str] = {}
        try:
            self._prove(call)
            left, headers = self._count(call)
            if left < 0:
                raise AlpacaError(429, *TOO_MANY)  # noqa: TRY301 - it is one of many
            status, body = call.what.run(self.venue, call)
        except AlpacaError as error:
            return self.failure(error)._replace(headers=headers)
        return Reply(status, body, headers)

    def locate(self, call: Call) -> VenueOrder | None:
        """Return the order a request is about."""
        try:
            return located(self.venue, call)
        except AlpacaError:
            return None

    def account_of(self, key: str) -> str:
        """Return the account a key claims, empty where nobody has it."""
        keys = self.venue.by_key.get(key)
        return keys.account if keys else ""

    def login(self, key: object, secret: object, host: str) -> str:
        """Return the account whose keys these are, empty where they are nobody's."""
        keys = self.venue.by_key.get(str(key))
        right = keys is not None and hmac.compare_digest(keys.secret.encode(), str(secret).encode())
        return keys.account if keys is not None and right and host != LIVE else ""

    def failure(self, error: AlpacaError) -> Reply:
        """Return an error as an answer."""
        code = {"code": error.code} if error.code else {}
        return Reply(error.status, {**code, "message": error.message}, {})

    def _prove(self, call: Proof) -> None:
        if call.trusted or not call.what.private:
            return
        call.account = self.login(call.key, call.secret, call.host.partition(":")[0])
        if not call.account:
            raise not_authorized()

    def _count(self, call: Proof) -> tuple[int, dict[str, str]]:
        """Count a request; return how many more there may be, and the headers that tell it."""
        if not self.venue.settings.limits:
            return 0, {}
        now = self.venue.clock.true()
        used = self._minute.add(call.account or call.address, 1, now)
        left = A_MINUTE - used
        return left, {
            "X-RateLimit-Limit": str(A_MINUTE),
            "X-RateLimit-Remaining": str(max(0, left)),
            "X-RateLimit-Reset": str((now + self._minute.ends_in(now)) // 1000),
        }

    def _limited(self, _status: int, retry_after: int) -> Reply:
        reply = self.failure(AlpacaError(429, *TOO_MANY))
        return reply._replace(headers={"Retry-After": str(retry_after)})
