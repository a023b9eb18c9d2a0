"""Messages and forms about drafts, their approval and their outcome."""
