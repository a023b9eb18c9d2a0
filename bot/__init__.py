"""What the desk knows and does: rules, use cases, cards and the gateways to the outside."""
