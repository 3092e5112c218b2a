"""Exchanges on this machine: their protocols, a real matching engine, and faults on demand."""
