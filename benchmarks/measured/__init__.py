"""What is measured: each file runs its engines interleaved and gives rows of the table."""
