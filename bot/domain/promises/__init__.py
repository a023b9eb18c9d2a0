"""Promises: their due moments, and whether they were kept."""
