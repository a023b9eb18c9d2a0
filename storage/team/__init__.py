"""Rows of people, shift changes, swaps and handovers."""
