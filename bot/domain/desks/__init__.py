"""The running desks of one database."""
