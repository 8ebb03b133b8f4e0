"""Which assumptions decide an answer: screening, variance shares, regions of failure."""
