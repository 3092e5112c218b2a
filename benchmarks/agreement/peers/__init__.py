"""One script a peer: reads orders and bars, prints every fill as JSON on its last line."""
