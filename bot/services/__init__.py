"""Use cases: one function each. The first argument is the Desk."""
