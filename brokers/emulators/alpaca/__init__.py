"""Alpaca's paper account, coins: trading API v2, its stream, and the crypto data API v1beta3."""
