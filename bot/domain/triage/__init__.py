"""What a mention is and how much it matters, and by which of its words that was told."""
