"""Counting while there is something to count, and reading what was counted."""
