"""What a venue refuses: one small rule a file, all pure; their numbers are in ``docs/costs.md``."""
