"""Questions about what will be when, and who means to come."""
