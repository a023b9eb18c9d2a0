"""The mark that every message of a drill has."""
