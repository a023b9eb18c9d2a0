"""Queries about what is set aside with a reason and a term."""
