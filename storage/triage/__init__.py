"""Rows with the triage of each mention."""
