"""Rows of the light lane: thanks, praise and empty mentions, which need no case and have no promise."""
