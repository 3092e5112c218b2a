"""What a venue's raw answer to an order says: refused, not looked at, or nothing sure.

The class of a ccxt error does not tell whether an order exists, so the answer itself is read. Only
a whole answer with a venue's own code for a refusal is one; everything else is unclear.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from brokers.ccxt_sandbox.truth.messages import Busy, Refused, Unclear

Verdict = Refused | Busy | Unclear
TOO_MANY = frozenset({418, 429})
SERVER_ERROR = 500


@dataclass(slots=True)
class Reply:
    """What came back for one request, if anything did; ``sent`` once it was on its way."""

    sent: bool = False
    status: int = 0
    body: str = ""

    @property
    def parsed(self) -> Any:  # noqa: ANN401 - JSON
        """Return the body, ``None`` where it is no whole JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Codes:
    """How a venue words its refusals.

    Attributes:
        read: from the parsed body to code and text, ``None`` where it is no refusal.
        busy: codes of what was not looked at. unclear: codes that say nothing sure, and those by
            which it says that it has this client id already.
    """

    read: Callable[[Any], tuple[str, str] | None]
    busy: frozenset[str]
    unclear: frozenset[str]


def judge(venue: str, reply: Reply, error: str) -> Verdict:
    """Return what an order that did not come back well has met.

    Args:
        error: what was raised, for people.
    """
    if not reply.sent:
        return Refused(f"not sent: {error}")
    if reply.status in TOO_MANY:
        return Busy(f"HTTP {reply.status}: too many requests")
    codes = CODES[venue]
    said = codes.read(reply.parsed) if reply.parsed is not None else None
    if said is None:
        return Unclear(error)
    code, text = said
    if code in codes.busy:
        return Busy(f"{text} ({code})")
    if code in codes.unclear or reply.status >= SERVER_ERROR or _again(text):
        return Unclear(f"{text} ({code})")
    return Refused(f"{text} ({code})")


def _binance(body: Any) -> tuple[str, str] | None:  # noqa: ANN401
    if not isinstance(body, dict) or not isinstance(body.get("code"), int):
        return None
    return str(body["code"]), str(body.get("msg", ""))


def _bybit(body: Any) -> tuple[str, str] | None:  # noqa: ANN401
    if not isinstance(body, dict) or body.get("retCode") in {None, 0}:
        return None
    return str(body["retCode"]), str(body.get("retMsg", ""))


def _okx(body: Any) -> tuple[str, str] | None:  # noqa: ANN401
    if not isinstance(body, dict) or body.get("code") in {None, "0"}:
        return None
    first: Any = next(iter(body.get("data") or []), {})
    if isinstance(first, dict) and first.get("sCode"):
        return str(first["sCode"]), str(first.get("sMsg", ""))
    return str(body["code"]), str(body.get("msg", ""))


def _kraken(body: Any) -> tuple[str, str] | None:  # noqa: ANN401
    if not isinstance(body, dict):
        return None
    if body.get("result") == "error" or body.get("errors"):
        first = (body.get("errors") or [{}])[0]
        text = str(body.get("error") or first.get("message") or "")
        return text.partition(":")[0], text
    for name in ("sendStatus", "cancelStatus", "editStatus"):
        status = (body.get(name) or {}).get("status")
        if status and status not in {"placed", "cancelled", "edited", "attempted", "filled"}:
            return str(status), str(status)
    return None


def _alpaca(body: Any) -> tuple[str, str] | None:  # noqa: ANN401
    if not isinstance(body, dict) or "code" not in body:
        return None
    return str(body["code"]), str(body.get("message", ""))


CODES: Mapping[str, Codes] = {
    "binance": Codes(
        _binance,
        frozenset({"-1003", "-1015", "-1021", "-1034"}),
        frozenset({"-1000", "-1001", "-1006", "-1007", "-1008", "-1016"}),
    ),
    "binanceusdm": Codes(
        _binance,
        frozenset({"-1003", "-1008", "-1015", "-1021"}),
        frozenset({"-1000", "-1001", "-1006", "-1007", "-1016", "-4116"}),
    ),
    "bybit": Codes(
        _bybit,
        frozenset({"10002", "10006", "10018", "10429", "170222"}),
        frozenset({"10000", "10014", "10016", "10019", "110072", "170007", "170032", "170141"}),
    ),
    "okx": Codes(
        _okx,
        frozenset({"50011", "50013", "50040", "50061", "50102"}),
        frozenset({"50001", "50004", "50005", "50026", "51016", "51149", "51054"}),
    ),
    "krakenfutures": Codes(
        _kraken,
        frozenset({"apiLimitExceeded", "nonceBelowThreshold", "nonceDuplicate"}),
        frozenset({"Unavailable", "Server Error", "clientOrderIdAlreadyExist"}),
    ),
    "alpaca": Codes(_alpaca, frozenset({"42910000"}), frozenset({"50010000"})),
}


def _again(text: str) -> bool:
    """Return whether the venue says that it has this client id already: then the order exists."""
    words = text.lower()
    return "duplicate" in words or "must be unique" in words
