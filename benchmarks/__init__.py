"""The same work done by other engines; not shipped."""
