"""The trail of all changes and its seal."""
