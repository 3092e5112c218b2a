"""What is asked in between: places, limits, breakpoints, words that confirm."""
