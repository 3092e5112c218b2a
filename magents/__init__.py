"""magents: a multi-strategy hedge fund on one asyncio event loop."""

__version__ = "0.1.0"
