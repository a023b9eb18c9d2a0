"""Rows of spikes, and of the usual counts by hour."""
