"""How things run: clocks, the virtual-time loop, inboxes, the supervisor, random streams."""
