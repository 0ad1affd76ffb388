"""Meetings, and what will be when."""
