"""How the opinions of a pod's agents become one."""

from collections.abc import Mapping


class WeightedMean:
    """The mean of the agents' convictions about an instrument, by weight.

    Args:
        weights: by agent name; agents not named weigh 1.
    """

    def __init__(self, weights: Mapping[str, float] | None = None) -> None:
        """Remember no opinion yet."""
        self._weights = dict(weights or {})
        self._held: dict[str, dict[str, float]] = {}
        self._agents: dict[str, float] = {}

    def seat(self, agent: str) -> None:
        """Count an agent in: its opinion is 0 until it gives one."""
        self._agents[agent] = self._weights.get(agent, 1.0)

    def hear(self, agent: str, instrument: str, conviction: float) -> float:
        """Take an agent's new conviction; return the pod's."""
        held = self._held.setdefault(instrument, {})
        held[agent] = conviction
        if len(self._agents) == 1:
            return conviction
        total = sum(self._agents.values())
        return sum(w * held.get(name, 0.0) for name, w in sorted(self._agents.items())) / total
