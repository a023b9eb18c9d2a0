"""What each mention was taken for."""
