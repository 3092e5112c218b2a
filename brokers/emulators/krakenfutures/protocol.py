"""Requests to Kraken futures: who asks, may he, and what he is told."""

import base64
import binascii
import hashlib
import hmac
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from brokers.emulators.core.orders import VenueOrder
from brokers.emulators.gateway import Call, Reply, Words
from brokers.emulators.krakenfutures.account_api import Histories
from brokers.emulators.krakenfutures.errors import KrakenError
from brokers.emulators.krakenfutures.logbook import Logbook
from brokers.emulators.krakenfutures.names import iso
from brokers.emulators.krakenfutures.operations import Operation, Paths, operations
from brokers.emulators.krakenfutures.trade_api import located
from brokers.emulators.limits import Windows
from brokers.emulators.venue import Venue

BUDGET, BUDGET_MS = 500, 10_000
"""What a client may spend on ``/derivatives`` in ten seconds."""
POOL, POOL_MS = 100, 600_000
"""Tokens for histories, and how long it takes to fill them up."""
NONCE_SLACK = 5_000
"""Nonces may come out of order by so much; the newest are remembered one by one."""
LIMITED = 429


class Proof(Call):
    """A request with the headers that prove who sent it.

    Attributes:
        key, nonce, sign: the headers. payload: the query or the body, as signed. path: of the URL.
    """

    def __init__(
        self, what: Operation, params: Mapping[str, Any], account: str, headers: Mapping[str, str]
    ) -> None:
        super().__init__(what.name, params, account)
        self.what = what
        self.key, self.nonce = headers.get("APIKey", ""), headers.get("Nonce", "")
        self.sign = headers.get("Authent", "")
        self.payload = self.path = ""


class Protocol:
    """Decides and answers; knows nothing of sockets."""

    def __init__(self, venue: Venue) -> None:
        self.venue = venue
        self.paths = Paths(operations(Histories(Logbook(venue))))
        self._budget = Windows(BUDGET_MS)
        self._pool: dict[str, tuple[float, int]] = {}
        self._nonces: defaultdict[str, set[int]] = defaultdict(set)

    @property
    def words(self) -> Words:
        """Return how faults are said here."""
        return Words(
            error=lambda status, code, text: self.failure(
                KrakenError(text or str(code), status or 200)
            ),
            limited=self._limited,
            unknown=lambda: self.failure(KrakenError("Server Error", 500)),
            maintenance=lambda: self.failure(KrakenError("Unavailable", 503)),
        )

    def handle(self, call: Call) -> Reply:
        """Process a request, whatever comes of it."""
        assert isinstance(call, Proof)  # noqa: S101 - only such are made here
        try:
            self._prove(call)
            self._count(call)
            body = call.what.run(self.venue, call)
        except KrakenError as error:
            return self.failure(error)
        if call.what.wrapped:
            body = {"result": "success", **body, "serverTime": iso(self.venue.clock.now())}
        return Reply(200, body, {})

    def locate(self, call: Call) -> VenueOrder | None:
        """Return the order a request is about."""
        return located(self.venue, call)

    def account_of(self, key: str) -> str:
        """Return the account a key claims, empty where nobody has it."""
        keys = self.venue.by_key.get(key)
        return keys.account if keys else ""

    def failure(self, error: KrakenError) -> Reply:
        """Return an error as an answer."""
        now = iso(self.venue.clock.now())
        return Reply(error.status, {"result": "error", "error": error.error, "serverTime": now}, {})

    def signed(self, key: str, message: str, signature: str) -> bool:
        """Return whether the owner of a key has signed a message."""
        keys = self.venue.by_key.get(key)
        return keys is not None and hmac.compare_digest(sign(keys.secret, message), signature)

    def _prove(self, call: Proof) -> None:
        """Check key, signature and nonce.

        Raises:
            KrakenError: one of them is wrong.
        """
        if not call.what.private:
            return
        endpoint = call.path.removeprefix("/derivatives")
        message = f"{call.payload}{call.nonce}{endpoint}"
        if not self.signed(call.key, message, call.sign):
            raise KrakenError("authenticationError", 401)
        if call.nonce:
            self._check_nonce(call)
        call.account = self.venue.by_key[call.key].account

    def _check_nonce(self, call: Proof) -> None:
        if not call.nonce.isdigit():
            raise KrakenError("authenticationError", 401)
        nonce, known = int(call.nonce), self._nonces[call.key]
        if nonce in known:
            raise KrakenError("nonceDuplicate")
        if known and nonce < max(known) - NONCE_SLACK:
            raise KrakenError("nonceBelowThreshold")
        known.add(nonce)
        if len(known) > NONCE_SLACK:
            known.remove(min(known))

    def _count(self, call: Proof) -> None:
        """Take what a request costs from the client's budget.

        Raises:
            KrakenError: there is not so much left.
        """
        if not self.venue.settings.limits or not call.what.cost:
            return
        now = self.venue.clock.true()
        if call.what.pool:
            left, before = self._pool.get(call.account, (float(POOL), now))
            left = min(POOL, left + (now - before) * POOL / POOL_MS) - call.what.cost
            if left < 0:
                raise KrakenError("apiLimitExceeded", LIMITED)
            self._pool[call.account] = (left, now)
            return
        cost = call.what.cost + (23 if "lastFillTime" in call.params else 0)
        if self._budget.add(call.account, cost, now) > BUDGET:
            raise KrakenError("apiLimitExceeded", LIMITED)

    def _limited(self, status: int, retry_after: int) -> Reply:
        reply = self.failure(KrakenError("apiLimitExceeded", status))
        return reply._replace(headers={"Retry-After": str(retry_after)})


def sign(secret: str, message: str) -> str:
    """Return the signature of a message; of nothing that was signed where the secret is none."""
    try:
        key = base64.b64decode(secret)
    except (binascii.Error, ValueError):
        key = b""
    digest = hashlib.sha256(message.encode()).digest()
    return base64.b64encode(hmac.new(key, digest, hashlib.sha512).digest()).decode()
