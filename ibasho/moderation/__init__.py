"""Concerns, acts and reviews: what keepers decide, and how it is told and undone."""
