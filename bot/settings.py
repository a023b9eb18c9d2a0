"""Reads heard.toml and the secrets; every fault at once."""
