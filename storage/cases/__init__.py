"""Rows of cases: changes, lists, and the search."""
