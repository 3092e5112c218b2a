"""The nouns of the fund: instruments, bars, facts, orders, fills, records, errors, ports."""
