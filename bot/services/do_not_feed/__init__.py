"""Do not feed: what is set aside with a reason and a term, and what comes back."""
