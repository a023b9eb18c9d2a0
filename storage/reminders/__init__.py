"""Rows of claim checks and of reminders that are written together."""
