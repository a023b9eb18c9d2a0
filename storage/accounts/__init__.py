"""Our accounts on networks: what each may do now, and what it costs."""
