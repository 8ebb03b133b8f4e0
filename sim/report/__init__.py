"""What to show, from the tables of the archive alone."""
