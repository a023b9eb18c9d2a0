"""The running desks, and what each does alone."""
