"""Live market data through ccxt, their recording, and the recording as a feed."""
