"""Identity service: accounts, sessions, tokens, audit log."""
