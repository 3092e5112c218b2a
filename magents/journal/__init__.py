"""The append-only record of everything, its digest, and how to read it again."""
