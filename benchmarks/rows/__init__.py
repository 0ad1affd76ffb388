"""One module for each measurement; each gives the rows of the table it fills."""
