"""OKX v5, coins and swaps, in demo trading: REST, public, business and private websockets."""
