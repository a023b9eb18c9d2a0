"""Block Kit, pure: domain values in, blocks out."""
