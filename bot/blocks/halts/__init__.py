"""Pauses as people read them."""
