"""What happens to us: named draws, the same for every plan."""
