"""The Textual dashboard: draws frozen snapshots and sends commands. Not built yet."""
