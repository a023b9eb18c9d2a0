"""Drafts, their approval, and how a reply goes out."""
