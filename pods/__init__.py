"""Pods: small independent strategies, each with its own book, behind one door, the desk."""
