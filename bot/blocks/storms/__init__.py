"""What is drawn of what many people say at the same time, and of what the day is about."""
