"""Pure renderers: numbers to rows of characters, tested as text."""
