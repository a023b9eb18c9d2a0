"""The audit trail and its seal."""
