"""Halts: begins and ends them, and asks right before each attempt whether one stands."""
