"""What will be when: for now the rooms' own hours."""
