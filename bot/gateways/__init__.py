"""Implementations of the ports: Slack, the networks, templates, clock, logs and checks."""
