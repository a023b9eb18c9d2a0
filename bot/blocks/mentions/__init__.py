"""Messages about posts as they come in."""
