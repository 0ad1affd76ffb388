"""Numbers of the house: what is counted, what of it may be seen, and where it stands for ever without anybody."""
