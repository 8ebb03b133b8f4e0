"""Arguments in, one documented call, answer out: one short file per command."""
