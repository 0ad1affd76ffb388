"""What happens when things break: the house loses nothing that it said was written."""
