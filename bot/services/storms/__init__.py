"""Notices what many people say at the same time, and tells what the desk hears about."""
