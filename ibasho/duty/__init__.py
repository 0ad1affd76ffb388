"""Who keeps watch when, whether they are really there, and what they hand over."""
