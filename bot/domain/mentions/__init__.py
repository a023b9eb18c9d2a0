"""Posts as they come in."""
