"""The simulated exchange: pure matching, fees and slippage in a thin shell."""
