"""How an emulated venue is set up."""

from pathlib import Path
from typing import Any, Literal, get_args

import msgspec

Name = Literal["binance", "bybit", "okx", "krakenfutures", "alpaca", "binanceusdm"]
VENUES: tuple[str, ...] = get_args(Name)
START_MS = 1_670_900_400_000
"""2022-12-13 03:00 UTC: where a stepped clock begins, as the recording does."""


class EmulatorSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of one emulated venue.

    Attributes:
        venue: one of ``VENUES``. port: to listen at on loopback, 0 for any that is free.
        tls: whether to speak TLS, with a certificate for the venue's real names.
        clock: ``paced`` follows the machine's clock; ``stepped`` moves by ``advance`` only.
        speed: how many times as fast as recorded the recording is played, paced or stepped.
        start_ms: where a stepped clock begins, milliseconds UTC.
        hour: where in the recording to begin, hours. seed: of everything that is drawn.
        trades_a_minute: of the crowd in one market, at most.
        flow: whether the crowd trades; without it the books hold clients' orders only.
        funding_minutes: how often perpetuals pay funding; 0 for as often as the venue does.
        slip_bps: how much worse than the book clients' orders fill where they take.
        streams: whether there are websockets; without it the venue can only be polled.
        limits: whether rate limits are enforced.
        check_time: whether a request's timestamp must be near the venue's.
        data: a Parquet file of minute bars instead of the embedded recordings.
        faults: rules as in docs/demo-exchange.md. admin: whether /emulator/ answers.
    """

    venue: Name = "binance"
    port: int = 0
    tls: bool = True
    clock: Literal["paced", "stepped"] = "paced"
    speed: float = 1.0
    start_ms: int = START_MS
    hour: float = 3.0
    seed: int = 7
    trades_a_minute: int = 60
    flow: bool = True
    funding_minutes: float = 0
    slip_bps: float = 0
    streams: bool = True
    limits: bool = True
    check_time: bool = True
    data: Path | None = None
    faults: tuple[dict[str, Any], ...] = ()
    admin: bool = True


class Keys(msgspec.Struct, frozen=True):
    """An account's key and secret, and passphrase where there is one; for an emulator only."""

    account: str
    key: str
    secret: str
    password: str = ""
