"""Faults on demand: rules that say when something goes wrong, and what.

Pure: a rule is looked for, counted and handed out; whoever asked carries it out.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from magents.model.errors import ConfigError
from magents.runtime.streams import Streams

BEFORE = frozenset({
    "refuse", "hang_before", "delay", "error", "status", "ban", "maintenance", "fill",
})  # fmt: skip
"""What happens instead of processing a request, or before it."""
AFTER = frozenset({
    "hang", "cut", "truncate", "garble", "empty", "strip", "late", "error_after", "status_after",
    "unknown", "hide",
})  # fmt: skip
"""What happens to the answer of a request that was processed."""
STREAM = frozenset({
    "drop", "duplicate", "reorder", "hold", "mute", "cut", "close", "expire", "shutdown", "strip",
})  # fmt: skip
"""What happens to a frame of a stream, or to its connection."""
CONNECT = frozenset({"refuse", "status", "ban", "mute"})
CLOCK = frozenset({"skew"})
OPERATIONS = frozenset({
    "order.place", "order.cancel", "order.amend", "order.query", "orders.cancel", "open_orders",
    "orders", "trades", "balance", "positions", "depth", "klines", "ticker", "public_trades",
    "time", "markets", "listen", "log", "any",
})  # fmt: skip
STREAMS = frozenset(
    f"stream.{kind}"
    for kind in ("orders", "balance", "positions", "trades", "depth", "klines", "ticker", "any")
)


class Rule(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """One fault.

    Attributes:
        on: an operation, a stream, ``connect`` or ``clock``. do: what goes wrong.
        account, symbol: only theirs; empty for all.
        after: matches to let pass first. times: how often, 0 for ever.
        from_, until: when, seconds since the venue opened. chance: of each match.
        seconds, ms, status, code, message, retry_after, fields, copies, window, part: arguments
            of ``do``, see docs/demo-exchange.md.
    """

    on: str
    do: str
    account: str = ""
    symbol: str = ""
    after: int = 0
    times: int = 1
    from_: float = msgspec.field(name="from", default=0.0)
    until: float = float("inf")
    chance: float = 1.0
    seconds: float = 0.0
    ms: int = 0
    status: int = 0
    code: int = 0
    message: str = ""
    retry_after: int = 0
    fields: list[str] = msgspec.field(default_factory=list)
    copies: int = 2
    window: int = 2
    part: float = 1.0
    matched: int = 0
    done: int = 0


class Faults:
    """The rules in force.

    Args:
        seed: of what is left to chance.
    """

    def __init__(self, seed: int) -> None:
        self._draw = Streams(seed).stream("faults")
        self.rules: list[Rule] = []

    def add(self, rule: Mapping[str, Any]) -> Rule:
        """Add a rule.

        Raises:
            ConfigError: it is not a rule.
        """
        made = parse(rule)
        self.rules.append(made)
        return made

    def clear(self) -> None:
        """Forget all rules."""
        self.rules.clear()

    def take(
        self, on: str, elapsed: float, *, account: str = "", symbol: str = "", what: Iterable[str]
    ) -> Rule | None:
        """Return the first rule that fits, and count it; ``None`` where all goes well.

        Args:
            what: the faults that can be carried out here.
        """
        for rule in self.rules:
            if rule.do in what and _fits(rule, on, elapsed, account, symbol) and self._hits(rule):
                return rule
        return None

    def _hits(self, rule: Rule) -> bool:
        rule.matched += 1
        if rule.matched <= rule.after or (rule.times and rule.done >= rule.times):
            return False
        if rule.chance < 1 and self._draw.random() >= rule.chance:
            return False
        rule.done += 1
        return True


def parse(rule: Mapping[str, Any], where: str = "fault") -> Rule:
    """Return a rule that makes sense.

    Raises:
        ConfigError: it does not, and why.
    """
    try:
        made = msgspec.convert(rule, Rule)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{where}: {error}.") from None
    allowed = _allowed(made.on)
    if allowed is None:
        known = ", ".join(sorted(OPERATIONS | STREAMS | {"connect", "clock"}))
        raise ConfigError(f"{where}: on: {made.on!r} is none of {known}.")
    if made.do not in allowed:
        known = ", ".join(sorted(allowed))
        raise ConfigError(f"{where}: do: {made.do!r} cannot happen on {made.on}; try {known}.")
    return made


def parse_script(text: str, name: str) -> tuple[dict[str, Any], ...]:
    """Return the rules of a script, YAML or JSON, checked.

    Raises:
        ConfigError: it is no list of rules.
    """
    import yaml

    try:
        rules = yaml.safe_load(text) or []
    except yaml.YAMLError as error:
        raise ConfigError(f"{name}: is neither YAML nor JSON: {error}") from None
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        raise ConfigError(f"{name}: a fault script is a list of rules, each with on: and do:.")
    # YAML 1.1 reads the bare word on as true.
    plain = [{("on" if key is True else key): rule[key] for key in rule} for rule in rules]
    for number, rule in enumerate(plain, 1):
        parse(rule, f"{name}: rule {number}")
    return tuple(plain)


def _allowed(on: str) -> frozenset[str] | None:
    if on in OPERATIONS:
        return BEFORE | AFTER
    if on in STREAMS:
        return STREAM
    return {"connect": CONNECT, "clock": CLOCK}.get(on)


def _fits(rule: Rule, on: str, elapsed: float, account: str, symbol: str) -> bool:
    family = "stream.any" if on.startswith("stream.") else "any"
    if rule.on not in {on, family} or (family == "any" and rule.on == "any" and on == "connect"):
        return False
    if not rule.from_ <= elapsed < rule.until:
        return False
    return rule.account in {"", account} and rule.symbol in {"", symbol}
