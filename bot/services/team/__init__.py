"""People, shifts, swaps, hand-overs."""
