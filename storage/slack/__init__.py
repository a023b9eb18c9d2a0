"""What Slack shows and who may read it."""
