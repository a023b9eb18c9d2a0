"""Tables for whoever has the machine."""
