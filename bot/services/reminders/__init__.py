"""Reminders: who is asked when a promise is near its end."""
