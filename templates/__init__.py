"""The words: reply templates, one per file, for people who write words and not code."""
