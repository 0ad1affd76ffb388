"""The house itself: its name plate, its promises, the places to turn to, letters and notes."""
