"""Finds strategies by name: the built-in ones, third parties' entry points, a user's own file."""

import difflib
import importlib
import importlib.util
from importlib.metadata import entry_points
from pathlib import Path

import msgspec

from magents.model.errors import ConfigError, UnknownNameError
from pods.base import Pod

GROUP = "magents.strategies"
"""The entry-point group by which other packages offer pods."""

BUILT_IN = {
    "ma": "pods.strategies.ma:MaPod",
    "value": "pods.strategies.value:ValuePod",
    "congress": "pods.strategies.congress:CongressPod",
    "sentiment": "pods.strategies.sentiment:SentimentPod",
    "rsi": "pods.strategies.rsi:RsiPod",
    "bollinger": "pods.strategies.bollinger:BollingerPod",
    "macd": "pods.strategies.macd:MacdPod",
    "breakout": "pods.strategies.breakout:BreakoutPod",
    "momentum": "pods.strategies.momentum:MomentumPod",
    "crypto/trend": "pods.strategies.crypto:TrendPod",
    "crypto/basis": "pods.strategies.crypto:BasisPod",
    "crypto/funding": "pods.strategies.crypto:FundingPod",
}


class Strategy(msgspec.Struct, frozen=True):
    """A strategy as listed: its names, what it is, and the class that makes its pods."""

    id: str
    aliases: tuple[str, ...]
    summary: str
    source: str
    config_type: type[msgspec.Struct]
    pod_class: type[Pod]


def strategy_of(pod_class: type[Pod]) -> Strategy:
    """Describe a pod class."""
    return Strategy(
        pod_class.id or pod_class.__name__,
        pod_class.aliases,
        pod_class.summary or (pod_class.__doc__ or "").strip().split("\n")[0],
        pod_class.source,
        pod_class.config_type,
        pod_class,
    )


class Registry:
    """All strategies by id and alias; a name belongs to one strategy only."""

    def __init__(self) -> None:
        """Know none."""
        self._strategies: dict[str, Strategy] = {}
        self._names: dict[str, str] = {}

    @classmethod
    def load(cls) -> "Registry":
        """Return a registry of the built-in strategies and of all installed entry points."""
        registry = cls()
        for target in BUILT_IN.values():
            registry.add(_import(target))
        for point in sorted(entry_points(group=GROUP), key=lambda p: (p.name, p.value)):
            registry.add(point.load())
        return registry

    def add(self, pod_class: type[Pod]) -> Strategy:
        """Take in a pod class.

        Raises:
            ConfigError: one of its names is taken by another.
        """
        strategy = strategy_of(pod_class)
        for name in (strategy.id, *strategy.aliases):
            owner = self._names.get(name)
            if owner is not None:
                taken = self._strategies[owner].pod_class
                msg = f"strategy name {name!r} of {pod_class!r} is taken by {taken!r}"
                raise ConfigError(msg)
        self._strategies[strategy.id] = strategy
        self._names.update(dict.fromkeys((strategy.id, *strategy.aliases), strategy.id))
        return strategy

    def ids(self) -> list[str]:
        """Return all ids, sorted."""
        return sorted(self._strategies)

    def get(self, name: str) -> Strategy:
        """Return a strategy by id, alias, or ``path/to/file.py:ClassName``.

        Raises:
            UnknownNameError: there is none; suggests the nearest.
        """
        if ".py:" in name:
            return strategy_of(load_file(name))
        owner = self._names.get(name)
        if owner is None:
            near = difflib.get_close_matches(name, sorted(self._names), n=1, cutoff=0.5)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(self.ids())}"
            msg = f"there is no strategy {name!r}; {hint}"
            raise UnknownNameError(msg)
        return self._strategies[owner]


def load_file(name: str) -> type[Pod]:
    """Return the pod class that ``path/to/file.py:ClassName`` names.

    Raises:
        UnknownNameError: no such file, or no such pod class in it.
        ConfigError: the file cannot be run.
    """
    path_text, _, class_name = name.rpartition(":")
    path = Path(path_text)
    spec = importlib.util.spec_from_file_location(f"user_pods.{path.stem}", path)
    if not path.is_file() or spec is None or spec.loader is None:
        msg = f"there is no file {path} for the strategy {name!r}"
        raise UnknownNameError(msg)
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except (SyntaxError, ImportError, NameError) as error:
        msg = f"{path} cannot be loaded: {error}"
        raise ConfigError(msg) from error
    found = getattr(module, class_name, None)
    if not isinstance(found, type) or not issubclass(found, Pod):
        pods = [k for k, v in vars(module).items() if isinstance(v, type) and issubclass(v, Pod)]
        own = [k for k in pods if vars(module)[k].__module__ == module.__name__]
        msg = f"{path} has no pod class {class_name!r}; it has {', '.join(own) or 'none'}"
        raise UnknownNameError(msg)
    return found


def _import(target: str) -> type[Pod]:
    module, _, name = target.partition(":")
    pod_class: type[Pod] = getattr(importlib.import_module(module), name)
    return pod_class
