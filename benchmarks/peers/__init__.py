"""Others that carry words to a room, started for one measurement and ended by their process."""
