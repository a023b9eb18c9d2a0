"""Rows of Slack messages, waiting lists, digests and notices."""
