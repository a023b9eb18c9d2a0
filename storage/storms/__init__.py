"""What many people say at the same time: what is usual, and the rises that were noticed."""
