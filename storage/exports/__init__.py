"""Exports of the store as tables, for people with access to the machine."""
