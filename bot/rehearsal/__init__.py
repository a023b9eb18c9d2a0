"""A make-believe Slack workspace and social network for newcomers, drills and tests. The desk needs no change."""
