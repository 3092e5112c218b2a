"""The terminal dashboard: draws frozen snapshots and sends commands; knows the model only."""
