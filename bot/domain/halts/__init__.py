"""Halts: what keeps the desk from sending, and from reminding people."""
