"""The light lane: thanks, praise and empty mentions, which need no case and are owed nothing."""
