"""Messages in Slack, and who may read them."""
