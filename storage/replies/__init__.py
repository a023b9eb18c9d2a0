"""Rows of drafts, approvals, attempts to send, and requests."""
