"""The built-in pods, one file each."""
