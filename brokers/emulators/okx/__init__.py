"""OKX v5, spot, in demo trading: REST, public, business and private websockets."""
