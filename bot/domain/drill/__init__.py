"""Exercises of a team: a script of invented posts, and the score at the end."""
