"""Draws who is set aside, why and until when."""
