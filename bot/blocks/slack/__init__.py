"""Messages about what happened on a case."""
