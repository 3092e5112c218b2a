"""Signal agents: causal functions from data to conviction, evaluated over whole blocks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from magents.model.bars import Floats
from magents.model.facts import FactTable


@dataclass(frozen=True, slots=True)
class Opinion:
    """What an agent thinks at each close of a block.

    Attributes:
        conviction: shape [T, I], from -1 (short) to 1 (long); NaN means no opinion and changes
            nothing (the conviction before it holds).
        evidence: name to shape [T, I]; the numbers behind it, journalled where it changes.
    """

    conviction: Floats
    evidence: Mapping[str, Floats] = field(default_factory=dict)


class SignalAgent(Protocol):
    """A causal, partition-invariant function of one panel's bars and of facts.

    An agent lives for one run and one panel and carries its own state from block to block.
    Row ``t`` of its answer may depend on rows up to ``t`` and on facts known at ``block.ts[t]``
    or before, and must be the same bit for bit however the rows are cut into blocks.

    Attributes:
        name: unique inside its pod.
        inputs: the kinds of facts it wants.
    """

    name: str
    inputs: tuple[str, ...]

    def evaluate(self, block: Any, news: Mapping[str, FactTable]) -> Opinion:  # noqa: ANN401
        """Judge every close of the block.

        Args:
            block: the next data of the panel: a ``BarBlock``, or what the panel's level says.
            news: by kind, the facts that became known since the block before and up to
                ``block.ts[-1]``, in the order of ``known_at``.  A kind without data is missing.
        """
        ...
