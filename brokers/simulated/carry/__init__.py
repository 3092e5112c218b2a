"""Money and units that move without a trade: one file an item, and the schedule that calls them.

Each item is a pure function from holdings by pod and prices to cash flows and adjustments; the
rules and a golden ledger of each are in ``docs/carry.md``.
"""
