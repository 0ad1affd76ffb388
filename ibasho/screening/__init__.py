"""Pure functions from words to hints. Nothing here decides about a person, stores or logs."""
