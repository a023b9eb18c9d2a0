"""Storms: what a post is about, and when more people than usual say the same."""
