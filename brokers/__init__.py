"""Where orders go: the simulated exchange, later the test accounts of real ones."""
