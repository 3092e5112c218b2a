"""Benchmarks: the same work as other simulators, with answers checked to the cent."""
