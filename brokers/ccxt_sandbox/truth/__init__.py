"""Order truth: a pure machine that knows what became of every order, and admits what it does not.

Messages go in; journal rows and commands come out. Nothing here reads a clock, a socket or a file,
so the same machine runs under a storm of faults in memory and in front of a real exchange.
"""
