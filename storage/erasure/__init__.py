"""Erasing what the desk holds about a person."""
