"""The control room's end in the fund: what is shown of it, and who may command it."""
