"""Frames to rows of tables: what stands in which column, as what text, in which style."""
