"""Triage: what a mention is, told before it is stored."""
