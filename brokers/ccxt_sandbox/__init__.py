"""Orders to the test or demo account of a real exchange, through ccxt."""
