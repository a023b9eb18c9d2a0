"""Block Kit parts, phrases, ids and limits that all other subjects use."""
