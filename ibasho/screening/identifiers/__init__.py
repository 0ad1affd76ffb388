"""What leads to a person: numbers, addresses, names for accounts, schools, one's own name."""
