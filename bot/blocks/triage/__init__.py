"""The triage of a mention on its card, and the menu that corrects it."""
