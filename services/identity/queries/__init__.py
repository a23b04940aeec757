"""What can be read of accounts, sessions, tokens and the audit log."""
