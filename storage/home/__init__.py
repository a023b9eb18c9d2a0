"""Queries for the home tab of the app."""
