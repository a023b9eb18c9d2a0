"""The triage of a mention: its kind and urgency, and the words that decided them."""
