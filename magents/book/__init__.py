"""Accounting: positions, the books of pods and fund, marks, value over time."""
