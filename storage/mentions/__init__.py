"""Rows of posts as they come in."""
