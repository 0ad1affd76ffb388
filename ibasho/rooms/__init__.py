"""Rooms: their hours and doors, the seats in them, and the words said there."""
