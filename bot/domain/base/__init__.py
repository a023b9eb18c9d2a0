"""Basics that every other subject uses."""
