"""A make-believe Slack workspace and social network, for newcomers, drills and tests; the desk does not know it."""
