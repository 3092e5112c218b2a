"""The Bybit v5 protocol, spot and linear perpetuals: REST, public and private streams."""
