"""Binance USD-M futures: REST, market streams and the user data stream by listen key."""
