"""The same list of orders on the same bars, here and elsewhere, compared fill by fill."""
