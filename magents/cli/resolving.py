"""Settings with nothing left to defaults, so that a kept config repeats its run for good."""

from typing import Any

import msgspec

from magents.cli.running import hire
from magents.config import Loaded, PodSettings, pods


def resolved(loaded: Loaded) -> Loaded:
    """Return the settings with every setting of every pod filled in.

    Raises:
        UserError: a strategy is unknown or one of its settings is wrong.
    """
    configs = [each.pod.config for each in hire(loaded)]
    strategies = {
        _key(pod): _filled(pod, config) for pod, config in zip(pods(loaded), configs, strict=True)
    }
    settings = msgspec.structs.replace(loaded.settings, strategies=strategies)
    return Loaded(settings, loaded.lines)


def _filled(pod: PodSettings, config: msgspec.Struct) -> dict[str, Any]:
    """Return a pod's entry: what it runs and its capital where said, then all its settings."""
    entry: dict[str, Any] = {}
    if pod.strategy != _key(pod):
        entry["strategy"] = pod.strategy
    if pod.capital is not None:
        entry["capital"] = pod.capital
    return {**entry, **msgspec.to_builtins(config, str_keys=True)}


def _key(pod: PodSettings) -> str:
    return pod.where.removeprefix("strategies.")
