"""Triage: decides what a mention is, before it is stored."""
