"""Use cases: one function each, working from the desk tray."""
