"""Messages about people, shifts, swaps and handovers."""
