"""Persons: who is in, with which standpoint and wishes, how they come back, and how they go."""
