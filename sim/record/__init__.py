"""What happened, as flat columns, and the audit of its books."""
