"""The home tab of the app: the work that waits for one person."""
