"""A make-believe Slack workspace and social network for newcomers, drills and tests. The desk sees no difference."""
