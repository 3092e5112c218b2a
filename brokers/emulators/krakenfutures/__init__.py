"""Kraken futures: REST derivatives v3, history and charts, websocket v1."""
