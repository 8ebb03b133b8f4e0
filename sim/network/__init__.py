"""What exists: a scenario in model units, every reference resolved."""
