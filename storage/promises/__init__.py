"""Rows of promises, and the report."""
