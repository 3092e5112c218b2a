"""Signal agents: causal, partition-invariant judges of bars and facts."""
