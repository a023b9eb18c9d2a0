"""Reminders, digests of reminders, and questions about claims without progress."""
