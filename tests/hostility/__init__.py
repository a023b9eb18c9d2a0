"""Two thousand hostile texts through every way that text from outside goes."""
