"""Knows nothing of the product: time, text, limits, headers, trust, the SQLite backend."""
