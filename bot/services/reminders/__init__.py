"""Who is asked when a promise nears its end."""
