"""Messages about promises: when they fall due, and the report of kept and lapsed ones."""
