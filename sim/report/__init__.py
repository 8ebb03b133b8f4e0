"""What to show: figures and the answer page, from the archive's tables alone."""
