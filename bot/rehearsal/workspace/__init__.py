"""A make-believe Slack for the unmodified Slack SDK and Bolt: as strict as Slack, with a ledger of all calls."""
