"""Halts: which of them stand."""
