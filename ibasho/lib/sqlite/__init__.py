"""Django's SQLite backend, with one writer at a time and a promise that sent means on disk."""
