"""The exchange without a protocol: books, orders, wallets, the recorded crowd; pure and stepped."""
