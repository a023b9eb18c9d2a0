"""Shelves: every query once, for two engines."""
