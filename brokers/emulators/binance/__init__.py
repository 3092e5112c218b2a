"""The Binance spot protocol: REST, websocket API, market and user data streams."""
