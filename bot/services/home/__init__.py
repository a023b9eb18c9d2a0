"""The work that waits for one person, on the home tab of the app."""
