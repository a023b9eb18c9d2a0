"""Backups: what was found while the desk was held."""
