"""What is owed until when, and what was kept."""
