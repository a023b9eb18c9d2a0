"""Sources of what our own systems know of customers."""
