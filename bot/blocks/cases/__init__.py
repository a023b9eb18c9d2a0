"""Messages and forms about cases: the card, its buttons, history and lists."""
