"""The kinds of instrument: what each is worth, what margin it needs, what it is carried by."""
