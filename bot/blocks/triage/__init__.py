"""What a mention was taken for, on its card, and how it is corrected."""
