"""The rules, use cases and cards of the desk, and its gateways to the outside."""
