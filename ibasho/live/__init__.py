"""The way out: what was written in the tables, on its way to every screen."""
