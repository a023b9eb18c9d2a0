"""Cases: who holds one, how it ends, what is shown of it."""
