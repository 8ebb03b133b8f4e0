"""One file per engine; each runs one replication of a work and says what it came to."""
