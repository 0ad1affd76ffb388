"""A life in danger: the wish, the means, the place, violence and want, one's own or another's."""
