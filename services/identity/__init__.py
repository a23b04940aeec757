"""Who may come in: accounts, sessions and tokens, and the log of what matters for security."""
